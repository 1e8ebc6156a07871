"""Folds what one thread recorded, and what was seen of it from outside, into pieces. Knows nothing of other threads.

Several streams meet here: the thread's own records (its life, its waits, the labels of its work, the beats of its
loops), the moments at which the kernel gave it a core or took it away, and what looks from outside found. ``pieces``
cuts a stretch of time at every change of any of them; which state that means is up to the sources, which know the
siblings.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import LABELS, MARKS, WAITS, Kind
from visualiser.trace.batch import Records
from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.lane import Codes, Times
from visualiser.trace.looks import Looks
from visualiser.trace.pending import OPEN, Columns, Instants, Intervals, holding
from visualiser.trace.pieces import Ahead, Flags, Objects, Pieces
from visualiser.trace.states import STATE_OF_KIND, State

__all__ = ["OPEN", "ThreadFold"]

# Plain numbers compare faster.
_IN, _OUT, _LOST = int(Kind.SWITCH_IN), int(Kind.SWITCH_OUT), int(Kind.LOST)
_THREAD, _STEP, _BEAT = int(Kind.THREAD), int(Kind.STEP), int(Kind.BEAT)
SWITCH_NS, SLACK_NS = 5_000_000, 1_000_000
TIMER_NS = 60_000  # by as much a system may let a timer run late
_NO_LOOKS: tuple[Times, Codes] = (np.empty(0, np.int64), np.empty(0, np.uint8))


class ThreadFold:
    """Pending records and sightings of one thread, consumed in order of time.

    Attributes:
        settled: nothing will change until something new is heard.
    """

    def __init__(self, switch_ns: int = SWITCH_NS) -> None:
        self.born: int | None = None
        self.died: int | None = None
        self.settled = False
        self._beats = Intervals()  # stretches of its loops in which beats came without a gap
        self._waits = Intervals()
        self._labels = Intervals()
        self._steps = Intervals()  # of the tasks of its event loop: inside a label, or around some
        self._switches = Instants(_IN)  # a thread that records its own birth is on a core
        self._looks = Looks()
        self._switched = self._beaten = False
        self._first_out: int | None = None  # first time the carried wait blocked
        self._last_switch = 0
        self._unasked_ns = 0
        self.expect_asking(switch_ns)

    def expect_asking(self, switch_ns: int) -> None:
        """Who waits for the GIL asks for it as often as that, ns; one that does not ask waits for its call."""
        self._unasked_ns = 2 * switch_ns + SLACK_NS

    def ahead(self, end: int) -> Ahead:
        """What is known already of the time from ``end`` (ns) on, where everything before it has been folded."""
        moments = (moment for waits in (self._waits.start, self._waits.end) for moment in waits)
        return Ahead(self._switches.t, self._switches.code, sorted(t for t in moments if end <= t < OPEN))

    def add_records(self, records: Records) -> Records:
        """Take the thread's records in; returns its marks."""
        self.settled = False
        kinds = records["kind"]
        marks = (kinds >= MARKS.start) & (kinds < MARKS.stop)
        rest = records[~marks]
        columns = (rest[name].tolist() for name in ("t0", "t1", "object", "kind", "value"))
        for t0, t1, name, kind, value in zip(*columns, strict=True):
            self._add(t0, t1 or OPEN, name, kind, value)
        return records[marks]

    def add_switches(self, t: list[int], kind: list[int]) -> None:
        """Take in what the kernel told of this thread, in order of time."""
        self.settled = False
        self._switched = self._switched or bool(t)
        self._switches.add(t, kind)

    def add_looks(self, t: list[int], seen: list[int]) -> None:
        """Take in what looks from outside found of this thread, in order of time."""
        self.settled = False
        self._looks.add(t, seen)

    def lose(self, when: int) -> None:
        """Switches were lost from ``when`` (ns) on: until the next one nobody knows where the thread was."""
        self.settled = False
        self._switches.insert(when, _LOST)

    def end(self, when: int) -> None:
        """The thread is gone since ``when`` (ns), whatever it left open."""
        self.settled = False
        if self.died is None or self.died > when:
            self.died = max(when, self.born or 0)
        for intervals in (self._waits, self._labels, self._steps):
            intervals.close(self.died)

    def rhythm(self) -> ThreadBeats:
        """Its beats and waits that have not been folded; to be asked for before ``pieces``."""
        beats, waits = self._beats.arrays(), self._waits.arrays()
        ends = np.where(beats.end == OPEN, beats.start, beats.end)  # its first beat is just being recorded
        due = np.minimum(_due(waits), waits.end)
        born, died = (OPEN if moment is None else moment for moment in (self.born, self.died))
        return ThreadBeats(beats.start, ends, beats.value, waits.start, waits.end, due, born, died)

    def pieces(self, begin: int, end: int) -> Pieces:
        """Cut [begin, end) wherever something changes; consumes what lies before ``end``."""
        waits, labels, steps = self._waits.arrays(), self._labels.arrays(), self._steps.arrays()
        switches = self._switches.before(end)
        looks = self._looks.steps(end, waits) if self._looks.any else _NO_LOOKS
        due = _due(waits)
        blocked = np.append(switches[0][switches[1] == _OUT], self._last_switch) + self._unasked_ns
        moments = (column for each in (waits, labels, steps) for column in (each.start, each.end))
        t = self._cuts(begin, end, *moments, switches[0], looks[0], due, blocked)
        in_wait, number = waits.around(t)
        wait = np.zeros(len(t), np.uint8)
        wait[in_wait] = STATE_OF_KIND[waits.kind[number[in_wait]]]
        name = _innermost(t, labels, steps)
        name[in_wait] = waits.name[number[in_wait]]
        over = np.zeros(len(t), np.bool_)
        over[in_wait] = t[in_wait] >= due[number[in_wait]]
        core = holding(t, *switches, self._switches.now)
        first = self._first_blocks(t, in_wait, number, waits.start, *switches)
        first |= in_wait & ~over & (core == _OUT) & (t - self._blocks(t, switches[0]) >= self._unasked_ns)
        seen = holding(t, *looks, self._looks.now)
        result = Pieces(t, self._alive(t), wait, name, core, first, over, seen)
        self._looks.consume(end, waits, int(seen[-1]))
        self._consume(end, switches)
        self.settled = self._is_settled(result, due, end)
        return result

    def _is_settled(self, last: Pieces, due: Times, end: int) -> bool:
        """Whether the last piece goes on as it is, whatever the siblings do."""
        if self._switches.t or self._looks or self.born is None or self.born >= end:
            return False
        if self.died is not None:
            return self.died < end
        if not (self._waits.all_open and self._labels.all_open and self._steps.all_open):
            return False
        waits = last.wait[-1] != State.NONE
        if (waits and len(due) and end <= due[-1] < OPEN) or (self._beaten and not waits):
            return False
        if not self._switched:  # then a release of the lock may say that the wait is over, and siblings what it lacks
            return bool(last.wait[-1] != State.LOCK and not last.due[-1])
        return bool(last.core[-1] != _OUT or last.first_block[-1])

    def _add(self, t0: int, t1: int, name: int, kind: int, value: int) -> None:
        if kind == _THREAD:
            self.born = t0 if self.born is None else self.born
            if t1 != OPEN:
                self.end(t1)
        elif kind in WAITS:
            self._waits.add(t0, t1, kind, name, value)
        elif kind in LABELS:
            self._labels.add(t0, t1, kind, name)
        elif kind == _STEP:
            self._steps.add(t0, t1, kind, name)
        elif kind == _BEAT:
            self._beaten = True
            self._beats.add(t0, t1, kind, name, value)

    def _alive(self, t: Times) -> Flags:
        alive: Flags = t >= (self.born if self.born is not None else OPEN)
        return alive if self.died is None else alive & (t < self.died)

    def _cuts(self, begin: int, end: int, *times: Times) -> Times:
        life = [moment for moment in (self.born, self.died) if moment is not None]
        every = np.concatenate(([begin], np.array(life, np.int64), *times)).astype(np.int64)
        return np.unique(every[(every >= begin) & (every < end)])

    def _first_blocks(
        self, t: Times, in_wait: Flags, wait: Times, wait_start: Times, switch_t: Times, switch_kind: Codes
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
        result[in_wait] = self._blocks(t, switch_t)[in_wait] == first_out[wait[in_wait]]
        return result

    def _blocks(self, t: Times, switch_t: Times) -> Times:
        """When the last switch before each moment was, ns."""
        seen = np.searchsorted(switch_t, t, "right") - 1
        result: Times = np.where(seen >= 0, np.append(switch_t, 0)[seen], self._last_switch)
        return result

    def _consume(self, end: int, switches: tuple[Times, Codes]) -> None:
        """Forget what lies before ``end``, except what goes on then."""
        for intervals in (self._waits, self._labels, self._steps, self._beats):
            intervals.forget_before(end)
        started = self._waits.begun_before(end)
        if started is None:
            self._first_out = None
        elif self._first_out is None or self._first_out < started:
            outs = switches[0][(switches[1] == _OUT) & (switches[0] >= started)]
            self._first_out = int(outs[0]) if len(outs) else None
        self._last_switch = int(switches[0][-1]) if len(switches[0]) else self._last_switch
        self._switches.forget(len(switches[0]))


def _due(waits: Columns) -> Times:
    """When the time that each wait asked for is over, OPEN where it asked for none."""
    asked = (waits.value > 0) & (waits.value < OPEN - waits.start - TIMER_NS)
    result: Times = np.where(asked, waits.start + np.where(asked, waits.value, 0) + TIMER_NS, OPEN)
    return result


def _innermost(t: Times, *layers: Columns) -> Objects:
    """The name of the interval that began last among those around each moment, 0 outside of all."""
    name = np.zeros(len(t), np.uint32)
    begun = np.full(len(t), -1, np.int64)
    for layer in layers:
        if not len(layer.start):
            continue
        inside, number = layer.around(t)
        inside &= layer.start[number] >= begun
        name[inside] = layer.name[number[inside]]
        begun[inside] = layer.start[number[inside]]
    return name
