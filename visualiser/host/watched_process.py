"""Looks at all threads of one observed process; standard library only."""

from __future__ import annotations

import errno
import os
import time
from typing import Any

from visualiser.host.gil_peek import NOBODY, Garbled, GilPeek, NoMemory
from visualiser.host.process_directory import has_ended, last_id
from visualiser.host.syscalls import Syscalls
from visualiser.host.thread_look import ThreadLook
from visualiser.lab.layout import Kind, Seen

Record = tuple[int, int, int, int, int, int]

_SEEN, _EXIT, _LOST = int(Kind.SEEN), int(Kind.THREAD_EXIT), int(Seen.LOST)
_LIST_NS = 4_000_000  # threads that come and go are looked for this often,
_RELIST_NS = 50_000_000  # and, should as many have come as gone, this often
# The window gets to know nothing before all is known: who rests for long and is rarely looked at delays it no more
# than this, and what it does then is told to begin that much later.
_LONGEST_DELAY_NS = 40_000_000
_GARBLED_NS = 20_000_000  # a GIL that makes no sense for longer is none


class WatchedProcess:
    """One process of the run and what its threads do.

    ``pid``: as it calls itself; ``records``: what was found and not taken yet; ``gone``: it has ended; ``promised``: to
    be set to the moment (ns) before which nothing more may be told; ``lost``: why it cannot be looked at any more, one
    sentence; ``lost_at``: when that was found, ns; ``hurried``: for how long (ns) its GIL has changed hands too fast.
    """

    def __init__(self, pid: int, directory: int, nested: bool, syscalls: Syscalls) -> None:
        """``directory``: descriptor of its directory in /proc; ``nested``: it lives in a PID namespace of its own."""
        self.pid = pid
        self.records: list[Record] = []
        self.promised = 0
        self.lost = ""
        self.lost_at = self.hurried = 0
        self.gone = False
        self._directory = directory
        self._nested = nested
        self._syscalls = syscalls
        self._threads: dict[int, ThreadLook] = {}
        self._gil: GilPeek | None = None
        self._looked = 0
        self._fast = False
        self._sensible = 0
        self._listed = self._next_list = 0
        self._links = 0
        self._buried: set[int] = set()  # gone, and perhaps still listed until somebody takes their exit status

    @property
    def threads(self) -> int:
        """Number of threads that are looked at."""
        return len(self._threads)

    @property
    def known_until(self) -> float:
        """No change before this moment (ns) is to come."""
        return min(map(self._known_of, self._threads.values()), default=float("inf"))

    def take_gil(self, told: dict[str, Any]) -> None:
        """The process has told where its GIL is."""
        self._drop_gil()
        if told.get("address"):
            try:
                self._gil = GilPeek(self._directory, told)
            except OSError as error:
                self._lose(error)

    def _known_of(self, thread: ThreadLook) -> int:
        known = thread.course.known_until
        return known if thread.busy else max(known, self._looked - _LONGEST_DELAY_NS)

    def look(self, now: int) -> bool:
        """Look at every thread that is due (``now`` in ns); False if all of them are at rest."""
        if self.lost:
            return False
        if now >= self._next_list:
            self._list_threads(now)
        try:
            holder = self._holder(now)
        except Garbled:
            self._bury_dead(now)
            return True  # what is ready could mean anything: better no look than a wrong one
        before, self._looked = self._looked, now
        busy = self._notice_hurry(now - before) or holder != NOBODY
        for thread in list(self._threads.values()):
            if thread.due <= now or thread.tid == holder:
                self._look_at(thread, now, before, holder)
                busy = busy or thread.busy
            if self.lost:
                return False
        return busy

    def _notice_hurry(self, passed: int) -> bool:
        """Whether the GIL changes hands too fast; what that means for a thread each of them must be looked at for."""
        fast = self._gil is not None and self._gil.handovers.fast
        if fast:
            self.hurried += passed
        if fast != self._fast:
            for thread in self._threads.values():
                thread.due = 0
        self._fast = fast
        return fast

    def close(self, now: int) -> None:
        """Tell what the last looks mean, and let go of everything."""
        self._bury_dead(now)
        for thread in self._threads.values():
            thread.course.end(now)
            self._take_changes(thread)
            thread.close()
        self._threads.clear()
        self._drop_gil()
        os.close(self._directory)

    @property
    def ended(self) -> bool:
        """Nothing is left of it but perhaps its exit status."""
        return has_ended(self._directory)

    def _drop_gil(self) -> None:
        if self._gil is not None:
            self._gil.close()
            self._gil = None

    def _holder(self, now: int) -> int:
        """Native id of the GIL's holder; a thread that nobody knows cannot hold it."""
        if self._gil is None:
            return NOBODY
        try:
            holder = self._translate(self._gil.holder())
            if holder == NOBODY or holder in self._threads or self._finds(holder, now):
                self._sensible = now
                return holder
        except NoMemory:  # should the process go on, it has no GIL, or will tell where the new one is
            self._drop_gil()
            return NOBODY
        except Garbled:
            pass
        self._sensible = self._sensible or now
        if now - self._sensible > _GARBLED_NS and not self.gone:
            self._lose(None)
        raise Garbled

    def _translate(self, name: int) -> int:
        if not self._nested or name == NOBODY:
            return name
        return next((thread.tid for thread in self._threads.values() if thread.name == name), name)

    def _finds(self, holder: int, now: int) -> bool:
        self._links = 0
        self._list_threads(now)
        return holder in self._threads

    def _look_at(self, thread: ThreadLook, now: int, before: int, holder: int) -> None:
        thread.course.floor = self.promised
        try:
            thread.look(now, before, holder, self._gil)
        except OSError as error:
            if error.errno in (errno.EPERM, errno.EACCES):
                self._lose(error)
                return
            self._bury(thread, now)
        else:
            if thread.course.changes:
                self._take_changes(thread)

    def _take_changes(self, thread: ThreadLook) -> None:
        for moment, code in thread.course.changes:
            self.records.append((moment, moment, thread.name, _SEEN, code, self.pid))
        thread.course.changes.clear()

    def _bury(self, thread: ThreadLook, now: int) -> None:
        thread.course.floor = self.promised
        when = thread.gone(now)
        self._take_changes(thread)
        self.records.append((when, when, thread.name, _EXIT, 0, self.pid))
        thread.close()
        del self._threads[thread.tid]
        self._buried.add(thread.tid)

    def _bury_dead(self, now: int) -> None:
        """A process that has ended has no memory any more."""
        for thread in list(self._threads.values()):
            if not thread.exists():
                self._bury(thread, now)
        self.gone = not (self._threads or self.lost)

    def _list_threads(self, now: int) -> None:
        self._next_list = now + _LIST_NS
        try:
            links = os.stat("task", dir_fd=self._directory).st_nlink
            if links == self._links and now - self._listed < _RELIST_NS:
                return
            self._links, self._listed = links, now
            tids = _tids(self._directory)
        except OSError:  # each of its threads will say so, too
            self.gone = True
            return
        self._buried &= tids
        for tid in tids - self._threads.keys() - self._buried:
            self._meet(tid)
            if self.lost:
                return

    def _meet(self, tid: int) -> None:
        try:
            name = last_id(self._directory, f"task/{tid}/status") if self._nested else tid
            self._threads[tid] = ThreadLook(self._directory, tid, name, self._syscalls)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ESRCH):
                self._lose(error)

    def _lose(self, error: OSError | None) -> None:
        """Nothing more can be known of it."""
        self.lost = why_lost(self.pid, error)
        self.lost_at = time.perf_counter_ns()
        since = max(int(min(self.known_until, self.lost_at)), self.promised)
        names = [thread.name for thread in self._threads.values()] or [self.pid]
        for thread in self._threads.values():
            self._take_changes(thread)
            thread.close()
        self._threads.clear()
        self.records += lost_records(since, names, self.pid)


def lost_records(when: int, names: list[int], pid: int) -> list[Record]:
    """These threads of process ``pid`` cannot be looked at any more since ``when`` (ns)."""
    return [(when, when, name, _SEEN, _LOST, pid) for name in names]


def _tids(directory: int) -> set[int]:
    listing = os.open("task", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=directory)
    try:
        return {int(name) for name in os.listdir(listing)}  # noqa: PTH208  pathlib is slow to import
    finally:
        os.close(listing)


def why_lost(pid: int, error: OSError | None) -> str:
    """Why process ``pid`` cannot be looked at, one sentence; no ``error``: what its memory tells is no GIL."""
    if error is None:
        return f"Process {pid} does not show any more who holds its GIL: its threads are unknown from there on."
    if error.errno == errno.EMFILE:
        return f"Process {pid} has more threads than this program may open files for: they are unknown from there on."
    return f"Process {pid} may not be looked into ({error.strerror}): what its threads do is unknown."
