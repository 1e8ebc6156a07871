"""States from the recorded calls alone: the wait a thread is in, else that it runs or is ready.

A call ends when its thread has the GIL and a core again, which may be long after what it waited for was there. Where
that moment is known (the time asked for is over, the lock is free) the thread wants to go on from then on; whether
it lacks the GIL or a core is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Pieces, Places
from visualiser.trace.sources.siblings import Group, Last, Siblings
from visualiser.trace.states import State

_NONE, _READY, _RESUME, _LOCK = (np.uint8(state) for state in (State.NONE, State.READY, State.RESUME, State.LOCK))


class Calls:
    """Needs to remember nothing."""

    def settle(self, siblings: Siblings) -> int:
        """See ``Source``."""
        return siblings.end

    def states(self, siblings: Siblings) -> tuple[Pieces, Codes]:
        """See ``Source``."""
        pieces, _ = siblings.pieces.split(free_cuts(siblings.pieces, siblings))
        state = np.where(over(pieces, siblings), _RESUME, pieces.wait)
        state[pieces.wait == _NONE] = _READY
        state[~pieces.alive] = _NONE
        return pieces, state

    def is_settled(self, last: Last, group: Group) -> bool:
        """See ``Source``."""
        return may_go_on(last)


def may_go_on(last: Last) -> bool:
    """Whether no sibling can end the thread's wait, nor has it anything to wait for once it is over."""
    return last.wait != _LOCK and not last.due


def free_cuts(pieces: Pieces, siblings: Siblings) -> list[Times]:
    """Where a lock that is waited for becomes free or is taken: keys to cut the pieces at."""
    cuts = []
    for mine, start, end in _free_locks(pieces, siblings):
        places = np.unique(pieces.place[mine])
        for t in (start, end):
            cuts.append(pieces.cuts(np.repeat(places, len(t)), np.tile(t, len(places))))
    return cuts


def over(pieces: Pieces, siblings: Siblings) -> Flags:
    """Whether each wait is over, where the pieces are cut at ``free_cuts``."""
    result = pieces.due
    for mine, start, end in _free_locks(pieces, siblings):
        t = pieces.t[mine]
        number = np.searchsorted(start, t, "right") - 1
        result = result.copy() if result is pieces.due else result
        result[mine] |= (number >= 0) & (t < end[number])
    return result


def _free_locks(pieces: Pieces, siblings: Siblings) -> Iterator[tuple[Places, Times, Times]]:
    """For every lock that is waited for the numbers of the pieces in which it is, and when it was free."""
    waiting = np.flatnonzero((pieces.wait == _LOCK) & pieces.alive)
    if not len(waiting):
        return
    first = np.array([group.first for group in siblings.groups])
    group = first.searchsorted(pieces.place[waiting], "right") - 1
    lock = group << 32 | pieces.name[waiting]
    for one in np.unique(lock).tolist():
        start, end = siblings.free(siblings.groups[one >> 32].pid, one & 0xFFFFFFFF)
        if len(start):
            yield waiting[lock == one], start, end
