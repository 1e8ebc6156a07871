"""What was told of one thread and has not been folded yet: intervals, and instants at which something changed."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

import numpy as np

from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Objects

OPEN = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Columns:
    """Intervals as arrays: start and end in ns, kind, object and value of each."""

    start: Times
    end: Times
    kind: Times
    name: Objects
    value: Times

    def around(self, t: Times) -> tuple[Flags, Times]:
        """Which interval each moment lies in: (whether in any, its number)."""
        number = np.searchsorted(self.start, t, "right") - 1
        found = number >= 0
        if len(self.end):
            found &= t < self.end[number]
        return found, number


class Intervals:
    """Non-overlapping intervals in order; the last may still be open."""

    def __init__(self) -> None:
        self.start: list[int] = []
        self.end: list[int] = []
        self.kind: list[int] = []
        self.name: list[int] = []
        self.value: list[int] = []

    def add(self, start: int, end: int, kind: int, name: int, value: int = 0) -> None:
        """Add one, or give the open one its end."""
        if self.start and self.start[-1] == start and self.kind[-1] == kind and self.end[-1] == OPEN:
            self.end[-1] = end
            return
        if self.start and self.end[-1] > start:  # its end was never written: the next one shows it is over
            self.end[-1] = start
        for column, entry in zip(self._columns, (start, end, kind, name, value), strict=True):
            column.append(entry)

    def close(self, when: int) -> None:
        """What is open ends at ``when``, ns."""
        if self.end and self.end[-1] == OPEN:
            self.end[-1] = when

    def forget_before(self, when: int) -> None:
        """Drop what ended before ``when``, ns."""
        gone = 0
        while gone < len(self.end) and self.end[gone] <= when:
            gone += 1
        if gone:
            for column in self._columns:
                del column[:gone]

    def begun_before(self, when: int) -> int | None:
        """Start of the interval that goes on at ``when`` (ns), None if there is none."""
        return self.start[0] if self.start and self.start[0] < when else None

    @property
    def all_open(self) -> bool:
        """Nothing in it has an end that is known."""
        return all(end == OPEN for end in self.end)

    def arrays(self) -> Columns:
        """All of them."""
        return Columns(
            np.array(self.start, np.int64),
            np.array(self.end, np.int64),
            np.array(self.kind, np.int64),
            np.array(self.name, np.uint32),
            np.array(self.value, np.int64),
        )

    @property
    def _columns(self) -> tuple[list[int], ...]:
        return self.start, self.end, self.kind, self.name, self.value


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

    def before(self, end: int) -> tuple[Times, Codes]:
        """Those before ``end``, ns."""
        take = bisect.bisect_left(self.t, end)
        return np.array(self.t[:take], np.int64), np.array(self.code[:take], np.uint8)

    def forget(self, count: int) -> None:
        """The first ``count`` are folded."""
        if count:
            self.now = self.code[count - 1]
            del self.t[:count], self.code[:count]


def holding(t: Times, moments: Times, codes: Codes, before: int) -> Codes:
    """What holds at each of ``t``, given the moments of change and what holds before the first."""
    seen = np.searchsorted(moments, t, "right") - 1
    result: Codes = np.where(seen >= 0, np.append(codes, 0)[seen], before).astype(np.uint8)
    return result
