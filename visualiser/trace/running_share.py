"""How many of several threads run, by pixel columns, kept while the view scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.lane import Lane
from visualiser.trace.running_count import RunningCount
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

WHOLE = 60_000  # a thread's whole column: what a share is counted in
Shares = npt.NDArray[np.integer]


class RunningShare(NamedTuple):
    """Thread-columns, in parts of WHOLE: two threads that run for half of a column make one WHOLE.

    Attributes:
        run: on a core, or in the states asked for.
        ready: run or are ready, where the source cannot tell.
    """

    run: Shares
    ready: Shares


class ShareCache:
    """Shares of a group of lanes under the scale they were last asked for."""

    def __init__(self) -> None:
        self._kept = KeptColumns(np.uint32, np.uint32)
        self._only: frozenset[State] | None = None
        self._run = self._ready = RunningCount(frozenset())
        self._lanes: list[Lane] = []

    def share(
        self, lanes: Sequence[Lane], scale: TimeScale, now: int, only: frozenset[State] = frozenset()
    ) -> RunningShare:
        """Columns of what is known until ``now`` (ns).

        ``only``: the states to count instead of running. More lanes at the end cost little, other ones a new count.
        """
        if only != self._only or list(lanes[: len(self._lanes)]) != self._lanes:
            self._only = only
            self._run = RunningCount(only or frozenset({State.RUN}))
            self._ready = RunningCount(frozenset() if only else frozenset({State.READY}))
            self._kept.forget()
        if len(lanes) != len(self._lanes):
            self._kept.forget()
        self._lanes = list(lanes)
        for first, stop in self._kept.stale(scale, now):
            edges = scale.edges(first, stop)
            widths = np.maximum(np.diff(edges), 1)
            for kept, count in zip(self._kept.arrays, (self._run, self._ready), strict=True):
                kept[first:stop] = -(-count.times(lanes, edges) * WHOLE // widths)
        return RunningShare(*self._kept.arrays)
