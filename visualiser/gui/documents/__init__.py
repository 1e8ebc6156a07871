"""Runs as documents: kept by themselves, saved, reopened."""
