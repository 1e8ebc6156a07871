"""The writes of one thread over time, reduced to pixel columns or looked up one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualiser.trace.account import Account
from visualiser.trace.lane import Times
from visualiser.trace.versions import Numbers


class WriterLane:
    """The writes of one thread in their order.

    Attributes:
        name: of the thread.
        tid: its native id.
        numbers: which versions they are.
        read: ns, when the parent of each was read.
        write: ns, when each was written.
        lost: how many of them are.
    """

    def __init__(self, account: Account, writer: int) -> None:
        versions = account.versions
        self.name = versions.writers[writer].name
        self.tid = versions.writers[writer].tid
        self.numbers: Numbers = np.flatnonzero(versions.writer[1:] == writer).astype(np.int64) + 1
        self.read = versions.read[self.numbers]
        self.write = versions.write[self.numbers]
        self._lost_before = np.concatenate(([0], np.cumsum(~account.survived[self.numbers])))
        self._held = self.write - self.read
        # A value that was kept for long may be written after one that was read later.
        self._earliest = np.minimum.accumulate(self.read[::-1])[::-1]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def lost(self) -> int:
        """How many of the writes are lost."""
        return int(self._lost_before[-1])

    def columns(self, edges: Times) -> tuple[Numbers, Numbers]:
        """How many writes fall into each column between ``edges`` (ns), and how many of these are lost."""
        at = np.searchsorted(self.write, edges)
        return np.diff(at), np.diff(self._lost_before[at])

    def between(self, begin: int, end: int) -> Numbers:
        """Places of the writes that were read before ``end`` and written after ``begin``."""
        first, stop = self._reach(begin, end)
        return first + np.flatnonzero(self.read[first:stop] <= end)

    def held(self, begin: int, end: int, least: float) -> Numbers:
        """Those of them that were written more than ``least`` ns after what they read."""
        first, stop = self._reach(begin, end)
        long = first + np.flatnonzero(self._held[first:stop] > least)
        return long[self.read[long] <= end]

    def _reach(self, begin: int, end: int) -> tuple[int, int]:
        first = int(np.searchsorted(self.write, np.int64(begin)))
        return first, max(first, int(np.searchsorted(self._earliest, np.int64(end), "right")))

    def nearest(self, when: int, reach: int) -> int | None:
        """The version whose time from read to write holds ``when``, else the nearest within ``reach`` ns."""
        found = self.between(when - reach, when + reach)
        if not len(found):
            return None
        away = np.maximum(self.read[found] - when, when - self.write[found])
        return int(self.numbers[found[int(np.argmin(away))]])


def writer_lanes(account: Account) -> list[WriterLane]:
    """A lane for every thread that wrote, in the order in which they began to."""
    writer = account.versions.writer[1:]
    present, first = np.unique(writer, return_index=True)
    order: npt.NDArray[np.int64] = present[np.argsort(first)]
    return [WriterLane(account, int(number)) for number in order]
