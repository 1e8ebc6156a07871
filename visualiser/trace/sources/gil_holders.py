"""Who holds the GIL of a process, told from its threads' core switches alone.

A thread that has the GIL keeps it while it is on a core and while it is pushed off it, and lets go before it blocks.
Another thread that wakes meanwhile wants the GIL and has yet to find out that it must wait: it does so every 5 ms, and
on a busy machine it may be pushed off its core while it asks. One that woke and stays on a core for longer than asking
takes, or that records something, has got the GIL; the one before, if it is on a core even so, needs none: it computes
in C code. Whether a stay will be a long one is looked up in what is known of the next millisecond.

While nobody holds it, what that means is known only when somebody takes it, or when nobody has for so long that it was
no hand-over. Until then the time since somebody let go is not settled.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import LOOK_AHEAD_NS
from visualiser.trace.lane import Times
from visualiser.trace.pending import OPEN
from visualiser.trace.thread_fold import ThreadFold

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _OUT, _PREEMPT = int(Kind.SWITCH_IN), int(Kind.SWITCH_OUT), int(Kind.SWITCH_PREEMPT)
_AWAKE = (_IN, _PREEMPT)
DEAD = 0  # told of a thread before and after its life
_NOBODY = -1

ASKING_NS = 60_000  # on a core; 5 … 20 µs were measured, on a virtual machine without a core to spare
QUICK_HANDOVER_NS = 200_000  # in a longer hole the next holder lacks a core
# Handing the GIL over takes tens of microseconds in which nobody is on a core; on a busy machine it takes as long as
# the next holder has to wait for a core, and the kernel does not report that it woke. A hole as long as the second
# counts only where the next thread to run is another one and was blocked for no recorded reason.
HANDOVER_NS = 1_000_000
SLOW_HANDOVER_NS = 20_000_000

# t ns, track, what the kernel told or DEAD, whether the thread blocks for no recorded reason if it blocks
Event = tuple[int, int, int, bool]
Takes = Callable[[int, int], bool]


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


def takes_gil(fold: ThreadFold, told: list[int], since: int) -> bool:
    """Whether a thread that got a core at ``since`` (ns) has the GIL: it stays long enough, or records something.

    ``told``: when it recorded something, which it can do with the GIL only; ns.
    """
    moments, codes = fold.switches.t, fold.switches.code
    left, limit = ASKING_NS, since + LOOK_AHEAD_NS
    if fold.died is not None:
        limit = min(limit, fold.died)
    at, begin, core = bisect_right(moments, since), since, _IN
    while True:
        more = at < len(moments) and moments[at] < limit
        stop = moments[at] if more else limit
        if core == _IN:
            left -= stop - begin
            place = bisect_left(told, begin) if told else 0
            if left <= 0 or (place < len(told) and told[place] <= stop):
                return True
        if not more or codes[at] not in (_IN, _PREEMPT):
            return False
        begin, core = stop, codes[at]
        at += 1


@dataclass
class _Thread:
    """One thread as it was last told of.

    Attributes:
        core: what the kernel told last.
        since: when that, or who holds the GIL, changed last, ns.
        asked: how long it has been on a core since it woke while another one held the GIL, ns.
        unexplained: it blocks for no recorded reason.
    """

    core: int = _OUT
    since: int = 0
    asked: int = 0
    unexplained: bool = False


class Holders:
    """Follows one process from event to event.

    Attributes:
        now: every event before it has been followed, ns.
    """

    def __init__(self) -> None:
        self.now = 0
        self._threads: dict[int, _Thread] = {}
        self._awake: set[int] = set()
        self._askers: set[int] = set()  # of them, without the GIL, those that have not been on a core for long
        self._holder = _NOBODY
        self._last = _NOBODY  # who held it last
        self._until = 0  # when that one let go, ns
        # What ``held`` has not told yet, as flat lists of starts and stops, ns.
        self._times: list[int] = []  # the last stop is missing while somebody holds it
        self._asking: dict[int, list[int]] = {}
        self._handed: dict[int, list[int]] = {}

    def core_of(self, track: int) -> int:
        """What was last told of a thread."""
        thread = self._threads.get(track)
        return DEAD if thread is None else thread.core

    def knows_only(self, track: int) -> bool:
        """Whether nothing was ever told of another living thread."""
        return not self._threads or (len(self._threads) == 1 and track in self._threads)

    def runs_on(self, track: int) -> bool:
        """Whether a thread on a core has the GIL or needs none, so that it runs whatever others do."""
        thread = self._threads.get(track)
        return thread is not None and thread.core == _IN and track not in self._askers

    def follow(self, events: list[Event], end: int, takes: Takes) -> None:
        """Go through what happened since ``now`` and before ``end``, ns, in order.

        ``takes``: whether a thread (its track) that got a core at a moment (ns) has the GIL.
        """
        for t, track, core, unexplained in events:
            if self._askers and self._holder != _NOBODY:
                self._account(t)
            if core in _AWAKE:
                self._wake(t, track, core, takes)
            else:
                self._sleep(t, track, core, unexplained)
        if self._askers and self._holder != _NOBODY:
            self._account(end)
        self.now = end

    def settled_until(self) -> int:
        """Up to when nothing that happens from ``now`` on changes what ``held`` tells, ns."""
        if self._holder != _NOBODY or self._last == _NOBODY:
            return self.now
        patience = SLOW_HANDOVER_NS if self._waiters() else HANDOVER_NS
        return self.now if self.now - self._until > patience else self._until

    def held(self, end: int) -> Held:
        """What is known up to ``end`` (ns) and was not told before; what is not settled by then is guessed."""
        times, handed = list(self._times), self._handed
        if self._holder != _NOBODY:
            times.append(OPEN)
        elif self.settled_until() < end:
            # In the middle of a hand-over, for all that is known: surely if a thread waits.
            times += [self._until, OPEN]
            waiters = self._waiters()
            if len(waiters) == 1 and end - self._until > QUICK_HANDOVER_NS:
                before = handed.get(waiters[0], [])
                handed = {**handed, waiters[0]: [*before, self._until, OPEN]}
        told = Held(np.array(times, np.int64), _arrays(self._asking), _arrays(handed))
        self._forget(end)
        return told

    def _waiters(self) -> list[int]:
        """Threads that may be waiting to take the GIL from the one that held it last."""
        threads = self._threads.items()
        return [track for track, one in threads if one.core == _OUT and one.unexplained and track != self._last]

    def _forget(self, end: int) -> None:
        """Drop the stretches that are over before ``end``, ns."""
        del self._times[: bisect_left(self._times, end) // 2 * 2]
        for stretches in (self._asking, self._handed):
            for track, times in list(stretches.items()):
                if times[-1] < end:
                    del stretches[track]
                else:
                    del times[: bisect_left(times, end) // 2 * 2]

    def _wake(self, t: int, track: int, core: int, takes: Takes) -> None:
        """The kernel gives a thread a core, or takes it away though it could go on."""
        thread = self._threads.get(track)
        if thread is None:
            thread = self._threads[track] = _Thread()
        woke, thread.core, thread.since = thread.core == _OUT and thread.unexplained, core, t
        self._awake.add(track)
        if self._holder == track:
            return
        if thread.asked < ASKING_NS:
            self._askers.add(track)
        if core == _IN:
            if self._holder == _NOBODY:
                self._take(t, track, woke)
            elif takes(track, t):
                self._hand_over(t, track)

    def _sleep(self, t: int, track: int, core: int, unexplained: bool) -> None:
        """A thread blocks, is gone, or out of sight."""
        self._awake.discard(track)
        self._askers.discard(track)
        if core == DEAD:
            self._threads.pop(track, None)
        else:
            thread = self._threads.get(track)
            if thread is None:
                thread = self._threads[track] = _Thread()
            thread.core, thread.asked, thread.unexplained = core, 0, unexplained
        if self._holder == track:
            self._let_go(t)

    def _take(self, t: int, track: int, woke: bool) -> None:
        hole = t - self._until
        long = hole > HANDOVER_NS and (hole > SLOW_HANDOVER_NS or not woke or track == self._last)
        if long or self._last == _NOBODY or len(self._threads) == 1:  # a lonely thread waits for nobody's GIL
            self._times.append(t)
        else:
            self._times.pop()  # as if nobody had let go
            if hole > QUICK_HANDOVER_NS:
                self._handed.setdefault(track, []).extend((self._until, t))
        self._holder = self._last = track
        self._askers.discard(track)
        for other in self._askers:
            self._threads[other].since = t

    def _let_go(self, t: int) -> None:
        """The holder blocks. Who is on a core has it from now on: the one that has asked for longest."""
        self._holder, self._until = _NOBODY, t
        self._times.append(t)
        if self._awake:
            ready = [(-self._threads[track].asked, track) for track in self._awake if self._threads[track].core == _IN]
            if ready:
                self._take(t, min(ready)[1], woke=True)

    def _hand_over(self, t: int, track: int) -> None:
        before = self._threads[self._holder]
        before.since = t
        before.asked = ASKING_NS if before.core == _IN else 0  # it needs none, or it still has to find out
        if not before.asked:
            self._askers.add(self._holder)
        self._holder = self._last = track
        self._askers.discard(track)

    def _account(self, t: int) -> None:
        """Add what happened up to ``t`` beside the holder, which is another one from when somebody has got its GIL."""
        while True:
            reach = [(one.since + ASKING_NS - one.asked, track) for track, one in self._on_cores()]
            when, track = min(reach, default=(OPEN, _NOBODY))
            if when > t:
                break
            self._pass_time(when)
            self._hand_over(when, track)
        self._pass_time(t)

    def _on_cores(self) -> Iterator[tuple[int, _Thread]]:
        for track in self._askers:
            thread = self._threads[track]
            if thread.core == _IN:
                yield track, thread

    def _pass_time(self, t: int) -> None:
        known = []
        for track in self._askers:
            thread = self._threads[track]
            since, thread.since = thread.since, t
            if since == t:
                continue
            if thread.core == _IN:
                thread.asked += t - since
                if thread.asked >= ASKING_NS:
                    known.append(track)
            asking = self._asking.setdefault(track, [])
            if asking and asking[-1] == since:
                asking[-1] = t
            else:
                asking += (since, t)
        self._askers.difference_update(known)


def _arrays(stretches: dict[int, list[int]]) -> dict[int, Times]:
    return {track: np.array(times, np.int64) for track, times in stretches.items()}
