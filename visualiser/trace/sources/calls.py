"""States from the recorded calls alone: the wait a thread is in, else that it runs or is ready.

A call ends when its thread has the GIL and a core again, which may be long after what it waited for was there. Where
that moment is known (the time asked for is over, the lock is free) the thread wants to go on from then on; whether
it lacks the GIL or a core is not known.
"""

from __future__ import annotations

import numpy as np

from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Pieces
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

_NONE, _READY, _RESUME, _LOCK = (np.uint8(state) for state in (State.NONE, State.READY, State.RESUME, State.LOCK))


class Calls:
    """Needs to remember nothing."""

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        return {track: _states(*with_over(pieces, siblings)) for track, pieces in siblings.pieces.items()}


def with_over(pieces: Pieces, siblings: Siblings) -> tuple[Pieces, Flags]:
    """The pieces, cut where a lock that is waited for becomes free or is taken, and whether each wait is over."""
    locks = np.unique(pieces.name[(pieces.wait == _LOCK) & pieces.alive]).tolist()
    free = {name: times for name in locks if len((times := siblings.free(name))[0])}
    if not free:
        return pieces, pieces.due
    pieces = pieces.split(np.concatenate([column for times in free.values() for column in times]), siblings.end)
    over = pieces.due.copy()
    for name, times in free.items():
        mine = (pieces.wait == _LOCK) & (pieces.name == name)
        over |= mine & _inside(pieces.t, *times)
    return pieces, over


def _inside(t: Times, start: Times, end: Times) -> Flags:
    number = np.searchsorted(start, t, "right") - 1
    result: Flags = (number >= 0) & (t < end[number])
    return result


def _states(pieces: Pieces, over: Flags) -> tuple[Pieces, Codes]:
    state = np.where(pieces.wait != _NONE, np.where(over, _RESUME, pieces.wait), _READY)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return pieces, result
