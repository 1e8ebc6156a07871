"""What is remembered of locks: when each thread waited for which, and who held each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from visualiser.trace.column import Column
from visualiser.trace.thread_fold import OPEN

NOBODY = -1


@dataclass
class LockWaits:
    """The waits of one thread for locks, in order of time."""

    t0: Column[np.int64] = field(default_factory=lambda: Column(np.int64))
    t1: Column[np.int64] = field(default_factory=lambda: Column(np.int64))
    lock: Column[np.int64] = field(default_factory=lambda: Column(np.int64))

    def begin(self, when: int, lock: int) -> None:
        """A wait for ``lock`` begins at ``when``, ns."""
        self.t0.append(when)
        self.t1.append(OPEN)
        self.lock.append(lock)

    def at(self, when: int) -> tuple[int, int] | None:
        """(lock, begin) of the wait that ``when`` lies in."""
        place = int(self.t0.view.searchsorted(np.int64(when), "right")) - 1
        if place < 0 or self.t1.view[place] <= when:
            return None
        return int(self.lock.view[place]), int(self.t0.view[place])


@dataclass
class LockOwners:
    """Who held one lock, in order of time: the number of the track, or NOBODY that is known.

    Attributes:
        waiting: how many threads wait for it.
    """

    t: Column[np.int64] = field(default_factory=lambda: Column(np.int64))
    track: Column[np.int64] = field(default_factory=lambda: Column(np.int64))
    waiting: int = 0

    def at(self, when: int) -> int:
        """The number of the track that held it at ``when``, ns."""
        place = int(self.t.view.searchsorted(np.int64(when), "right")) - 1
        return int(self.track.view[place]) if place >= 0 else NOBODY

    @property
    def now(self) -> int:
        """The number of the track that holds it, as far as was told."""
        return int(self.track.view[-1]) if self.track.size else NOBODY

    def heard_since(self, when: int) -> bool:
        """Whether the holder was known at ``when`` (ns) or anything was told of it since."""
        return self.at(when) != NOBODY or bool(self.t.size and self.t.view[-1] >= when)

    def tell(self, when: int, track: int) -> None:
        """From ``when`` (ns) on it is held by ``track``."""
        self.t.append(when)
        self.track.append(track)
