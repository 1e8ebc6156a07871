"""Runs side by side: one time scale, one table, and what their numbers say."""
