"""Folds the threads of one process into lanes; here, where siblings are known, waiting for the GIL is told apart.

A thread that blocks outside any recorded call, or blocks again after the wait it recorded was over, waits for the
GIL only while a sibling is on a core or was pushed off it: somebody must be holding what it waits for. Otherwise the
reason is not known and is shown as such.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.gil_holders import Holders
from visualiser.trace.lane import Codes, Lane, Times
from visualiser.trace.states import State
from visualiser.trace.thread_fold import Pieces, ThreadFold

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _PREEMPT, _LOST = int(Kind.SWITCH_IN), int(Kind.SWITCH_PREEMPT), int(Kind.LOST)
_NONE, _RUN, _READY, _GIL, _CORE, _UNKNOWN = (
    np.uint8(state) for state in (State.NONE, State.RUN, State.READY, State.GIL, State.CORE, State.UNKNOWN)
)


class ProcessFold:
    """All living threads of one process, by the number of their track."""

    def __init__(self, gil: bool = True) -> None:
        self.gil = gil
        self.threads: dict[int, tuple[ThreadFold, Lane]] = {}
        self._holders = Holders()

    def add_thread(self, track: int, lane: Lane) -> ThreadFold:
        """A new thread whose states go to ``lane``; returns its fold."""
        fold = ThreadFold()
        self.threads[track] = (fold, lane)
        return fold

    @property
    def busy_threads(self) -> int:
        """Threads that something new was heard of."""
        return sum(not fold.settled for fold, _ in self.threads.values())

    def lose(self, when: int) -> None:
        """The kernel could not deliver core switches from ``when`` (ns) on."""
        for fold, _ in self.threads.values():
            fold.lose(when)

    def advance(self, begin: int, end: int, sampled: bool) -> None:
        """Append everything between ``begin`` and ``end`` (ns) to the lanes and let go of dead threads."""
        cut = {track: fold.pieces(begin, end) for track, (fold, _) in self.threads.items() if not fold.settled}
        shares_gil = sampled and self.gil and len(self.threads) > 1
        busy = self._holders.busy(cut, end) if shares_gil and cut else None
        for track, (fold, lane) in list(self.threads.items()):
            if track in cut:
                _append(lane, cut[track], end, sampled, busy)
            else:
                lane.extend(end)
            if fold.settled and fold.died is not None:
                del self.threads[track]


def _append(lane: Lane, pieces: Pieces, end: int, sampled: bool, busy: Times | None) -> None:
    if busy is not None:
        pieces = _split(pieces, busy, end)
    state = _sampled_states(pieces, busy) if sampled else _recorded_states(pieces)
    begun = 0 if len(lane) else int(np.argmax(pieces.alive)) if pieces.alive.any() else len(state)
    named = pieces.alive & (state != _GIL) & (state != _CORE)
    name = np.where(named, pieces.name, 0).astype(np.uint32)
    lane.append(pieces.t[begun:], state[begun:], name[begun:], end)


def _split(pieces: Pieces, cuts: Times, end: int) -> Pieces:
    """The same pieces, cut at those of ``cuts`` that lie before ``end`` as well."""
    inner = cuts[(cuts > pieces.t[0]) & (cuts < end)]
    t = np.union1d(pieces.t, inner)
    at = np.searchsorted(pieces.t, t, "right") - 1
    return Pieces(t, pieces.alive[at], pieces.wait[at], pieces.name[at], pieces.core[at], pieces.first_block[at])


def _recorded_states(pieces: Pieces) -> Codes:
    """Without a sampler: the recorded wait, else running or ready."""
    state = np.where(pieces.wait != _NONE, pieces.wait, _READY)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return result


def _sampled_states(pieces: Pieces, busy: Times | None) -> Codes:
    """With exact core switches: on a core, pushed off it, or blocked and why."""
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
    return result
