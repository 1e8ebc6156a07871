"""States from looks at the process from outside, a thousand a second: who holds the GIL, who is in which system call.

A recorded call is exact and goes before what a look found, unless a look finds the thread ready or waiting for the GIL
in it: then what it waited for is there. So it is when the time it asked for is over, though no look may have noticed
yet: while another thread runs, it lacks the GIL.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Seen
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Pieces
from visualiser.trace.sources.calls import free_cuts, may_go_on, over
from visualiser.trace.sources.siblings import Group, Last, Siblings
from visualiser.trace.states import STATES, State

_NONE, _RUN, _GIL, _CORE, _RESUME, _UNKNOWN = (
    np.uint8(state) for state in (State.NONE, State.RUN, State.GIL, State.CORE, State.RESUME, State.UNKNOWN)
)

_STATE_OF = np.full(STATES, State.UNKNOWN, np.uint8)  # by what was seen; before the first look: runs or is ready
_STATE_OF[0] = State.READY
for _seen, _state in {
    Seen.RUN: State.RUN,
    Seen.CORE: State.CORE,
    Seen.GIL: State.GIL,
    Seen.SLEEP: State.SLEEP,
    Seen.IO: State.IO,
    Seen.PROC: State.PROC,
    Seen.READY: State.READY,
}.items():
    _STATE_OF[_seen] = _state


class Peek:
    """Needs to remember nothing but who ran at the end of the stretch before."""

    def __init__(self) -> None:
        self._ran: dict[int, set[int]] = {}  # by process, threads that nothing changed for since they were seen to run

    def settle(self, siblings: Siblings) -> int:
        """See ``Source``."""
        return siblings.end

    def states(self, siblings: Siblings) -> tuple[Pieces, Codes]:
        """See ``Source``."""
        pieces, _ = siblings.pieces.split(free_cuts(siblings.pieces, siblings))
        running = self._running(pieces, siblings)
        cuts = (pieces.cuts(np.full(len(t), place), t) for place, t in running.items())
        pieces, _ = pieces.split(list(cuts))
        gil = np.repeat([group.gil for group in siblings.groups], [one.stop - one.first for one in siblings.groups])
        lacks = np.where(gil[pieces.place], _RESUME, _CORE)
        bounds = pieces.bounds
        for place, times in running.items():
            mine = slice(int(bounds[place]), int(bounds[place + 1]))
            lacks[mine] = np.where(np.searchsorted(times, pieces.t[mine], "right") % 2 == 1, _GIL, _RESUME)
        state = _states(pieces, over(pieces, siblings), lacks, gil[pieces.place])
        self._remember(pieces, siblings)
        return pieces, state

    def is_settled(self, last: Last, group: Group) -> bool:
        """See ``Source``."""
        return may_go_on(last)

    def _running(self, pieces: Pieces, siblings: Siblings) -> dict[int, Times]:
        """By the places of threads whose wait is over when their siblings were seen to run."""
        wanting = np.unique(pieces.place[over(pieces, siblings)]).tolist()
        result = {}
        for group in siblings.groups:
            mine = [place for place in wanting if group.first <= place < group.stop] if group.gil else []
            for place in mine:
                result[place] = self._others_run(place, group, pieces, siblings)
        return result

    def _others_run(self, place: int, group: Group, pieces: Pieces, siblings: Siblings) -> Times:
        """When some other thread was seen to run, as a flat array: start, stop, start, stop and so on, ns."""
        here = {fold.number for fold in siblings.folds[group.first : group.stop]}
        if self._ran.get(group.pid, set()) - here:
            return np.array([siblings.begin, siblings.end])
        others = (pieces.place >= group.first) & (pieces.place < group.stop) & (pieces.place != place)
        runs = others & pieces.alive & (pieces.seen == Seen.RUN)
        start, stop = np.sort(pieces.t[runs]), np.sort(pieces.until[runs])
        apart = np.flatnonzero(start[1:] > stop[:-1])  # neighbours that touch are one
        first, last = np.append(0, apart + 1), np.append(apart, len(start) - 1)
        return np.stack([start[first], stop[last]], axis=1).ravel() if len(start) else start

    def _remember(self, pieces: Pieces, siblings: Siblings) -> None:
        last = pieces.bounds[1:] - 1
        runs = (pieces.alive[last] & (pieces.seen[last] == Seen.RUN)).tolist()
        for group in siblings.groups:
            ran = self._ran.setdefault(group.pid, set())
            for place in range(group.first, group.stop):
                (ran.add if runs[place] else ran.discard)(siblings.folds[place].number)


def _states(pieces: Pieces, over: Flags, lacks: Codes, gil: Flags) -> Codes:
    found = _STATE_OF[np.minimum(pieces.seen, STATES - 1)]
    found = np.where((found == _GIL) & ~gil, _UNKNOWN, found)
    goes_on = (found == _GIL) | (found == _CORE) | (over & (found == _RUN))
    waiting = np.where(goes_on, found, np.where(over, lacks, pieces.wait))
    state: Codes = np.where(pieces.wait != _NONE, waiting, found)
    state[~pieces.alive] = _NONE
    return state
