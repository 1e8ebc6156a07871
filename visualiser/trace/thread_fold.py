"""Folds what one thread recorded, and what the sampler saw of it, into states. Knows nothing of other threads.

Two streams meet here: the thread's own records (its life, its waits, the labels of its work) and, where a sampler
runs, the moments at which it got or left a core. ``pieces`` cuts a stretch of time at every change of either stream;
who waits for the GIL is decided one level up, where the siblings are known.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import LABELS, MARKS, WAITS, Kind
from visualiser.trace.batch import Records
from visualiser.trace.lane import Codes, Times
from visualiser.trace.states import STATE_OF_KIND

OPEN = int(np.iinfo(np.int64).max)
_OUT, _THREAD, _STEP = int(Kind.SWITCH_OUT), int(Kind.THREAD), int(Kind.STEP)  # plain numbers compare faster
Flags = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.uint32]
_Arrays = tuple[Times, Times, npt.NDArray[np.int64], Objects]  # starts, ends, kinds, names


@dataclass
class Pieces:
    """A stretch of one thread's time, cut wherever something changes; all arrays have one entry a piece.

    Attributes:
        t: start, ns.
        alive: the thread lives.
        wait: state of the recorded wait it is in, NONE outside of one.
        name: object of that wait or else of the innermost label or step it works under, 0 for none.
        core: ``Kind.SWITCH_IN``, ``SWITCH_OUT`` or ``SWITCH_PREEMPT``: the last thing the sampler saw.
        first_block: it blocks for the first time since that wait began.
    """

    t: Times
    alive: Flags
    wait: Codes
    name: Objects
    core: Codes
    first_block: Flags


class _Intervals:
    """Non-overlapping intervals of one thread in order; the last may still be open."""

    def __init__(self) -> None:
        self.start: list[int] = []
        self.end: list[int] = []
        self.kind: list[int] = []
        self.name: list[int] = []

    def add(self, start: int, end: int, kind: int, name: int) -> None:
        if self.start and self.start[-1] == start and self.kind[-1] == kind and self.end[-1] == OPEN:
            self.end[-1] = end
            return
        if self.start and self.end[-1] > start:  # its end was never written: the next one shows it is over
            self.end[-1] = start
        self.start.append(start)
        self.end.append(end)
        self.kind.append(kind)
        self.name.append(name)

    def close(self, when: int) -> None:
        if self.end and self.end[-1] == OPEN:
            self.end[-1] = when

    def forget_before(self, when: int) -> None:
        """Drop what ended before ``when``, in ns."""
        gone = 0
        while gone < len(self.end) and self.end[gone] <= when:
            gone += 1
        for column in (self.start, self.end, self.kind, self.name):
            del column[:gone]

    def arrays(self) -> _Arrays:
        return (
            np.array(self.start, np.int64),
            np.array(self.end, np.int64),
            np.array(self.kind, np.int64),
            np.array(self.name, np.uint32),
        )


class ThreadFold:
    """Pending records and switches of one thread, consumed in order of time."""

    def __init__(self) -> None:
        self.born: int | None = None
        self.died: int | None = None
        self._waits = _Intervals()
        self._labels = _Intervals()
        self._steps = _Intervals()  # of the tasks of its event loop: inside a label, or around some
        self._switch_t: list[int] = []
        self._switch_kind: list[int] = []
        self._core = int(Kind.SWITCH_IN)  # a thread that records its own birth is on a core
        self._first_out: int | None = None  # first time the carried wait blocked
        self.settled = False  # nothing will change until new records or switches come

    def add_records(self, records: Records) -> Records:
        """Take the thread's records in; returns its marks."""
        self.settled = False
        kinds = records["kind"]
        marks = (kinds >= MARKS.start) & (kinds < MARKS.stop)
        rest = records[~marks]
        columns = (rest["t0"].tolist(), rest["t1"].tolist(), rest["object"].tolist(), rest["kind"].tolist())
        for t0, t1, name, kind in zip(*columns, strict=True):
            self._add(t0, t1 or OPEN, name, kind)
        return records[marks]

    def add_switches(self, t: list[int], kind: list[int]) -> None:
        """Take in what the sampler saw of this thread, in order of time."""
        self.settled = False
        self._switch_t += t
        self._switch_kind += kind

    def lose(self, when: int) -> None:
        """Switches were lost from ``when`` (ns) on: until the next one nobody knows where the thread was."""
        self.settled = False
        place = bisect.bisect_right(self._switch_t, when)
        self._switch_t.insert(place, when)
        self._switch_kind.insert(place, int(Kind.LOST))

    def end(self, when: int) -> None:
        """The thread is gone since ``when`` (ns), whatever it left open."""
        self.settled = False
        if self.died is None or self.died > when:
            self.died = max(when, self.born or 0)
        self._waits.close(self.died)
        self._labels.close(self.died)
        self._steps.close(self.died)

    def pieces(self, begin: int, end: int) -> Pieces:
        """Cut [begin, end) wherever something changes; consumes what lies before ``end``."""
        waits, labels, steps = self._waits.arrays(), self._labels.arrays(), self._steps.arrays()
        take = int(np.searchsorted(np.array(self._switch_t, np.int64), end, "left"))
        switch_t = np.array(self._switch_t[:take], np.int64)
        switch_kind = np.array(self._switch_kind[:take], np.uint8)
        t = self._cuts(begin, end, *waits[:2], *labels[:2], *steps[:2], switch_t)
        result = self._describe(t, waits, _innermost(t, labels, steps), switch_t, switch_kind)
        self._consume(take, end, switch_t, switch_kind)
        self.settled = self._is_settled(result, end)
        return result

    def _is_settled(self, last: Pieces, end: int) -> bool:
        """Whether the last piece goes on as it is, whatever the siblings do."""
        if self._switch_t or self.born is None or self.born >= end:
            return False
        if self.died is not None:
            return self.died < end
        if any(closed != OPEN for closed in self._waits.end + self._labels.end + self._steps.end):
            return False
        return bool(last.core[-1] != _OUT or last.first_block[-1])

    def _add(self, t0: int, t1: int, name: int, kind: int) -> None:
        if kind == _THREAD:
            self.born = t0 if self.born is None else self.born
            if t1 != OPEN:
                self.end(t1)
        elif kind in WAITS:
            self._waits.add(t0, t1, kind, name)
        elif kind in LABELS:
            self._labels.add(t0, t1, kind, name)
        elif kind == _STEP:
            self._steps.add(t0, t1, kind, name)

    def _cuts(self, begin: int, end: int, *times: Times) -> Times:
        life = [moment for moment in (self.born, self.died) if moment is not None]
        every = np.concatenate(([begin], np.array(life, np.int64), *times)).astype(np.int64)
        return np.unique(every[(every >= begin) & (every < end)])

    def _describe(
        self,
        t: Times,
        waits: _Arrays,
        name: Objects,
        switch_t: Times,
        switch_kind: Codes,
    ) -> Pieces:
        in_wait, wait = _inside(t, waits[0], waits[1])
        name[in_wait] = waits[3][wait[in_wait]]
        state = np.zeros(len(t), np.uint8)
        state[in_wait] = STATE_OF_KIND[waits[2][wait[in_wait]]]
        seen = np.searchsorted(switch_t, t, "right") - 1
        core = np.where(seen >= 0, np.append(switch_kind, 0)[seen], self._core).astype(np.uint8)
        alive = t >= (self.born if self.born is not None else OPEN)
        if self.died is not None:
            alive &= t < self.died
        first = self._first_blocks(t, in_wait, wait, waits[0], switch_t, switch_kind)
        return Pieces(t, alive, state, name, core, first)

    def _first_blocks(
        self,
        t: Times,
        in_wait: Flags,
        wait: npt.NDArray[np.intp],
        wait_start: Times,
        switch_t: Times,
        switch_kind: Codes,
    ) -> Flags:
        """True where a piece lies in the first time its wait blocked."""
        result = np.zeros(len(t), np.bool_)
        if not in_wait.any():
            return result
        outs = switch_t[switch_kind == _OUT]
        if self._first_out is not None:
            outs = np.insert(outs, 0, self._first_out)
        position = np.searchsorted(outs, wait_start, "left")
        first_out = np.append(outs, OPEN)[position]
        seen = np.searchsorted(switch_t, t, "right") - 1
        block = np.where(seen >= 0, np.append(switch_t, 0)[seen], self._first_out or 0)
        result[in_wait] = block[in_wait] == first_out[wait[in_wait]]
        return result

    def _consume(self, take: int, end: int, switch_t: Times, switch_kind: Codes) -> None:
        """Forget what lies before ``end``, except what a wait that goes on needs."""
        self._waits.forget_before(end)
        self._labels.forget_before(end)
        self._steps.forget_before(end)
        started = self._waits.start[0] if self._waits.start and self._waits.start[0] < end else None
        if started is None:
            self._first_out = None
        elif self._first_out is None or self._first_out < started:
            outs = switch_t[(switch_kind == _OUT) & (switch_t >= started)]
            self._first_out = int(outs[0]) if len(outs) else None
        if take:
            self._core = self._switch_kind[take - 1]
            del self._switch_t[:take], self._switch_kind[:take]


def _innermost(t: Times, *layers: _Arrays) -> Objects:
    """The name of the interval that began last among those around each moment, 0 outside of all."""
    name = np.zeros(len(t), np.uint32)
    begun = np.full(len(t), -1, np.int64)
    for start, end, _, names in layers:
        if not len(start):
            continue
        inside, number = _inside(t, start, end)
        inside &= start[number] >= begun
        name[inside] = names[number[inside]]
        begun[inside] = start[number[inside]]
    return name


def _inside(t: Times, start: Times, end: Times) -> tuple[Flags, npt.NDArray[np.intp]]:
    """Which interval each moment lies in: (whether in any, its number)."""
    number = np.searchsorted(start, t, "right") - 1
    found = number >= 0
    if len(end):
        found &= t < end[number]
    return found, number
