"""Joins every release of a lock that somebody waited for with the acquisition that followed it."""

from __future__ import annotations

from collections.abc import Callable

End = tuple[int, int, int]  # when (ns), number of the track, number of the name
Passed = Callable[[int, End, End], None]  # the lock's number, from where, to where


class LockPassing:
    """Fed with what happens to locks in order of time; a release leads to the first thread that got the lock after it.

    Releases and acquisitions are recorded only while somebody waits; where nobody does there is nothing to pass on.
    """

    def __init__(self, passed: Passed | None) -> None:
        self._passed = passed
        self._released: dict[int, tuple[int, int]] = {}  # lock → track and time (ns) of a release nobody has followed
        self._names: dict[int, int] = {}

    def name(self, lock: int, name: int) -> None:
        """A lock is called so."""
        self._names.setdefault(lock, name)

    def release(self, lock: int, track: int, when: int) -> None:
        """A thread gave the lock back at ``when``, ns."""
        self._released[lock] = (track, when)

    def acquire(self, lock: int, track: int, when: int) -> None:
        """A thread has got the lock at ``when``, ns."""
        released = self._released.pop(lock, None)
        if released is not None and released[0] != track and self._passed is not None:
            name = self._names.get(lock, 0)
            self._passed(lock, (released[1], released[0], name), (when, track, name))

    def end_wait(self, lock: int, track: int, since: int, when: int) -> None:
        """A wait [since, when) ns ended by itself: with the lock if that was given back in it, else by a time-out."""
        if self._released.get(lock, (0, -1))[1] >= since:
            self.acquire(lock, track, when)
