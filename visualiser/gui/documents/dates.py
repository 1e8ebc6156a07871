"""Dates as people read them."""

from __future__ import annotations

from datetime import datetime

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def date_text(made: str) -> str:
    """``25 Nov 2026, 22:41`` of an ISO 8601 text, in the time zone it was written in; empty if it is none."""
    try:
        when = datetime.fromisoformat(made)
    except ValueError:
        return ""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M}"
