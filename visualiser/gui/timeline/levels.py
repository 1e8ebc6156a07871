"""A counter reduced to pixel columns: the highest value in each, whatever the number of changes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualiser.trace.counters import Counter
from visualiser.trace.lane import Times

Values = npt.NDArray[np.float64]
_NS = {"ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9}


def is_duration(counter: Counter) -> bool:
    """Whether its values are durations that ended when they were told."""
    return counter.unit == "ms"


def step_levels(t: Times, value: Values, edges: Times, now: int) -> Values:
    """Highest value in each column between neighbouring ``edges`` (ns), NaN before the first and after ``now``.

    A value holds from its moment until the next one.
    """
    first = t.searchsorted(edges, "left")
    before = first[:-1] - 1
    carried = np.where(before >= 0, value[np.maximum(before, 0)], np.nan) if len(t) else np.full(len(before), np.nan)
    result = np.fmax(carried, _highest(value, first))
    result[edges[:-1] > now] = np.nan
    return result


def bar_levels(t: Times, value: Values, unit: str, edges: Times) -> Values:
    """Highest value in each column; each is a duration that ended at its moment, so its bar lies before it."""
    first = t.searchsorted(edges, "left")
    result = _highest(value, first)
    following = first[1:]
    known = following < len(t)
    number = np.minimum(following, max(len(t) - 1, 0))
    if len(t):
        covers = known & (t[number] - value[number] * _NS.get(unit, 1e6) < edges[1:])
        result = np.fmax(result, np.where(covers, value[number], np.nan))
    return result


def bar_at(t: Times, value: Values, unit: str, when: int) -> tuple[int, int, float] | None:
    """The duration that covers ``when``: its begin and end, ns, and its value; None if none does."""
    place = int(t.searchsorted(np.int64(when), "left"))
    if place == len(t):
        return None
    begin = int(t[place] - value[place] * _NS.get(unit, 1e6))
    return (begin, int(t[place]), float(value[place])) if begin <= when else None


def _highest(value: Values, first: npt.NDArray[np.intp]) -> Values:
    """Highest of the values ``first[i]`` … ``first[i + 1]``, NaN where there is none."""
    result = np.full(len(first) - 1, np.nan)
    some = np.flatnonzero(first[1:] > first[:-1])
    if len(some):
        result[some] = np.maximum.reduceat(value[: first[-1]], first[some])
    return result
