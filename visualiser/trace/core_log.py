"""On which core one thread was when: a log of its stays, with an index that tells the exact time on each core.

``t[i]`` is when the thread came onto ``core[i]`` or, where that is ``OFF``, left its core, or, where it is ``LOST``,
got out of sight. A stay lasts until ``t[i + 1]``, the last one until something else is known. What is new waits in
plain lists, for nobody may ask.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.lane import Times
from visualiser.trace.shelf import Shelf

Cores = npt.NDArray[np.uint16]
OFF = int(np.iinfo(np.uint16).max)
LOST = OFF - 1
OPEN = int(np.iinfo(np.int64).max)
_MOST_WAITING = 1024


class Stay(NamedTuple):
    """A time on one core, ns; ``before`` is the core of the stay before it, None for the first."""

    start: int
    end: int
    core: int
    before: int | None


class _CoreIndex:
    """Numbers of the stays on one core that are over, and the running total of their durations, ns."""

    __slots__ = ("numbers", "totals")

    def __init__(self, shelf: Shelf | None) -> None:
        self.numbers: Column[np.int64] = Column(np.int64, shelf=shelf)
        self.totals: Column[np.int64] = Column(np.int64, shelf=shelf)
        self.totals.append(0)

    def append(self, numbers: Times, durations: Times) -> None:
        last = int(self.totals.view[-1])
        self.numbers.append(numbers)
        self.totals.append(last + np.cumsum(durations))


class CoreLog:
    """Stays of one thread on cores, append-only."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._t: Column[np.int64] = Column(np.int64, shelf=shelf)
        self._core: Column[np.uint16] = Column(np.uint16, shelf=shelf)
        self._moves: Column[np.int64] = Column(np.int64, shelf=shelf)
        self._shelf = shelf
        self._last = OFF  # core of the last stay
        self._new_t: list[int] = []
        self._new_core: list[int] = []
        self._index: dict[int, _CoreIndex] = {}
        self._indexed = 0  # rows before this number are in the index

    def take(self, t: list[int], core: list[int]) -> None:
        """Add moments (ns, ascending) at which the thread came onto a core, left one (``OFF``) or got ``LOST``."""
        self._new_t += t
        self._new_core += core
        if len(self._new_t) > _MOST_WAITING:
            self._catch_up()

    @property
    def rows(self) -> tuple[Times, Cores]:
        """Every change: when (ns), and the core from then on, ``OFF`` or ``LOST``; valid until the next ``take``."""
        self._catch_up()
        return self._t.view, self._core.view

    def load(self, t: Times, core: Cores) -> None:
        """Add many such changes at once, ns, ascending."""
        self._catch_up()
        self._add(t, core)

    @property
    def start(self) -> int:
        """When the first stay began, ns; OPEN while there is none."""
        self._catch_up()
        return int(self._t.view[0]) if self._t.size else OPEN

    @property
    def stays(self) -> tuple[Times, Times, Cores]:
        """All stays: begins and ends (ns, OPEN for one that is not known to be over), and the core of each."""
        self._catch_up()
        t, core = self._t.view, self._core.view
        on = np.flatnonzero(core < LOST)
        return t[on], np.append(t[1:], OPEN)[on], core[on]

    @property
    def moves(self) -> Times:
        """When the thread came onto another core than the one before, ns, ascending."""
        self._catch_up()
        return self._moves.view

    def moves_between(self, begin: int, end: int) -> int:
        """Number of moves to another core in [begin, end), ns."""
        first, stop = self.moves.searchsorted(np.array([begin, end], np.int64))
        return int(stop - first)

    def core_at(self, when: int) -> int | None:
        """The core it was on at a moment (ns), None if on none or not known."""
        stay = self.stay_at(when)
        return stay.core if stay else None

    def stay_at(self, when: int) -> Stay | None:
        """The stay that contains a moment (ns); ``end`` is OPEN for one that is not known to be over."""
        self._catch_up()
        t, core = self._t.view, self._core.view
        number = int(t.searchsorted(np.int64(when), "right")) - 1
        if number < 0 or core[number] >= LOST:
            return None
        end = int(t[number + 1]) if number + 1 < len(t) else OPEN
        stays = core[max(number - 2, 0) : number]
        before = [int(one) for one in stays if one < LOST]  # two rows back at most: leaving is one row
        return Stay(int(t[number]), end, int(core[number]), before[-1] if before else None)

    def times_between(self, begin: int, end: int) -> dict[int, int]:
        """Time (ns) on each core it was on in [begin, end), in the order of their numbers."""
        if begin >= end:
            return {}
        times = self._times(np.array([begin], np.int64), np.array([end], np.int64))
        return {core: int(time[0]) for core, time in sorted(times.items()) if time[0]}

    def moved(self, edges: Times) -> npt.NDArray[np.bool_]:
        """Whether the thread came onto another core in each column between neighbouring ``edges`` (ns, ascending)."""
        return np.diff(self.moves.searchsorted(edges)) > 0

    def cores_at(self, moments: Times) -> Cores:
        """The core it was on at each moment (ns), or was on last; OFF where that is not known."""
        self._catch_up()
        if not self._t.size:
            return np.full(len(moments), OFF, np.uint16)
        return self._carried(self._t.view.searchsorted(moments, "right") - 1)

    def columns(self, edges: Times) -> Cores:
        """The core with the most time in each column between neighbouring ``edges`` (ns, ascending).

        Where the thread was on none it is the one it was on last, OFF where that is not known. The cost is
        O(columns · cores · log stays), whatever the number of stays in view.
        """
        self._catch_up()
        if not self._t.size:
            return np.full(len(edges) - 1, OFF, np.uint16)
        number = self._t.view.searchsorted(edges, "right") - 1
        result = self._carried(number[:-1])
        mixed = np.flatnonzero(number[1:] != number[:-1])
        if len(mixed):
            times = self._times(edges[mixed], edges[mixed + 1])
            table = np.stack([*times.values()] or [np.zeros(len(mixed), np.int64)])
            codes = np.array([*times] or [OFF], np.uint16)
            most = codes[table.argmax(axis=0)]
            result[mixed] = np.where(table.any(axis=0), most, self._carried(number[mixed]))
        return result

    def _carried(self, number: npt.NDArray[np.intp]) -> Cores:
        """The core of those rows, of the one before where the thread left its core."""
        core = self._core.view
        here = core[np.maximum(number, 0)]
        here = np.where(here == OFF, core[np.maximum(number - 1, 0)], here)
        return np.where((number < 0) | (here == LOST), np.uint16(OFF), here)

    def _times(self, begin: Times, end: Times) -> dict[int, Times]:
        """Time on each core in each [begin, end)."""
        self._catch_up()
        self._catch_up_index()
        t, core = self._t.view, self._core.view
        if not len(t):
            return {}
        moments = np.stack((begin, end))
        number = t.searchsorted(moments, "right") - 1
        current = np.where(number < 0, np.uint16(OFF), core[np.maximum(number, 0)])
        last = len(t) - 1
        # What the total of the current stay's core has too much; the open stay is not in it at all.
        until = np.where(number == last, t[last], t[np.minimum(number + 1, last)])
        surplus = until - moments
        present = {*self._index, *([int(core[-1])] if core[-1] < LOST else [])}
        return {one: self._time_on(one, number, current, surplus) for one in present}

    def _time_on(self, core: int, number: npt.NDArray[np.intp], current: Cores, surplus: Times) -> Times:
        until: Times = np.where(current == core, -surplus, 0)
        index = self._index.get(core)
        if index is not None:
            until = until + index.totals.view[index.numbers.view.searchsorted(number + 1)]
        spent: Times = until[1] - until[0]
        return spent

    def _catch_up(self) -> None:
        """Take what waits into the columns: changes alone, in order of time whatever was delivered."""
        if not self._new_t:
            return
        core = np.array(self._new_core, np.uint16)
        floor = int(self._t.view[-1]) if self._t.size else 0
        t = np.maximum.accumulate(np.maximum(np.array(self._new_t, np.int64), floor))
        self._new_t, self._new_core = [], []
        self._add(t, core)

    def _add(self, t: Times, core: Cores) -> None:
        if not len(t):
            return
        before = self._core.view[-1] if self._core.size else np.uint16(OFF)
        keep = core != np.concatenate(([before], core[:-1]))
        t, core = t[keep], core[keep]
        self._note_moves(t[core < LOST], core[core < LOST])
        self._t.append(t)
        self._core.append(core)

    def _note_moves(self, t: Times, core: Cores) -> None:
        if not len(core):
            return
        before = np.concatenate(([np.uint16(self._last)], core[:-1]))
        self._moves.append(t[(core != before) & (before != OFF)])
        self._last = int(core[-1])

    def _catch_up_index(self) -> None:
        """Index the stays that are over."""
        first, stop = self._indexed, self._t.size - 1
        if first >= stop:
            return
        durations = np.diff(self._t.view[first : stop + 1])
        added = self._core.view[first:stop]
        for core in np.unique(added[added < LOST]).tolist():
            mine = np.flatnonzero(added == core)
            index = self._index.setdefault(core, _CoreIndex(self._shelf))
            index.append(mine + first, durations[mine])
        self._indexed = stop
