"""States from the kernel's core switches: on a core, pushed off it, or blocked; why it blocks is told by the records.

A thread that blocks outside any recorded call, or blocks again after the wait it recorded was over, waits for the
GIL only while a sibling is on a core or was pushed off it: somebody must be holding what it waits for. Otherwise the
reason is not known and is shown as such.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Pieces
from visualiser.trace.sources.gil_holders import Holders
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _PREEMPT, _LOST = int(Kind.SWITCH_IN), int(Kind.SWITCH_PREEMPT), int(Kind.LOST)
_NONE, _RUN, _GIL, _CORE, _UNKNOWN = (
    np.uint8(state) for state in (State.NONE, State.RUN, State.GIL, State.CORE, State.UNKNOWN)
)


class Perf:
    """Follows one process."""

    def __init__(self) -> None:
        self._holders = Holders()

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        busy = self._holders.busy(siblings) if siblings.share_gil else None
        return {track: _states(pieces, busy, siblings.end) for track, pieces in siblings.pieces.items()}


def _states(pieces: Pieces, busy: Times | None, end: int) -> tuple[Pieces, Codes]:
    if busy is not None:
        pieces = pieces.split(busy, end)
    waiting = pieces.wait != _NONE
    reason = np.where(waiting, pieces.wait, _UNKNOWN)
    if busy is not None:
        held = np.searchsorted(busy, pieces.t, "right") % 2 == 1
        wants_gil = held & ~(waiting & pieces.first_block)
        reason = np.where(wants_gil, _GIL, reason)
    state = np.where(pieces.core == _PREEMPT, _CORE, reason)
    state = np.where(pieces.core == _IN, _RUN, state)
    state = np.where(pieces.core == _LOST, _UNKNOWN, state)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return pieces, result
