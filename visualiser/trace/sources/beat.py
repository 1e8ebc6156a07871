"""States from the beats that were put into the script's loops; between them the siblings tell, see ``beat_states``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from visualiser.trace.beat_states import Owners
from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Pieces
from visualiser.trace.sources.calls import with_over
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

_NONE, _GIL, _CORE, _RESUME = (np.uint8(state) for state in (State.NONE, State.GIL, State.CORE, State.RESUME))


class Beat:
    """Follows one process."""

    def __init__(self) -> None:
        self._owners = Owners()

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        told = self._owners.states(siblings.begin, siblings.end, siblings.beats, siblings.gil)
        return {track: _states(pieces, siblings, *told[track]) for track, pieces in siblings.pieces.items()}

    def known_until(self, threads: Mapping[int, ThreadBeats], now: int) -> int:
        """Up to when (ns) it is known why the threads' beats stopped; at most ``now``."""
        return self._owners.known_until(threads, now)


def _states(pieces: Pieces, siblings: Siblings, t: Times, told: Codes) -> tuple[Pieces, Codes]:
    pieces, over = with_over(pieces.split(t, siblings.end), siblings)
    state = told[np.searchsorted(t, pieces.t, "right") - 1]
    going_on = np.where(np.isin(state, (_GIL, _CORE)), state, _RESUME)
    state = np.where(pieces.wait != _NONE, np.where(over, going_on, pieces.wait), state)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return pieces, result
