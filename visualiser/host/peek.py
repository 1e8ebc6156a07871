"""Looks from outside at what the threads of a run do, a thousand times a second; standard library only.

It stands in where the kernel does not tell core switches: who holds the GIL is read from memory, in which system call
a thread is blocked and how long it waited for a core from /proc. It writes changes only.
"""

from __future__ import annotations

import ctypes
import os
import resource
import time

from visualiser.host.peek_permission import peek_refusal
from visualiser.host.perf import Refused
from visualiser.host.switch_file import OrderedFile
from visualiser.host.syscalls import Syscalls
from visualiser.host.watched_run import WatchedRun
from visualiser.lab.layout import SEEN_CHAIN

_TICK_NS = 1_000_000
# The share of one core that looking may use; with many threads it looks less often.
_SHARE = 0.09
_SLOWEST_TICK_NS = 50_000_000
_SLOW_NS = 4 * _TICK_NS  # from this on, if it lasts,
_LASTS_NS = 500_000_000  # it is said
# When nothing has run for long, the next that does is missed by a small share of that time.
_SHARE_OF_REST = 32
_LONGEST_REST_NS = 16_000_000
_HURRY_NS = 50_000_000  # hand-overs too fast for looks are said when they have lasted so long
_FIND_NS = 10_000_000
_WRITE_NS = 15_000_000
_ASKED_WRITE_NS = 20_000_000  # after somebody has asked, who does so in every frame
_PR_SET_TIMERSLACK = 29


class Peek:
    """Looks at the run with this directory. Raises Refused where this system does not permit it.

    ``due``: when ``tick`` is to be called next, in seconds of the monotonic clock.
    """

    source = "peek"

    def __init__(self, run_dir: str) -> None:
        if why := peek_refusal():
            raise Refused(why)
        _prepare_process()
        now = time.perf_counter_ns()
        self.due = 0.0
        self._run = WatchedRun(run_dir, Syscalls())
        self._file = OrderedFile(run_dir, SEEN_CHAIN)
        self._busy_at = now
        self._next_find = self._next_write = now
        self._cpu, self._paced = time.thread_time_ns(), now
        self._pause_ns = self._told_pause_ns = _TICK_NS
        self._slow_since = 0
        self._told_hurry = False
        self._in_trouble = False  # there is worse to tell than that looks are rare
        self._planned = now
        self._file.write_until(now)

    def tick(self) -> str:
        """Look once; returns a sentence if there is trouble to tell."""
        now = time.perf_counter_ns()
        if now >= self._next_find:
            self._next_find = now + _FIND_NS
            self._run.look(now)
        for process in self._run.processes:
            if process.look(now):
                self._busy_at = now
        if now >= self._next_write:
            self._next_write = now + _WRITE_NS
            self._write(now)
            self._pace(now)
        self._plan(now)
        return self._trouble(now)

    def tell(self) -> None:
        """Somebody waits for what has been seen so far."""
        now = time.perf_counter_ns()
        self._next_write = now + _ASKED_WRITE_NS
        self._write(now)
        self._pace(now)

    def close(self) -> None:
        """Write what is left and let go."""
        now = time.perf_counter_ns()
        self._run.close(now)
        self._write(now)
        self._file.close()
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))

    def _write(self, now: int) -> None:
        safe: float = now
        for process in self._run.processes:
            self._file.hold(process.records)
            process.records.clear()
            safe = min(safe, process.known_until)
        self._file.hold(self._run.records)
        self._run.records.clear()
        self._file.write_until(int(safe))
        for process in self._run.processes:
            process.promised = self._file.promised

    def _pace(self, now: int) -> None:
        """Choose the pause between looks such that they cost no more than their share of a core."""
        cpu = time.thread_time_ns()
        share = (cpu - self._cpu) / max(now - self._paced, 1)
        self._cpu, self._paced = cpu, now
        # Step by step: one look that took long says little.
        change = min(max(share / _SHARE, 0.7), 1.4)
        self._pause_ns = int(min(max(self._pause_ns * change, _TICK_NS), _SLOWEST_TICK_NS))

    def _plan(self, now: int) -> None:
        rest = min((now - self._busy_at) // _SHARE_OF_REST, _LONGEST_REST_NS)
        pause = max(self._pause_ns, rest)
        self._planned = max(self._planned + pause, now)  # what was missed is not made up for
        self.due = time.monotonic() + max(self._planned - time.perf_counter_ns(), 0) / 1e9

    def _trouble(self, now: int) -> str:
        if self._run.troubles:
            self._in_trouble = True
            return self._run.troubles.pop(0)
        if not self._told_hurry and any(process.hurried >= _HURRY_NS for process in self._run.processes):
            self._told_hurry = True
            return "The GIL changes hands faster than looks can tell: there threads run or are ready."
        if self._in_trouble or self._pause_ns < max(_SLOW_NS, 2 * self._told_pause_ns):
            self._slow_since = 0
            return ""
        self._slow_since = self._slow_since or now
        if now - self._slow_since < _LASTS_NS:
            return ""
        self._told_pause_ns = self._pause_ns
        threads = sum(process.threads for process in self._run.processes)
        often = f"{self._pause_ns / 1e6:.0f} ms"
        return f"Looks come every {often} only, for {threads} threads on so busy a machine: shorter states are missed."


def _prepare_process() -> None:
    """Disturb nobody, sleep on time, and have as many files open as the system lets us: each thread takes two."""
    # A process like this one waits until a core is free or its turn has come; a usual one that wakes a thousand times a
    # second pushes the very threads off their cores that it looks at.
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
