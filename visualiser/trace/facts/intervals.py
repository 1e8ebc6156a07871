"""Arithmetic on sets of intervals: how long any of them, or at least two of them, last. All times in ns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from visualiser.trace.lane import Lane, Times
from visualiser.trace.states import State


@dataclass(frozen=True)
class Intervals:
    """Intervals [start, end), which may overlap; equally long arrays."""

    start: Times
    end: Times

    def __len__(self) -> int:
        return len(self.start)

    def clipped(self, begin: int, end: int) -> Intervals:
        """The parts within [begin, end)."""
        start, stop = np.maximum(self.start, begin), np.minimum(self.end, end)
        return Intervals(start[start < stop], stop[start < stop])

    @property
    def total(self) -> int:
        """Sum of their lengths."""
        return int((self.end - self.start).sum())


NONE = Intervals(np.empty(0, np.int64), np.empty(0, np.int64))


def joined(parts: Iterable[Intervals]) -> Intervals:
    """All intervals of several sets."""
    listed = [part for part in parts if len(part)]
    if not listed:
        return NONE
    return Intervals(np.concatenate([p.start for p in listed]), np.concatenate([p.end for p in listed]))


def in_state(lane: Lane, *states: State, between: tuple[int, int] | None = None) -> Intervals:
    """When a lane was in one of ``states``, in [begin, end) of ``between`` or ever; neighbours are one."""
    if not len(lane):
        return NONE
    first, stop = (0, len(lane)) if between is None else lane.spans_between(*between)
    inside = np.isin(lane.state[first:stop], states)
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    times = np.append(lane.t[first:stop], lane.t[stop] if stop < len(lane) else lane.now)
    found = Intervals(times[edges[::2]], times[edges[1::2]])
    return found if between is None else found.clipped(*between)


def covered(intervals: Intervals, times: int = 1) -> Intervals:
    """When at least that many of the intervals overlap, as intervals in order that neither overlap nor touch."""
    edges = np.concatenate((intervals.start, intervals.end))
    steps = np.concatenate((np.ones(len(intervals), np.int64), np.full(len(intervals), -1)))
    order = np.lexsort((-steps, edges))
    depth = np.cumsum(steps[order])
    inside = depth >= times
    changes = np.flatnonzero(np.diff(inside, prepend=False))
    moments = edges[order][changes]
    return Intervals(moments[::2], moments[1::2])


def both(one: Intervals, other: Intervals) -> Intervals:
    """When an interval of each of two sets lasts; neither may overlap itself."""
    return covered(joined((one, other)), 2)
