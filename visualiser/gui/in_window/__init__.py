"""Runs a scenario on threads of the window's own process, so that everybody sees what that does to a window."""
