"""Who holds the GIL of a process, told from its threads' core switches alone.

A thread that has the GIL keeps it while it is on a core and while it is pushed off it, and lets go before it blocks.
Another thread that wakes meanwhile wants the GIL and has yet to find out that it must wait: it does so every 5 ms, and
on a busy machine it may be pushed off its core while it asks. One that woke and stays on a core for longer than asking
takes, or that records something, has got the GIL; the one before, if it is on a core even so, needs none: it computes
in C code. Whether a stay will be a long one is looked up in what is known of the next millisecond.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import LOOK_AHEAD_NS
from visualiser.trace.lane import Times
from visualiser.trace.pending import OPEN
from visualiser.trace.pieces import Ahead, Pieces
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _OUT, _PREEMPT = int(Kind.SWITCH_IN), int(Kind.SWITCH_OUT), int(Kind.SWITCH_PREEMPT)
_NONE = int(State.NONE)
_NOBODY = -1

ASKING_NS = 60_000  # on a core; 5 … 20 µs were measured, on a virtual machine without a core to spare
QUICK_HANDOVER_NS = 200_000  # in a longer hole the next holder lacks a core
# Handing the GIL over takes tens of microseconds in which nobody is on a core; on a busy machine it takes as long as
# the next holder has to wait for a core, and the kernel does not report that it woke. A hole as long as the second
# counts only where the next thread to run is another one and was blocked for no recorded reason.
HANDOVER_NS = 1_000_000
SLOW_HANDOVER_NS = 20_000_000

# t ns, track, what the kernel told, the number of the switch among those of the track
_Event = tuple[int, int, int, int]


@dataclass
class Held:
    """What is known of the GIL in a stretch of time.

    Attributes:
        times: when somebody holds it or is about to, as a flat array: start, stop, start, stop and so on, ns.
        asking: of each thread, when it is awake and wants it though another one holds it, in the same way.
        handed: of each thread, when it was woken to take it and had no core yet, in the same way.
    """

    times: Times
    asking: dict[int, Times]
    handed: dict[int, Times]


class _Stays:
    """The stays of one thread on cores, those included that are known already of the time to come.

    Attributes:
        events: what is to be gone through.
        unexplained: at each of its switches, whether it blocks for no recorded reason, if it blocks.
    """

    def __init__(
        self, track: int, t: list[int], core: list[int], unexplained: list[bool], told: list[int], ahead: Ahead
    ) -> None:
        self.events: list[_Event] = list(zip(t, repeat(track), core, range(len(t)), strict=False))
        self.unexplained = unexplained
        self._t = t + ahead.t
        self._core = core + ahead.core
        self._told = told + ahead.told

    def takes(self, place: int) -> bool:
        """Whether the thread, given a core, has the GIL: it stays long enough, or records something."""
        left, limit = ASKING_NS, self._t[place] + LOOK_AHEAD_NS
        for at in range(place, len(self._t)):
            if self._core[at] not in (_IN, _PREEMPT) or self._t[at] >= limit:
                return False
            stop = min(self._t[at + 1], limit) if at + 1 < len(self._t) else limit
            if self._core[at] == _IN:
                left -= stop - self._t[at]
                told = bisect_left(self._told, self._t[at])
                if left <= 0 or (told < len(self._told) and self._told[told] <= stop):
                    return True
        return False


def _told(pieces: Pieces) -> list[int]:
    """When a thread recorded something, which it can do with the GIL only; ns."""
    changes = (np.diff(pieces.wait) != 0) | (pieces.name[1:] != pieces.name[:-1])
    times: list[int] = pieces.t[1:][changes].tolist()
    return times


@dataclass
class _Thread:
    """One thread as it was last told of.

    Attributes:
        core: what the kernel told last.
        since: when that, or who holds the GIL, changed last, ns.
        asked: how long it has been on a core since it woke while another one held the GIL, ns.
        unexplained: it blocks for no recorded reason.
        asking: when it was asking, flat.
    """

    core: int = _OUT
    since: int = 0
    asked: int = 0
    unexplained: bool = False
    asking: list[int] = field(default_factory=list)


class Holders:
    """Follows one process from one stretch of time to the next."""

    def __init__(self) -> None:
        self._threads: dict[int, _Thread] = {}
        self._awake: set[int] = set()
        self._holder = _NOBODY
        self._last = _NOBODY  # who held it last
        self._until = 0  # when that one let go, ns
        self._times: list[int] = []
        self._handed: dict[int, list[int]] = {}
        self._begin = 0

    def follow(self, siblings: Siblings) -> Held:
        """Everything in [begin, end) of the siblings."""
        self._begin, end = siblings.begin, siblings.end
        self._times, self._handed = [self._begin] if self._holder != _NOBODY else [], {}
        stays = {track: self._stays(track, pieces, siblings) for track, pieces in siblings.pieces.items()}
        for t, track, core, place in sorted(event for one in stays.values() for event in one.events):
            self._happen(t, track, core, stays[track], place)
        self._account(end)
        if self._holder != _NOBODY:
            self._times.append(end)
        else:
            self._end_in_hole(end)
        handed = {track: np.array(times, np.int64) for track, times in self._handed.items()}
        return Held(np.array(self._times, np.int64), self._collect(siblings), handed)

    def _end_in_hole(self, end: int) -> None:
        """The stretch ends while nobody holds it, perhaps in the middle of a hand-over: surely if a thread waits."""
        waiters = [
            track
            for track, thread in self._threads.items()
            if thread.core == _OUT and thread.unexplained and track != self._last
        ]
        if end - self._until >= (SLOW_HANDOVER_NS if waiters else HANDOVER_NS):
            return
        hole = [max(self._until, self._begin), end]
        self._times += hole
        if len(waiters) == 1 and end - self._until > QUICK_HANDOVER_NS:
            self._handed.setdefault(waiters[0], []).extend(hole)

    def _happen(self, t: int, track: int, core: int, stays: _Stays, place: int) -> None:
        """The kernel gives a thread a core or takes it away."""
        self._account(t)
        thread = self._threads.get(track) or self._threads.setdefault(track, _Thread())
        woke, thread.core = thread.core == _OUT and thread.unexplained, core
        if core not in (_IN, _PREEMPT):
            self._awake.discard(track)
            thread.asked, thread.unexplained = 0, stays.unexplained[place]
            if self._holder == track:
                self._let_go(t)
            return
        self._awake.add(track)
        thread.since = t
        if core == _IN and self._holder != track:
            if self._holder == _NOBODY:
                self._take(t, track, woke)
            elif stays.takes(place):
                self._hand_over(t, track)

    def _take(self, t: int, track: int, woke: bool) -> None:
        hole = t - self._until
        if hole > HANDOVER_NS and (hole > SLOW_HANDOVER_NS or not woke or track == self._last):
            self._times.append(t)
        else:
            if self._times:
                self._times.pop()  # as if nobody had let go
            else:  # the hole began before this stretch
                self._times.append(self._begin)
            if hole > QUICK_HANDOVER_NS:
                self._handed.setdefault(track, []).extend((max(self._until, self._begin), t))
        self._holder = self._last = track

    def _let_go(self, t: int) -> None:
        """The holder blocks. Who is on a core has it from now on: the one that has asked for longest."""
        self._holder, self._until = _NOBODY, t
        self._times.append(t)
        ready = [(-self._threads[track].asked, track) for track in self._awake if self._threads[track].core == _IN]
        if ready:
            self._take(t, min(ready)[1], woke=True)

    def _account(self, t: int) -> None:
        """Add what happened up to ``t`` beside the holder, which is another one from when somebody has got its GIL."""
        if len(self._awake) <= (self._holder in self._awake):  # nobody is
            return
        while self._holder != _NOBODY:
            reach = [(self._reaches(track), track) for track in self._awake if track != self._holder]
            when, track = min(reach, default=(t + 1, _NOBODY))
            if when > t:
                break
            self._pass_time(when)
            self._hand_over(when, track)
        self._pass_time(t)

    def _reaches(self, track: int) -> int:
        """When a thread that is awake will have been on a core for longer than asking takes, ns."""
        thread = self._threads[track]
        going = thread.core == _IN and thread.asked < ASKING_NS
        return thread.since + ASKING_NS - thread.asked if going else OPEN

    def _hand_over(self, t: int, track: int) -> None:
        before = self._threads[self._holder]
        before.since = t
        before.asked = ASKING_NS if before.core == _IN else 0  # it needs none, or it still has to find out
        self._holder = self._last = track

    def _pass_time(self, t: int) -> None:
        for track in self._awake:
            thread = self._threads[track]
            since, thread.since = thread.since, t
            if self._holder == _NOBODY or track == self._holder or thread.asked >= ASKING_NS or since == t:
                continue
            thread.asked += t - since if thread.core == _IN else 0
            if thread.asking and thread.asking[-1] == since:
                thread.asking[-1] = t
            else:
                thread.asking += [since, t]

    def _stays(self, track: int, pieces: Pieces, siblings: Siblings) -> _Stays:
        known = self._threads.get(track)
        core = np.where(pieces.alive, pieces.core, np.uint8(_OUT))
        changed = np.flatnonzero(np.diff(core, prepend=np.uint8(known.core if known else 0)))
        unexplained = pieces.alive & ((pieces.wait == _NONE) | ~pieces.first_block)
        t, code, why = (column[changed].tolist() for column in (pieces.t, core, unexplained))
        return _Stays(track, t, code, why, _told(pieces), siblings.ahead[track])

    def _collect(self, siblings: Siblings) -> dict[int, Times]:
        """Who was asking when; lets go of threads that are gone."""
        asking: dict[int, Times] = {}
        for track in list(self._threads):
            thread = self._threads[track]
            if thread.asking:
                asking[track], thread.asking = np.array(thread.asking, np.int64), []
            pieces = siblings.pieces.get(track)
            if pieces is not None and not pieces.alive[-1] and track not in self._awake and pieces.alive.any():
                del self._threads[track]
        return asking
