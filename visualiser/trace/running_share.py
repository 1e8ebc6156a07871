"""How many of several threads run, by pixel columns, kept while the view scrolls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.lane import Lane, Times
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

WHOLE = 60_000  # a thread's whole column: what a share is counted in
COARSE = 8  # columns taken together while the view is in motion
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
        self._made_of: tuple[int, frozenset[State]] = (0, frozenset())

    def share(
        self,
        lanes: Sequence[Lane],
        scale: TimeScale,
        now: int,
        moving: bool = False,
        only: frozenset[State] = frozenset(),
    ) -> RunningShare:
        """Columns of what is known until ``now`` (ns); while ``moving`` to another scale, several are taken together.

        ``only``: the states to count instead of running.
        """
        if moving and not self._kept.fits(scale):
            self._kept.forget()
            return _coarse(lanes, scale, only)
        if (len(lanes), only) != self._made_of:
            self._kept.forget()
            self._made_of = (len(lanes), only)
        for first, stop in self._kept.stale(scale, now):
            fresh = shares(lanes, scale.edges(first, stop), only)
            for kept, new in zip(self._kept.arrays, fresh, strict=True):
                kept[first:stop] = new
        run, ready = self._kept.arrays
        return RunningShare(run, ready)


def shares(lanes: Sequence[Lane], edges: Times, only: Collection[State] = ()) -> RunningShare:
    """Exact shares between neighbouring ``edges`` (ns, ascending)."""
    run, ready = np.zeros(len(edges) - 1, np.int64), np.zeros(len(edges) - 1, np.int64)
    counted = only or (State.RUN,)
    for lane in lanes:
        if lane.occurs((*counted, State.READY)):
            for state, times in lane.times_in_states(edges).items():
                if state in counted:
                    run += times
                elif state is State.READY and not only:
                    ready += times
    widths = np.maximum(np.diff(edges), 1)
    return RunningShare(*(-(-total * WHOLE // widths) for total in (run, ready)))


def _coarse(lanes: Sequence[Lane], scale: TimeScale, only: Collection[State]) -> RunningShare:
    every = scale.edges()
    edges = np.append(every[:-1][::COARSE], every[-1])
    return RunningShare(*(np.repeat(share, COARSE)[: scale.width] for share in shares(lanes, edges, only)))
