"""States from looks at the process from outside, a thousand a second: who holds the GIL, who is in which system call.

A recorded call is exact and goes before what a look found, with one exception: what the call waited for is there if a
look finds the thread waiting for the GIL, or if the time it asked for is over.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Seen
from visualiser.trace.lane import Codes
from visualiser.trace.pieces import Flags, Pieces
from visualiser.trace.sources.calls import with_over
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import STATES, State

_NONE, _GIL, _RESUME, _UNKNOWN = (np.uint8(state) for state in (State.NONE, State.GIL, State.RESUME, State.UNKNOWN))
_AWAKE = (State.RUN, State.CORE)

_STATE_OF = np.full(STATES, State.UNKNOWN, np.uint8)  # by what was seen; before the first look: runs or is ready
_STATE_OF[0] = State.READY
for _seen, _state in {
    Seen.RUN: State.RUN,
    Seen.CORE: State.CORE,
    Seen.GIL: State.GIL,
    Seen.SLEEP: State.SLEEP,
    Seen.IO: State.IO,
    Seen.PROC: State.PROC,
}.items():
    _STATE_OF[_seen] = _state


class Peek:
    """Needs to remember nothing."""

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        return {track: _states(*with_over(pieces, siblings), siblings.gil) for track, pieces in siblings.pieces.items()}


def _states(pieces: Pieces, over: Flags, gil: bool) -> tuple[Pieces, Codes]:
    found = _STATE_OF[np.minimum(pieces.seen, STATES - 1)]
    if not gil:
        found = np.where(found == _GIL, _UNKNOWN, found)
    waiting = (pieces.wait != _NONE) & (found != _GIL)
    state = np.where(waiting & ~over, pieces.wait, found)
    state = np.where(waiting & over & ~np.isin(found, _AWAKE), _RESUME, state)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return pieces, result
