"""Who holds and who waits for which lock: the wait-for graph of a run at any moment, and its deadlocks.

A lock tells who holds it only while somebody waits for it; what was known is forgotten when nobody does any more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records, among
from visualiser.trace.lane import Times
from visualiser.trace.lock_history import NOBODY, LockOwners, LockWaits
from visualiser.trace.lock_passing import LockPassing, Passed
from visualiser.trace.names import Names
from visualiser.trace.track import Track

_FOLLOWED = among(Kind.LOCK, Kind.RELEASE, Kind.ACQUIRE, Kind.HELD_BY)
_LOCK, _RELEASE, _ACQUIRE, _HELD_BY = int(Kind.LOCK), int(Kind.RELEASE), int(Kind.ACQUIRE), int(Kind.HELD_BY)
# At one moment, in this order.
_ENDS, _KILLED, _FREE, _TAKEN, _TOLD, _WAITS = range(6)


@dataclass(frozen=True, order=True)
class LockName:
    """A lock: the process that uses it and what it is called there."""

    pid: int
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class WaitGraph:
    """Who waits for what at one moment.

    Attributes:
        threads: all that wait, and those they wait for.
        locks: all that somebody waits for.
        waits: (thread, the lock it waits for).
        holds: (lock, the thread that holds it).
        cycle: threads of which each waits for a lock that the next one holds, the last one's the first; or none.
    """

    threads: list[Track]
    locks: list[LockName]
    waits: list[tuple[Track, LockName]]
    holds: list[tuple[LockName, Track]]
    cycle: list[Track]


@dataclass(eq=False)
class Deadlock:
    """Threads that wait in a circle.

    Attributes:
        begin: when the last of the waits began, ns.
        end: when the first of them ended, ns; None while none has.
        broken: one of the waits ended by itself, so that its thread went on; False if a thread or the run was ended.
    """

    threads: list[Track]
    begin: int
    end: int | None = None
    broken: bool = False


class LockHistory(NamedTuple):
    """What is remembered: the locks, the waits by number of track, and the owners of every lock."""

    locks: list[LockName]
    waits: dict[int, LockWaits]
    owners: list[LockOwners]


class LockHolders:
    """Follows every lock that somebody had to wait for.

    Args:
        tracks: the tracks of the run, which may grow.
        names: the names of the run.
        passed: told of every lock that one thread gave back and another one got.

    Attributes:
        deadlocks: all there were, in the order they began.
        now: everything before it has been taken into account, ns.
    """

    def __init__(self, tracks: list[Track], names: Names, passed: Passed | None = None) -> None:
        self.deadlocks: list[Deadlock] = []
        self._passing = LockPassing(passed)
        self.now = 0
        self._tracks = tracks
        self._names = names
        self._locks: list[LockName] = []
        self._numbers: dict[tuple[int, int], int] = {}  # (pid, number of a name that lock has)
        self._by_tid: dict[tuple[int, int], int] = {}
        self._waits: dict[int, LockWaits] = {}
        self._holders: list[LockOwners] = []
        self._waiting: dict[int, tuple[int, int]] = {}  # track → (lock, since)
        self._begun: dict[int, int] = {}  # track → begin of its last wait that was taken in
        self._open: dict[int, int] = {}  # track → begin of its wait whose end is not known
        self._pending: list[tuple[int, int, int, int, int]] = []  # t, what, track, lock, holder's tid
        self._last = 0
        self._lasting: list[Deadlock] = []
        self._unheard = False
        self._told: dict[int, int] = {}  # track → when it last told who holds the lock it waits for, ns
        self._moved: dict[int, int] = {}  # lock → when it was last released or taken while others waited, ns

    @property
    def waits(self) -> dict[int, int]:
        """Number of waits of each track that had any, by the track's number."""
        return {track: len(waits.t0) for track, waits in self._waits.items()}

    @property
    def deadlock_since(self) -> int | None:
        """When the last wait of the deadlock that lasts began, ns; None while there is none."""
        return min((deadlock.begin for deadlock in self._lasting), default=None)

    @property
    def knows_all_holders(self) -> bool:
        """Every lock that somebody waited for is one that tells its holder; those between processes do not."""
        waiting = self._waiting.items()
        return not self._unheard and all(self._told.get(track, -1) >= since for track, (_, since) in waiting)

    @property
    def history(self) -> LockHistory:
        """All that is remembered; what it consists of goes on to grow."""
        return LockHistory(list(self._locks), dict(self._waits), list(self._holders))

    def restore(self, history: LockHistory, deadlocks: list[Deadlock], knows_all: bool, now: int) -> None:
        """A run that is over had this; a deadlock without an end lasts, ``now`` (ns) is the last moment known."""
        self._locks, self._waits, self._holders = list(history.locks), dict(history.waits), list(history.owners)
        self.deadlocks[:] = deadlocks
        self._lasting = [deadlock for deadlock in deadlocks if deadlock.end is None]
        self._unheard, self.now = not knows_all, now

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
        self._by_tid[track.pid, track.tid] = track.id
        some = records[_FOLLOWED[records["kind"]]]
        columns = [some[name].tolist() for name in ("kind", "t0", "t1", "object", "value")]
        for kind, t0, t1, name, value in zip(*columns, strict=True):
            lock = self._numbers.get((track.pid, name), -1)
            if lock < 0:
                lock = self._number(track.pid, name)
            if kind == _LOCK:
                self._take_wait(track.id, t0, t1, lock)
            elif kind == _RELEASE:
                self._pending.append((t0, _FREE, track.id, lock, NOBODY))
            elif kind == _ACQUIRE:
                self._pending.append((t0, _TAKEN, track.id, lock, track.tid))
            else:
                self._pending.append((t0, _TOLD, track.id, lock, value))

    def advance(self, end: int) -> None:
        """Everything before ``end``, ns, is known."""
        self._pending.sort()
        settled = next((i for i, event in enumerate(self._pending) if event[0] >= end), len(self._pending))
        for event in self._pending[:settled]:
            self._happen(*event)
        del self._pending[:settled]
        self.now = max(self.now, end)

    def end_track(self, track: Track, when: int) -> None:
        """A thread is gone since ``when`` (ns): it waits no more."""
        begin = self._open.pop(track.id, None)
        if begin is not None:
            self._pending.append((max(when, begin + 1), _KILLED, track.id, 0, NOBODY))

    def graph(self, when: int | None = None) -> WaitGraph:
        """Who waits for what at ``when``, ns; None: at the last moment that is known."""
        moment = self.now if when is None else when
        found = {track: wait for track, waits in self._waits.items() if (wait := waits.at(moment)) is not None}
        locks = sorted({lock for lock, _ in found.values()}, key=self._locks.__getitem__)
        held = {lock: holder for lock in locks if (holder := self._holders[lock].at(moment)) != NOBODY}
        cycles = (_cycle(track, found, lambda lock: held.get(lock, NOBODY)) for track in sorted(found))
        return WaitGraph(
            threads=[self._tracks[track] for track in sorted({*found, *held.values()})],
            locks=[self._locks[lock] for lock in locks],
            waits=[(self._tracks[track], self._locks[lock]) for track, (lock, _) in sorted(found.items())],
            holds=[(self._locks[lock], self._tracks[holder]) for lock, holder in held.items()],
            cycle=[self._tracks[track] for track in next(filter(None, cycles), [])],
        )

    def free_times(self, pid: int, name: int, since: int = 0) -> tuple[Times, Times]:
        """When the lock that a process calls so was free though somebody waited for it: starts and ends, ns.

        ``since``: leave out what was over by then, ns.
        """
        lock = self._numbers.get((pid, name))
        owners = self._holders[lock] if lock is not None else LockOwners()
        first = bisect_right(owners.free_until, since)
        return np.array(owners.free_from[first:], np.int64), np.array(owners.free_until[first:], np.int64)

    def _number(self, pid: int, name: int) -> int:
        """A lock has a name for every line it is used in, all with the same label."""
        lock = LockName(pid, self._names[name].label)
        if lock not in self._locks:
            self._locks.append(lock)
            self._holders.append(LockOwners())
            self._passing.name(len(self._locks) - 1, name)
        number = self._numbers[pid, name] = self._locks.index(lock)
        return number

    def _take_wait(self, track: int, t0: int, t1: int, lock: int) -> None:
        if self._begun.get(track) != t0:
            if track in self._open:  # its end was never written
                self._pending.append((t0, _ENDS, track, lock, NOBODY))
            self._begun[track] = self._open[track] = t0
            self._pending.append((t0, _WAITS, track, lock, NOBODY))
        if t1 and track in self._open:
            del self._open[track]
            self._pending.append((max(t1, t0 + 1), _ENDS, track, lock, NOBODY))

    def _happen(self, t: int, what: int, track: int, lock: int, tid: int) -> None:
        """One event, in order of time."""
        self._last = when = max(t, self._last)
        if what in (_ENDS, _KILLED):
            self._end_wait(when, track, what == _ENDS)
        elif what in (_FREE, _TAKEN):
            self._moved[lock] = when
            self._pass_on(when, lock, NOBODY if what == _FREE else track)
            if what == _FREE:
                self._passing.release(lock, track, when)
                self._holders[lock].release(when)
            else:
                self._passing.acquire(lock, track, when)
        elif what == _TOLD:
            self._told[track] = when
            self._believe(when, track, lock, self._by_tid.get((self._locks[lock].pid, tid), NOBODY))
        else:
            self._waits.setdefault(track, LockWaits()).begin(when, lock)
            self._waiting[track] = (lock, when)
            self._holders[lock].waiting += 1
            self._look_for_deadlock(when, track)

    def _believe(self, when: int, teller: int, lock: int, holder: int) -> None:
        """``teller``, which begins to wait, says who holds the lock, unless its word is out of date.

        It looks first and tells afterwards: meanwhile the lock may have been released, taken, or waited for by whom it
        saw holding it.
        """
        since = self._waiting[teller][1] if teller in self._waiting else when
        waits_itself = holder != teller and holder in self._waiting and self._waiting[holder][0] == lock
        if holder != NOBODY and not waits_itself and self._moved.get(lock, -1) < since:
            self._pass_on(when, lock, holder)

    def _pass_on(self, when: int, lock: int, holder: int) -> None:
        """The lock has another holder from now on. What seemed a deadlock over it was none: nobody in one lets go."""
        if self._lasting and holder != self._holders[lock].now:
            for deadlock in [one for one in self._lasting if self._is_about(one, lock)]:
                self._lasting.remove(deadlock)
                self.deadlocks.remove(deadlock)
        self._holders[lock].tell(when, holder)
        self._look_for_deadlock(when, holder)

    def _is_about(self, deadlock: Deadlock, lock: int) -> bool:
        return any(self._waiting[track.id][0] == lock for track in deadlock.threads)

    def _end_wait(self, when: int, track: int, by_itself: bool) -> None:
        lock, since = self._waiting.pop(track)
        self._waits[track].t1[-1] = when
        if by_itself:
            self._passing.end_wait(lock, track, since, when)
        owners = self._holders[lock]
        self._unheard = self._unheard or self._told.get(track, -1) < since
        owners.waiting -= 1
        if not owners.waiting:
            owners.tell(when, NOBODY)
        for deadlock in [one for one in self._lasting if any(thread.id == track for thread in one.threads)]:
            deadlock.end, deadlock.broken = when, by_itself
            self._lasting.remove(deadlock)

    def _look_for_deadlock(self, when: int, track: int) -> None:
        cycle = _cycle(track, self._waiting, lambda lock: self._holders[lock].now)
        threads = [self._tracks[one] for one in cycle]
        if cycle and not any(deadlock.threads == threads for deadlock in self._lasting):
            self._lasting.append(Deadlock(threads, when))
            self.deadlocks.append(self._lasting[-1])


def _cycle(track: int, waiting: Mapping[int, tuple[int, int]], holder_of: Callable[[int], int]) -> list[int]:
    """The threads that wait in a circle through ``track``, from the lowest number on; none if it is in no circle."""
    chain = [track]
    while (wait := waiting.get(chain[-1])) is not None:
        holder = holder_of(wait[0])
        if holder == track:
            first = chain.index(min(chain))
            return chain[first:] + chain[:first]
        if holder == NOBODY or holder in chain:
            return []
        chain.append(holder)
    return []
