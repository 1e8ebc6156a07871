"""States from looks at the process from outside, a thousand a second: who holds the GIL, who is in which system call.

A recorded call is exact and goes before what a look found, unless a look finds the thread ready or waiting for the GIL
in it: then what it waited for is there. So it is when the time it asked for is over, though no look may have noticed
yet: while another thread runs, it lacks the GIL.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from visualiser.lab.layout import Seen
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Pieces
from visualiser.trace.sources.calls import with_over
from visualiser.trace.sources.siblings import Siblings
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
        self._ran: set[int] = set()  # threads that nothing changed for since they were seen to run

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        result = {}
        for track, pieces in siblings.pieces.items():
            pieces, over = with_over(pieces, siblings)
            if siblings.share_gil and over.any():
                times = self._others_run(track, siblings)
                at = pieces.t
                pieces = pieces.split(times, siblings.end)
                over = over[np.searchsorted(at, pieces.t, "right") - 1]
                lacks = np.where(np.searchsorted(times, pieces.t, "right") % 2 == 1, _GIL, _RESUME).astype(np.uint8)
            else:
                lacks = np.full(len(pieces.t), _RESUME if siblings.gil else _CORE, np.uint8)
            result[track] = pieces, _states(pieces, over, lacks, siblings.gil)
        self._remember(siblings.pieces)
        return result

    def _others_run(self, track: int, siblings: Siblings) -> Times:
        """When some other thread was seen to run, as a flat array: start, stop, start, stop and so on, ns."""
        if self._ran - siblings.pieces.keys() - {track}:
            return np.array([siblings.begin, siblings.end])
        starts, stops = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for other, pieces in siblings.pieces.items():
            if other != track:
                runs = pieces.alive & (pieces.seen == Seen.RUN)
                starts.append(pieces.t[runs])
                stops.append(pieces.until(siblings.end)[runs])
        start, stop = np.sort(np.concatenate(starts)), np.sort(np.concatenate(stops))
        apart = np.flatnonzero(start[1:] > stop[:-1])  # neighbours that touch are one
        first, last = np.append(0, apart + 1), np.append(apart, len(start) - 1)
        return np.stack([start[first], stop[last]], axis=1).ravel() if len(start) else start

    def _remember(self, pieces: Mapping[int, Pieces]) -> None:
        for track, each in pieces.items():
            if each.alive[-1] and each.seen[-1] == Seen.RUN:
                self._ran.add(track)
            else:
                self._ran.discard(track)


def _states(pieces: Pieces, over: Flags, lacks: Codes, gil: bool) -> Codes:
    found = _STATE_OF[np.minimum(pieces.seen, STATES - 1)]
    if not gil:
        found = np.where(found == _GIL, _UNKNOWN, found)
    goes_on = (found == _GIL) | (found == _CORE) | (over & (found == _RUN))
    waiting = np.where(goes_on, found, np.where(over, lacks, pieces.wait))
    state = np.where(pieces.wait != _NONE, waiting, found)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return result
