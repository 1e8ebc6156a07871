"""Tells from the beats of a process's threads which of them ran, waited for the GIL or waited for a core.

What kept a thread from running is told by its siblings. While one of them runs it holds the GIL. While none does, in a
*hole*, the last that ran has it still and was pushed off its core; if it went into a recorded wait, the next that runs
has it already. A hole as short as handing over the GIL takes, between two threads, is a hand-over. Where another thread
may run unseen, nobody knows whether a thread in a hole lacks the GIL or a core.

Beats cannot tell a thread that lacks a core from one that blocks in a call that is not recorded, such as reading a
file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from visualiser.trace.beat_threads import (
    ABSENT,
    KEPT,
    OPEN,
    RAN,
    UNSEEN,
    UNSURE,
    WAITED,
    Carried,
    Course,
    Flags,
    ThreadBeats,
    course,
    explained_until,
)
from visualiser.trace.lane import Codes, Times
from visualiser.trace.states import State

HANDOVER_NS = 300_000
# A thread that has not beaten for so long is taken for one that has left its loops, until it beats again.
PATIENCE_NS = 1_000_000_000
NOBODY = -1
_NONE, _RUN, _READY, _GIL, _CORE = (
    np.uint8(state) for state in (State.NONE, State.RUN, State.READY, State.GIL, State.CORE)
)


class Owners:
    """Follows one process from one stretch of time to the next."""

    def __init__(self) -> None:
        self._carried: dict[int, Carried] = {}
        self._last = NOBODY  # the thread that ran last
        self._until = 0  # until when, ns

    def states(
        self, begin: int, end: int, threads: Mapping[int, ThreadBeats], gil: bool
    ) -> dict[int, tuple[Times, Codes]]:
        """The state of every thread in [begin, end), ns: from when on, and a ``State``. They follow without a hole.

        In a recorded wait, which goes before, it is READY. What ends before ``end`` need not be given again.

        Args:
            begin: the ``end`` of the call before.
            end: should lie before the end of every gap that is not over, see ``known_until``.
            threads: all threads of the process, also those without beats.
            gil: whether they share a GIL.
        """
        courses = {
            number: course(begin, thread, self._carried.setdefault(number, Carried()))
            for number, thread in threads.items()
        }
        owner = None
        if gil and len(threads) > 1:
            runs = _Runs(courses, self._last, self._until)
            owner = _owner(runs, courses)
            self._last, self._until = runs.last_before(end)
        self._remember(end, threads)
        return {number: _states(number, each, owner, end) for number, each in courses.items()}

    def known_until(self, threads: Mapping[int, ThreadBeats], now: int) -> int:
        """Up to when (ns) it is known of every thread why its beats stopped; before ``now``, but not by much."""
        known = now - HANDOVER_NS  # what began later may be a hand-over
        for number, thread in threads.items():
            if thread.died >= now:  # that it will be gone may be known before all it did until then
                explained = explained_until(thread, self._carried.get(number, Carried()), now)
                known = min(known, explained) if now - explained <= PATIENCE_NS else known
        return known

    def _remember(self, end: int, threads: Mapping[int, ThreadBeats]) -> None:
        for number, thread in threads.items():
            self._carried[number].forget_before(end, thread)
        alive = {number for number, thread in threads.items() if thread.died > end}
        self._carried = {number: carried for number, carried in self._carried.items() if number in alive}


class _Runs:
    """All times in which some thread ran, however short; the first is what is known from before.

    Attributes:
        start: when each began, in order, ns.
        number: its thread.
        reach: the end of all that began so far, ns.
        last: the thread that ran until then.
    """

    def __init__(self, courses: Mapping[int, Course], last: int, until: int) -> None:
        parts = [(np.array([until]), np.array([until]), np.array([last]))]
        for number, each in courses.items():
            ran = each.code == RAN
            start = np.concatenate((each.t[ran], each.ran))
            stop = np.concatenate((np.append(each.t[1:], OPEN)[ran], each.ran))
            parts.append((start, stop, np.full(len(start), number)))
        starts, stops, numbers = (np.concatenate(part).astype(np.int64) for part in zip(*parts, strict=True))
        order = np.lexsort((numbers, starts))
        self.start, self.number = starts[order], numbers[order]
        self.reach, self.last = _furthest(stops[order], self.number)

    def last_before(self, end: int) -> tuple[int, int]:
        """Who ran last before ``end``, and until when, ns."""
        place = int(np.searchsorted(self.start, end, "left")) - 1
        return int(self.last[place]), min(int(self.reach[place]), end)


def _furthest(stop: Times, number: Times) -> tuple[Times, Times]:
    """For each place the highest stop so far, and the lowest number that has it."""
    values, rank = np.unique(stop, return_inverse=True)
    numbers, order = np.unique(number, return_inverse=True)
    best = np.maximum.accumulate(rank * len(numbers) + (len(numbers) - 1 - order))
    return values[best // len(numbers)], numbers[len(numbers) - 1 - best % len(numbers)]


@dataclass(frozen=True)
class _Owner:
    """Who has the GIL from ``t`` on; all arrays have one entry a change.

    Attributes:
        t: ns.
        number: the thread, ``NOBODY`` if that is not known.
        runs: it runs, or is about to.
        unseen: some thread may run unseen.
    """

    t: Times
    number: Times
    runs: Flags
    unseen: Flags


def _owner(runs: _Runs, courses: Mapping[int, Course]) -> _Owner:
    begin = next(iter(courses.values())).t[0]
    following = np.append(runs.start[1:], OPEN)
    middle = runs.reach + (following - runs.reach) // 2
    t = np.unique(np.concatenate([each.t for each in courses.values()] + [runs.start, runs.reach, middle]))
    t = t[(t >= begin) & (t < OPEN)]
    place = np.searchsorted(runs.start, t, "right") - 1
    last, then = runs.last[place], np.append(runs.number[1:], NOBODY)[place]
    running = t < runs.reach[place]
    code, code_then = _codes_of(last, t, courses), _codes_of(then, t, courses)
    hole = following[place] - runs.reach[place]
    handing = ~running & (hole <= HANDOVER_NS) & (last != then) & (last != NOBODY) & (then != NOBODY)
    gone = (code == WAITED) | (code == ABSENT)
    receives = handing & (gone | (t >= middle[place]))
    keeps = np.where(_is_kept(code), last, np.where(_is_kept(code_then), then, NOBODY))
    number = np.where(running | handing, np.where(receives, then, last), keeps)
    unseen = np.any([each.at(t) == UNSEEN for each in courses.values()], axis=0)
    return _changes(t, number, running | handing, unseen)


def _codes_of(numbers: Times, t: Times, courses: Mapping[int, Course]) -> Codes:
    """The code of that thread at each moment."""
    result = np.full(len(t), ABSENT, np.uint8)
    for number in np.unique(numbers).tolist():
        if number in courses:
            mine = numbers == number
            result[mine] = courses[number].at(t[mine])
    return result


def _is_kept(code: Codes) -> Flags:
    result: Flags = (code == KEPT) | (code == UNSURE)
    return result


def _changes(t: Times, number: Times, runs: Flags, unseen: Flags) -> _Owner:
    """Only where something changes."""
    new = np.ones(len(t), np.bool_)
    new[1:] = (np.diff(number) != 0) | (runs[1:] != runs[:-1]) | (unseen[1:] != unseen[:-1])
    return _Owner(t[new], number[new], runs[new], unseen[new])


def _states(number: int, each: Course, owner: _Owner | None, end: int) -> tuple[Times, Codes]:
    t = each.t if owner is None else np.union1d(each.t, owner.t)
    t = t[t < end]
    code = each.at(t)
    state = _OF_ITSELF[code]
    if owner is not None:
        place = np.searchsorted(owner.t, t, "right") - 1
        mine, runs = owner.number[place] == number, owner.runs[place]
        in_hole = np.where((code == KEPT) & ~owner.unseen[place], _CORE, _READY)
        kept = np.where(runs | (owner.number[place] != NOBODY), _GIL, _READY)
        kept = np.where(mine & ~runs, in_hole, kept)
        state = np.where(_is_kept(code), kept, state)
        state = np.where(mine & runs & (code != WAITED) & (code != ABSENT), _RUN, state)
    new = np.ones(len(t), np.bool_)
    new[1:] = state[1:] != state[:-1]
    return t[new], state[new].astype(np.uint8)


# With no siblings that share a GIL.
_OF_ITSELF = np.zeros(6, np.uint8)
for _code, _state in {ABSENT: _NONE, UNSEEN: _READY, RAN: _RUN, KEPT: _CORE, UNSURE: _READY, WAITED: _READY}.items():
    _OF_ITSELF[_code] = _state
