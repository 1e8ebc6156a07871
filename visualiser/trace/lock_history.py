"""What is remembered of locks: when each thread waited for which, and who held each."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from visualiser.trace.pending import OPEN

NOBODY = -1


@dataclass
class LockWaits:
    """The waits of one thread for locks, in order of time."""

    t0: array[int] = field(default_factory=lambda: array("q"))
    t1: array[int] = field(default_factory=lambda: array("q"))
    lock: array[int] = field(default_factory=lambda: array("q"))

    def begin(self, when: int, lock: int) -> None:
        """A wait for ``lock`` begins at ``when``, ns."""
        self.t0.append(when)
        self.t1.append(OPEN)
        self.lock.append(lock)

    def at(self, when: int) -> tuple[int, int] | None:
        """(lock, begin) of the wait that ``when`` lies in."""
        place = bisect_right(self.t0, when) - 1
        if place < 0 or self.t1[place] <= when:
            return None
        return self.lock[place], self.t0[place]


@dataclass
class LockOwners:
    """Who held one lock, in order of time: the number of the track, or NOBODY that is known.

    Attributes:
        waiting: how many threads wait for it.
        free_from, free_until: when somebody gave it back and nobody had taken it yet, though others waited for it, ns.
    """

    t: array[int] = field(default_factory=lambda: array("q"))
    track: array[int] = field(default_factory=lambda: array("q"))
    waiting: int = 0
    free_from: array[int] = field(default_factory=lambda: array("q"))
    free_until: array[int] = field(default_factory=lambda: array("q"))

    def at(self, when: int) -> int:
        """The number of the track that held it at ``when``, ns."""
        place = bisect_right(self.t, when) - 1
        return self.track[place] if place >= 0 else NOBODY

    @property
    def now(self) -> int:
        """The number of the track that holds it, as far as was told."""
        return self.track[-1] if self.track else NOBODY

    def tell(self, when: int, track: int) -> None:
        """From ``when`` (ns) on it is held by ``track``."""
        if self.free_until and self.free_until[-1] == OPEN:
            self.free_until[-1] = when
        self.t.append(when)
        self.track.append(track)

    def release(self, when: int) -> None:
        """It was given back at ``when``, ns."""
        self.tell(when, NOBODY)
        if self.waiting:
            self.free_from.append(when)
            self.free_until.append(OPEN)
