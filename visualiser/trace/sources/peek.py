"""States from looks at the process from outside, a thousand a second: who holds the GIL, who is in which system call.

A recorded call is exact and goes before what a look found, with one exception: a look that finds the thread waiting
for the GIL inside such a call says that what the call waited for is there.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Seen
from visualiser.trace.lane import Codes
from visualiser.trace.pieces import Pieces
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import STATES, State

_NONE, _GIL, _UNKNOWN = (np.uint8(state) for state in (State.NONE, State.GIL, State.UNKNOWN))

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
        return {track: (pieces, _states(pieces, siblings.gil)) for track, pieces in siblings.pieces.items()}


def _states(pieces: Pieces, gil: bool) -> Codes:
    found = _STATE_OF[np.minimum(pieces.seen, STATES - 1)]
    if not gil:
        found = np.where(found == _GIL, _UNKNOWN, found)
    state = np.where((pieces.wait != _NONE) & (found != _GIL), pieces.wait, found)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return result
