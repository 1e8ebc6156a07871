"""Notices the end of processes that are nobody's children here."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time

import psutil

_LOOK_S = 0.2  # without process descriptors every look costs system calls for each process


class DeathWatch:
    """Tells which of the watched processes have ended; a zombie counts as ended."""

    def __init__(self) -> None:
        self._watch: _Descriptors | _Looks
        self._watch = _Descriptors() if _descriptors_work() else _Looks()

    def add(self, pid: int) -> None:
        """Watch ``pid`` from now on."""
        self._watch.add(pid)

    def gone(self) -> list[int]:
        """The pids that ended since the last call, each told once."""
        return self._watch.gone()

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()


def _descriptors_work() -> bool:
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


class _Descriptors:
    """Linux: a process descriptor becomes readable when its process ends, and never means another process."""

    def __init__(self) -> None:
        self._pids: dict[int, int] = {}
        self._dead: list[int] = []
        self._poll = select.poll()

    def add(self, pid: int) -> None:
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            self._dead.append(pid)
            return
        self._pids[descriptor] = pid
        self._poll.register(descriptor, select.POLLIN)

    def gone(self) -> list[int]:
        dead, self._dead = self._dead, []
        for descriptor, _ in self._poll.poll(0):
            self._poll.unregister(descriptor)
            os.close(descriptor)
            dead.append(self._pids.pop(descriptor))
        return dead

    def close(self) -> None:
        for descriptor in self._pids:
            os.close(descriptor)
        self._pids.clear()


class _Looks:
    """Elsewhere: look at each process now and then; psutil compares creation times, so a reused pid is no answer."""

    def __init__(self) -> None:
        self._processes: dict[int, psutil.Process | None] = {}
        self._next = 0.0

    def add(self, pid: int) -> None:
        self._processes[pid] = None
        with contextlib.suppress(psutil.Error):
            self._processes[pid] = psutil.Process(pid)

    def gone(self) -> list[int]:
        if time.monotonic() < self._next:
            return []
        self._next = time.monotonic() + _LOOK_S
        dead = [pid for pid, process in self._processes.items() if not _lives(process)]
        for pid in dead:
            del self._processes[pid]
        return dead

    def close(self) -> None:
        self._processes.clear()


def _lives(process: psutil.Process | None) -> bool:
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
