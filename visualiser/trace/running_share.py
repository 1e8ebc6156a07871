"""How many of several threads run, by pixel columns, kept while the view scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.lane import Lane, Times
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

WHOLE = 60_000  # a thread's whole column: what a share is counted in
COARSE = 8  # columns taken together while the view is in motion
Shares = npt.NDArray[np.uint32]


class RunningShare(NamedTuple):
    """Thread-columns, in parts of WHOLE: two threads that run for half of a column make one WHOLE.

    Attributes:
        run: on a core.
        ready: run or are ready, where the source cannot tell.
    """

    run: Shares
    ready: Shares


class ShareCache:
    """Shares of a group of lanes under the scale they were last asked for."""

    def __init__(self) -> None:
        self._kept = KeptColumns(np.uint32, np.uint32)
        self._lanes = 0

    def share(self, lanes: Sequence[Lane], scale: TimeScale, now: int, moving: bool = False) -> RunningShare:
        """Columns of what is known until ``now`` (ns); while ``moving`` to another scale, several are taken together."""
        if moving and not self._kept.fits(scale):
            self._kept.forget()
            return _coarse(lanes, scale)
        if len(lanes) != self._lanes:
            self._kept.forget()
            self._lanes = len(lanes)
        for first, stop in self._kept.stale(scale, now):
            fresh = shares(lanes, scale.edges(first, stop))
            for kept, new in zip(self._kept.arrays, fresh, strict=True):
                kept[first:stop] = new
        run, ready = self._kept.arrays
        return RunningShare(run.astype(np.uint32, copy=False), ready.astype(np.uint32, copy=False))


def shares(lanes: Sequence[Lane], edges: Times) -> RunningShare:
    """Exact shares between neighbouring ``edges`` (ns, ascending)."""
    run, ready = np.zeros(len(edges) - 1, np.int64), np.zeros(len(edges) - 1, np.int64)
    for lane in lanes:
        if State.RUN in lane.states or State.READY in lane.states:
            times = lane.times_in_states(edges)
            run += times.get(State.RUN, 0)
            ready += times.get(State.READY, 0)
    widths = np.maximum(np.diff(edges), 1)
    return RunningShare(*((total * WHOLE // widths).astype(np.uint32) for total in (run, ready)))


def _coarse(lanes: Sequence[Lane], scale: TimeScale) -> RunningShare:
    every = scale.edges()
    edges = np.append(every[:-1][::COARSE], every[-1])
    return RunningShare(*(np.repeat(share, COARSE)[: scale.width] for share in shares(lanes, edges)))
