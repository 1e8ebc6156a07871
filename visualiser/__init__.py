"""Concurrency Visualiser: shows what Python threads and processes really do, while they do it."""

__version__ = "0.1.0"
