"""Finds and kills every process of one run on Linux, whatever the script did to hide them; standard library only.

The sampler uses it as well when it has to clean up after a window that was killed, so nothing here may be slow to
import.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from dataclasses import dataclass, field

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
# A child inherits this value and no exec, setsid or cleared environment removes it. The numbers lie between those
# that desktops and browsers give their processes.
_FIRST_BADGE = 412
_BADGES = 179
_FREED = frozenset("ZXx")


@dataclass(frozen=True)
class Process:
    """What /proc tells of one process; ``born`` in clock ticks since boot."""

    pid: int
    state: str
    parent: int
    group: int
    session: int
    born: int

    @property
    def dead(self) -> bool:
        """Only its exit status is left."""
        return self.state in _FREED


@dataclass
class Family:
    """The processes of one run.

    Attributes:
        root: pid of the script's own process, the leader of its session.
        variable: the line ``NAME=value`` that the run's processes carry in their environment.
        badge: ``oom_score_adj`` of the run's processes, 0 for none.
        adopter: pid of the process that inherits the run's orphans.
        spare: pids that never belong to the run though they may look like it.
    """

    root: int
    variable: bytes
    badge: int = 0
    adopter: int = field(default_factory=os.getpid)
    spare: frozenset[int] = frozenset()
    born: int = 0
    _strangers: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        root = read_process(self.root)
        self.born = root.born if root else 0

    def members(self) -> list[Process]:
        """Every living or unreaped process of the run."""
        everyone = {process.pid: process for process in all_processes()}
        found: dict[int, bool] = {}
        return [p for p in everyone.values() if self._belongs(p, everyone, found)]

    def signal(self, number: signal.Signals) -> int:
        """Send ``number`` to every living member; reaps the dead that nobody else can; gives the number of living."""
        living = 0
        for process in self.members():
            if process.dead:
                self._reap(process)
                continue
            living += 1
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, number)
        return living

    def count(self) -> int:
        """Number of living members; reaps the dead that nobody else can."""
        living = 0
        for process in self.members():
            if process.dead:
                self._reap(process)
            else:
                living += 1
        return living

    def _belongs(self, process: Process, everyone: dict[int, Process], found: dict[int, bool]) -> bool:
        known = found.get(process.pid)
        if known is not None:
            return known
        found[process.pid] = False  # ends a circle, should /proc ever show one
        found[process.pid] = answer = self._is_own(process) or self._is_child(process, everyone, found)
        return answer

    def _is_child(self, process: Process, everyone: dict[int, Process], found: dict[int, bool]) -> bool:
        parent = everyone.get(process.parent)
        return parent is not None and process.pid not in self.spare and self._belongs(parent, everyone, found)

    def _is_own(self, process: Process) -> bool:
        if process.pid in self.spare or process.pid == os.getpid() or process.born < self.born:
            return False
        if self.root in (process.pid, process.session, process.group):
            return True
        if process.parent == self.adopter and self.badge and _badge_of(process.pid) == self.badge:
            return True
        return self._carries_variable(process)

    def _carries_variable(self, process: Process) -> bool:
        key = (process.pid, process.born)
        if process.dead or key in self._strangers:
            return False
        if self.variable in _environment_of(process.pid):
            return True
        self._strangers.add(key)
        return False

    def _reap(self, process: Process) -> None:
        if process.parent == os.getpid() and process.pid != self.root:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)


def all_processes() -> list[Process]:
    """Every process of this machine that we may see."""
    with os.scandir("/proc") as entries:
        pids = [int(entry.name) for entry in entries if entry.name.isdigit()]
    return [process for pid in pids if (process := read_process(pid))]


def read_process(pid: int) -> Process | None:
    """One process, None if it is gone."""
    text = _read(f"/proc/{pid}/stat")
    if not text:
        return None
    # The name stands in brackets and may hold anything, brackets too.
    fields = text[text.rindex(b")") + 2 :].split()
    return Process(pid, fields[0].decode(), int(fields[1]), int(fields[2]), int(fields[3]), int(fields[19]))


def adopt_orphans(adopt: bool = True) -> bool:
    """Make this process, not init, the parent of descendants whose parents end, or no longer.

    Returns what held before. Linux only, elsewhere nothing.
    """
    before = ctypes.c_int()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
            libc.prctl(_PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)
    return bool(before.value)


def pin_badge(pid: int) -> int:
    """Mark ``pid`` and all its future descendants; gives the mark, 0 if it was refused."""
    badge = _FIRST_BADGE + pid % _BADGES
    if badge <= _badge_of(os.getpid()):
        return 0
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:  # noqa: PTH123  pathlib is slow to import
            file.write(str(badge))
    except OSError:
        return 0
    return badge


def _badge_of(pid: int) -> int:
    text = _read(f"/proc/{pid}/oom_score_adj")
    return int(text) if text else 0


def _environment_of(pid: int) -> list[bytes]:
    return _read(f"/proc/{pid}/environ").split(b"\0")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  pathlib is slow to import
            return file.read()
    except OSError:
        return b""
