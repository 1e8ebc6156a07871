"""How many of many lanes are in certain states, as one step function: any stretch of it costs two binary searches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.lane import Lane, Times
from visualiser.trace.states import STATES, State


class RunningCount:
    """Counts lanes in ``states``; follows them as they grow."""

    def __init__(self, states: frozenset[State]) -> None:
        self._inside = np.zeros(STATES, np.int8)
        self._inside[list(states)] = 1
        self._taken: list[int] = []  # spans of each lane that have been taken in
        self._last: list[int] = []  # whether the last of them is inside
        self._t: Column[np.int64] = Column(np.int64)
        self._level: Column[np.int64] = Column(np.int64)  # lanes inside from that moment on
        self._sum: Column[np.int64] = Column(np.int64)  # lane-nanoseconds inside until that moment

    def times(self, lanes: Sequence[Lane], edges: Times) -> Times:
        """Lane-nanoseconds inside between neighbouring ``edges`` (ns, ascending); more lanes may come at the end."""
        self._follow(lanes)
        return np.diff(self._until(edges) - self._open_until(lanes, edges))

    def _until(self, edges: Times) -> Times:
        t = self._t.view
        if not len(t):
            return np.zeros(len(edges), np.int64)
        at = np.maximum(t.searchsorted(edges, "right") - 1, 0)
        result: Times = self._sum.view[at] + self._level.view[at] * np.maximum(edges - t[at], 0)
        return result

    def _open_until(self, lanes: Sequence[Lane], edges: Times) -> Times:
        """What ``_until`` has too much: of lanes whose last span is inside nothing is known after their ``now``."""
        ends = np.sort(np.array([lane.now for lane, last in zip(lanes, self._last, strict=True) if last], np.int64))
        before = ends.searchsorted(edges, "right")
        sums = np.concatenate(([0], np.cumsum(ends)))
        result: Times = before * edges - sums[before]
        return result

    def _follow(self, lanes: Sequence[Lane]) -> None:
        new = len(lanes) - len(self._taken)
        self._taken += [0] * new
        self._last += [0] * new
        fresh = [self._take(number, lane) for number, lane in enumerate(lanes) if len(lane) != self._taken[number]]
        if fresh:
            self._merge(np.concatenate([t for t, _ in fresh]), np.concatenate([step for _, step in fresh]))

    def _take(self, number: int, lane: Lane) -> tuple[Times, npt.NDArray[np.int64]]:
        """When the lane came inside or went out since the last time, and which of both: 1 or -1."""
        first = self._taken[number]
        inside = self._inside[lane.state[first:]]
        steps = np.diff(inside, prepend=np.int8(self._last[number]))
        self._taken[number], self._last[number] = len(lane), int(inside[-1])
        some = np.flatnonzero(steps)
        return lane.t[first:][some], steps[some].astype(np.int64)

    def _merge(self, t: Times, steps: npt.NDArray[np.int64]) -> None:
        """Put in new steps; a late one costs as much as there are steps after it."""
        if not len(t):
            return
        place = int(self._t.view.searchsorted(t.min(), "left"))
        level, total = (int(column.view[place - 1]) if place else 0 for column in (self._level, self._sum))
        before = int(self._t.view[place - 1]) if place else int(t.min())
        old = np.diff(self._level.view[place:], prepend=level)
        every = np.concatenate((self._t.view[place:], t))
        order = np.argsort(every, kind="stable")
        moments = every[order]
        levels = level + np.cumsum(np.concatenate((old, steps))[order])
        widths = np.diff(moments, prepend=before)
        sums = total + np.cumsum(widths * np.concatenate(([level], levels[:-1])))
        for column, values in ((self._t, moments), (self._level, levels), (self._sum, sums)):
            column.size = place
            column.append(values)
