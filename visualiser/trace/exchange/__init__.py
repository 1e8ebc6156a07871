"""Runs in the formats of other programs: Chrome trace JSON out and in, CSV out."""
