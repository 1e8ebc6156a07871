"""What was told of threads and has not been folded yet: intervals, and instants at which something changed."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

import numpy as np

from visualiser.trace.batch import RECORD_DTYPE, Records
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Objects

OPEN = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Columns:
    """Intervals as arrays: the thread, start and end in ns, kind, object and value of each.

    Those of one thread follow each other in order of time and do not overlap; the last may still be open.
    """

    owner: Times
    start: Times
    end: Times
    kind: Times
    name: Objects
    value: Times

    def __len__(self) -> int:
        return len(self.start)

    def some(self, which: Flags | Times | slice) -> Columns:
        """The chosen ones."""
        start, end, kind, value = (column[which] for column in (self.start, self.end, self.kind, self.value))
        return Columns(self.owner[which], start, end, kind, self.name[which], value)

    def of(self, owner: int) -> Columns:
        """Those of one thread."""
        first, stop = self.owner.searchsorted(np.array([owner, owner + 1]))
        return self.some(slice(int(first), int(stop)))


def _columns(owner: Times, records: Records) -> Columns:
    end = records["t1"].astype(np.int64)
    end[end == 0] = OPEN
    start, kind, value = (records[name].astype(np.int64) for name in ("t0", "kind", "value"))
    return Columns(owner, start, end, kind, records["object"], value)


_NOTHING = _columns(np.empty(0, np.int64), np.empty(0, RECORD_DTYPE))


class Intervals:
    """Intervals of one sort, of all threads. What is new is put in its place when somebody asks."""

    def __init__(self) -> None:
        self._all = _NOTHING
        self._new: list[tuple[int, Records]] = []

    def add(self, owner: int, records: Records) -> None:
        """Add some of a thread, in order; one that was open may come again with its end."""
        self._new.append((owner, records))

    def close(self, owner: int, when: int) -> None:
        """What the thread has open ends at ``when``, ns."""
        columns = self.columns
        end = columns.end
        end[(columns.owner == owner) & (end == OPEN)] = when

    def forget_before(self, when: int) -> None:
        """Drop what ended before ``when``, ns."""
        columns = self.columns
        if len(columns):
            keep = columns.end >= when  # what ended right then is still of interest to what begins then
            self._all = columns if keep.all() else columns.some(keep)

    @property
    def columns(self) -> Columns:
        """All of them."""
        if self._new:
            owners = np.repeat([owner for owner, _ in self._new], [len(some) for _, some in self._new])
            added = _columns(owners, np.concatenate([records for _, records in self._new]))
            self._new = []
            self._all = _merged(self._all, added)
        return self._all


def _merged(old: Columns, new: Columns) -> Columns:
    """Both in order; what came twice is one, and what overlaps the next one has lost its end."""
    if len(old):
        pairs = zip(vars(old).values(), vars(new).values(), strict=True)
        new = Columns(*(np.concatenate(pair) for pair in pairs))
    new = new.some(np.lexsort((new.start, new.owner)))
    first = np.ones(len(new), np.bool_)
    first[1:] = (np.diff(new.start) != 0) | (np.diff(new.owner) != 0) | (np.diff(new.kind) != 0)
    if not first.all():
        end = new.end[np.append(first[1:], True)]
        new = new.some(first)
        new.end[:] = end
    same = new.owner[1:] == new.owner[:-1]
    np.minimum(new.end[:-1], new.start[1:], out=new.end[:-1], where=same)
    return new


@dataclass
class Instants:
    """Moments from which on something holds, in order of time; ``now`` holds before the first of them."""

    now: int
    t: list[int] = field(default_factory=list)
    code: list[int] = field(default_factory=list)

    def add(self, t: list[int], code: list[int]) -> None:
        """Take in later ones."""
        self.t += t
        self.code += code

    def insert(self, when: int, code: int) -> None:
        """Take in one that others may follow already."""
        place = bisect.bisect_right(self.t, when)
        self.t.insert(place, when)
        self.code.insert(place, code)

    def count_before(self, end: int) -> int:
        """How many lie before ``end``, ns."""
        return bisect.bisect_left(self.t, end)

    def before(self, end: int) -> tuple[Times, Codes]:
        """Those before ``end``, ns."""
        take = self.count_before(end)
        return np.array(self.t[:take], np.int64), np.array(self.code[:take], np.uint8)

    def forget(self, count: int) -> None:
        """The first ``count`` are folded."""
        if count:
            self.now = self.code[count - 1]
            del self.t[:count], self.code[:count]
