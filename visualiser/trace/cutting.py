"""Cuts a stretch of time of many threads into pieces: at every change of what they recorded or what was seen of them.

Several streams meet here: the threads' own records (their lives, their waits, the labels of their work), the moments
at which the kernel gave them a core or took it away, and what looks from outside found. Which state a piece means is
up to the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.lane import Codes, Times
from visualiser.trace.layers import Layers
from visualiser.trace.pending import OPEN, Columns, Instants
from visualiser.trace.pieces import Axis, Flags, Objects, Pieces, Places, distinct
from visualiser.trace.states import STATE_OF_KIND
from visualiser.trace.thread_fold import ThreadFold

_OUT = int(Kind.SWITCH_OUT)
TIMER_NS = 60_000  # by as much a system may let a timer run late


class _Layer:
    """The intervals of one layer that belong to the threads at hand."""

    def __init__(self, columns: Columns, place_of: Places, axis: Axis) -> None:
        place = place_of[columns.owner]
        mine = place >= 0
        if not mine.all():
            columns, place = columns.some(mine), place[mine]
        key = axis.keys(place, columns.start)
        if (key[1:] < key[:-1]).any():  # threads are not in the order of their tracks
            order = np.argsort(key, kind="stable")
            columns, place, key = columns.some(order), place[order], key[order]
        self.columns, self.place, self.key, self._axis = columns, place, key, axis

    def around(self, place: Places, t: Times, key: Times) -> tuple[Flags, Places]:
        """Which interval each moment lies in: (whether in any, its number)."""
        number = self.key.searchsorted(key, "right") - 1
        if not len(self.key):
            return np.zeros(len(t), np.bool_), number
        return (self.place[number] == place) & (t < self.columns.end[number]) & (number >= 0), number

    def edges(self) -> Iterator[Times]:
        """The keys of all begins and ends."""
        for t in (self.columns.start, self.columns.end):
            yield self._axis.inner(self.place, t)


class _Steps:
    """What holds from some moments on, for all threads: arrays with one entry a moment, and what holds before."""

    def __init__(
        self, axis: Axis, told: Sequence[tuple[Times | list[int], Codes | list[int]]], before: list[int]
    ) -> None:
        place = np.repeat(np.arange(axis.threads), [len(t) for t, _ in told])
        self.t = np.fromiter(chain.from_iterable(t for t, _ in told), np.int64, len(place))
        self.code = np.fromiter(chain.from_iterable(code for _, code in told), np.uint8, len(place))
        self.place, self.key = place, axis.keys(place, self.t)
        self.cuts = axis.inner(place, self.t)
        self._before = np.array(before, np.uint8)

    def last(self, place: Places, key: Times) -> tuple[Flags, Places]:
        """The number of the last moment before or at each key, and whether the thread had any."""
        number = self.key.searchsorted(key, "right") - 1
        if not len(self.key):
            return np.zeros(len(key), np.bool_), number
        return (number >= 0) & (self.place[number] == place), number

    def holding(self, place: Places, told: Flags, number: Places) -> Codes:
        """What holds at the keys that ``last`` was asked for."""
        before: Codes = self._before[place]
        return np.where(told, self.code[number], before) if len(self.code) else before


class Cut:
    """All that was told of some threads in [begin, end), and what of it has to be remembered once it is folded.

    Attributes:
        pieces: what holds when.
    """

    def __init__(self, folds: list[ThreadFold], layers: Layers, begin: int, end: int) -> None:
        self._folds = folds
        self._axis = axis = Axis(begin, end, len(folds))
        numbers = np.array([fold.number for fold in folds], np.int64)
        place_of = self._places(numbers, layers)
        self._waits, labels, steps = (
            _Layer(one.columns, place_of, axis) for one in (layers.waits, layers.labels, layers.steps)
        )
        pending = [(fold.switches, fold.switches.count_before(end)) for fold in folds]
        self._switches = _Steps(axis, [_first(*one) for one in pending], [one.now for one, _ in pending])
        self._looks = self._steps_of_looks(layers.waits.columns)
        self._due = due_of(self._waits.columns)
        self._outs = self._switches.code == _OUT
        self._last_switch = np.array([fold.last_switch for fold in folds], np.int64)
        self._unasked = np.array([fold.unasked_ns for fold in folds], np.int64)
        life = np.array([_life(fold) for fold in folds], np.int64)
        self.pieces = self._pieces(life, labels, steps)

    def remember(self, end: int) -> None:
        """Everything before ``end`` (ns) is folded."""
        waits = self._waits.columns
        going = (waits.start < end) & (waits.end > end)
        outs = zip(self._waits.place[going].tolist(), self._first_outs()[going].tolist(), strict=True)
        first = {place: out for place, out in outs if out < end}
        for place, fold in enumerate(self._folds):
            fold.first_out = first.get(place)
            count = fold.switches.count_before(end)
            if count:
                fold.last_switch = fold.switches.t[count - 1]
                fold.switches.forget(count)
        for fold in self._folds:
            if fold.looks.any:
                fold.looks.consume(end, self._waits_of(fold))

    def due_after(self, end: int) -> set[int]:
        """Places of the threads that are in a wait whose time is known to be over at ``end`` (ns) or later."""
        waits = self._waits.columns
        going = (waits.start < end) & (waits.end > end) & (self._due >= end) & (self._due < OPEN)
        return set(self._waits.place[going].tolist())

    def _places(self, numbers: Times, layers: Layers) -> Places:
        """By the number of a track the place of its thread, -1 if it is none of those at hand."""
        owners = [one.columns.owner for one in layers.all if len(one.columns)]
        most = max((int(owner[-1]) for owner in owners), default=0)
        result = np.full(max(most, int(numbers.max(initial=0))) + 1, -1, np.int64)
        result[numbers] = np.arange(len(numbers))
        return result

    def _pieces(self, life: Times, labels: _Layer, steps: _Layer) -> Pieces:
        axis, waits, every = self._axis, self._waits, np.arange(len(self._folds))
        layers = chain(waits.edges(), labels.edges(), steps.edges())
        lives = (axis.inner(every, moments) for moments in life.T)
        late = (axis.inner(waits.place, self._due), *self._unasked_keys())
        looks = () if self._looks is None else (self._looks.cuts,)
        key = distinct(np.concatenate((axis.starts, *lives, *layers, self._switches.cuts, *looks, *late)))
        place = key // axis.span
        t = key - place * axis.span + (axis.begin - 1)
        in_wait, number = waits.around(place, t, key)
        told, switch = self._switches.last(place, key)
        core = self._switches.holding(place, told, switch)
        wait, over, first = np.zeros(len(t), np.uint8), np.zeros(len(t), np.bool_), np.zeros(len(t), np.bool_)
        name = _innermost(place, t, key, labels, steps)
        if in_wait.any():
            mine, of_wait = np.flatnonzero(in_wait), number[in_wait]
            wait[mine] = STATE_OF_KIND[waits.columns.kind[of_wait]]
            name[mine] = waits.columns.name[of_wait]
            over[mine] = t[mine] >= self._due[of_wait]
            blocked = self._last_switches(place, told, switch)[mine]
            first[mine] = blocked == self._first_outs()[of_wait]
            first[mine] |= ~over[mine] & (core[mine] == _OUT) & (t[mine] - blocked >= self._unasked[place[mine]])
        alive = (t >= life[place, 0]) & (t < life[place, 1])
        seen = np.zeros(len(t), np.uint8)
        if self._looks is not None:
            seen = self._looks.holding(place, *self._looks.last(place, key))
        return Pieces(axis, axis.end, key, place, t, alive, wait, name, core, first, over, seen)

    def _unasked_keys(self) -> Iterator[Times]:
        """When a thread has blocked for longer than one that wants the GIL would."""
        place = self._switches.place[self._outs]
        yield self._axis.inner(place, self._switches.t[self._outs] + self._unasked[place])
        yield self._axis.inner(np.arange(len(self._folds)), self._last_switch + self._unasked)

    def _last_switches(self, place: Places, told: Flags, switch: Places) -> Times:
        last: Times = self._last_switch[place]
        return np.where(told, self._switches.t[switch], last) if len(self._switches.t) else last

    def _first_outs(self) -> Times:
        """When each wait blocked for the first time, ns; OPEN if it has not."""
        waits, outs = self._waits, self._outs
        key, place, t = self._switches.key[outs], self._switches.place[outs], self._switches.t[outs]
        number = key.searchsorted(waits.key, "left")
        mine = np.append(place, -1)[number] == waits.place
        first: Times = np.where(mine, np.append(t, OPEN)[number], OPEN)
        carried = np.array([OPEN if fold.first_out is None else fold.first_out for fold in self._folds], np.int64)
        before = carried[waits.place]
        return np.where((waits.columns.start < self._axis.begin) & (before < OPEN), before, first)

    def _steps_of_looks(self, waits: Columns) -> _Steps | None:
        if not any(fold.looks.any for fold in self._folds):
            return None
        told = [fold.looks.steps(self._axis.end, waits.of(fold.number)) for fold in self._folds]
        return _Steps(self._axis, told, [fold.looks.now for fold in self._folds])

    def _waits_of(self, fold: ThreadFold) -> Columns:
        columns = self._waits.columns
        return columns.some(columns.owner == fold.number)


def _first(instants: Instants, count: int) -> tuple[list[int], list[int]]:
    """The first ``count`` of them, without a copy where these are all."""
    if count == len(instants.t):
        return instants.t, instants.code
    return instants.t[:count], instants.code[:count]


def _life(fold: ThreadFold) -> tuple[int, int]:
    return OPEN if fold.born is None else fold.born, OPEN if fold.died is None else fold.died


def due_of(waits: Columns) -> Times:
    """When the time that each wait asked for is over, OPEN where it asked for none."""
    asked = (waits.value > 0) & (waits.value < OPEN - waits.start - TIMER_NS)
    result: Times = np.where(asked, waits.start + np.where(asked, waits.value, 0) + TIMER_NS, OPEN)
    return result


def _innermost(place: Places, t: Times, key: Times, *layers: _Layer) -> Objects:
    """The name of the interval that began last among those around each moment, 0 outside of all."""
    name = np.zeros(len(t), np.uint32)
    begun = np.full(len(t), -1, np.int64)
    for layer in layers:
        if len(layer.key):
            inside, number = layer.around(place, t, key)
            start = layer.columns.start[number]
            inside &= start >= begun
            name[inside] = layer.columns.name[number[inside]]
            begun[inside] = start[inside]
    return name
