"""Nanoseconds as the microseconds of a Chrome trace, exactly: a float would round."""

from __future__ import annotations

from collections.abc import Callable

Micros = Callable[[int], str]  # a moment, ns on the clock of the records, on the clock of the trace


def in_micros(ns: int) -> str:
    """A time with three decimals."""
    return f"{ns // 1000}.{ns % 1000:03d}" if ns >= 0 else f"-{in_micros(-ns)}"
