"""Finds spans in the run on show: a page that lists them, and steps from one to the next."""
