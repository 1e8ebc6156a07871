"""Numbers as people read them."""

from __future__ import annotations

_THIN = "\N{NARROW NO-BREAK SPACE}"


def number_text(value: object) -> str:
    """``12 345``, ``0.4217``, ``yes``: digits in groups of three, fractions to four digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", _THIN) if abs(value) < 10**15 else f"{value:.4g}"
    if isinstance(value, float):
        return f"{value:,.4g}".replace(",", _THIN) if abs(value) < 1000 else f"{value:,.0f}".replace(",", _THIN)
    return str(value)


def seconds_text(seconds: float) -> str:
    """``0.42 s``, ``75.3 s``: as fine as one can read while it runs."""
    return f"{seconds:.2f}{_THIN}s" if seconds < 60 else f"{seconds:.1f}{_THIN}s"
