"""A measurement as comma-separated values (RFC 4180), for spreadsheets and scripts alike."""

from __future__ import annotations

import csv
import io

from visualiser.trace.measure import Measurement, Row
from visualiser.trace.states import State

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would take for the begin of a formula
_NS_DIGITS = 9


def csv_text(measurement: Measurement, start_ns: int) -> str:
    """One line for each row, lines ended by CR LF.

    Times are in seconds to the nanosecond, since ``start_ns`` where they are moments. A name that a spreadsheet would
    take for a formula gets an apostrophe before it. The column ``row`` tells a lane from a sum, so that nobody counts
    twice.
    """
    states = measurement.states
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_heading(states))
    moments = [seconds(measurement.begin - start_ns), seconds(measurement.end - start_ns)]
    for row in measurement.rows:
        if row.sums is not None:
            writer.writerow([*_about(row), *moments, *_numbers(row, states, measurement.length)])
    return text.getvalue()


def seconds(ns: int) -> str:
    """``1.000000001``: every digit, which a float would lose after a few weeks."""
    whole, part = divmod(abs(ns), 10**_NS_DIGITS)
    return f"{'-' if ns < 0 else ''}{whole}.{part:0{_NS_DIGITS}}"


def harmless(text: str) -> str:
    """The text as a spreadsheet takes it for a text, whatever it begins with."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _heading(states: list[State]) -> list[str]:
    times = [f"{state.name} {unit}" for state in states for unit in ("s", "%")]
    return ["row", "name", "pid", "from s", "to s", "alive s", "spans begun", *times]


def _about(row: Row) -> list[str]:
    return [row.kind, harmless(row.name), str(row.pid) if row.kind != "all" else ""]


def _numbers(row: Row, states: list[State], length: int) -> list[str]:
    sums = row.sums
    if sums is None:
        return []
    result = [seconds(sums.alive), str(sums.begun)]
    for state in states:
        result += [seconds(sums.times.get(state, 0)), f"{sums.percent(state, length):.6f}"]
    return result
