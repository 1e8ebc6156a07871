"""Folds what was recorded of one asyncio task into its lane: its steps show what the loop's thread does in them.

A task is in a step, waits for what it awaits, or is ready and waits for its event loop. Tasks are many and each does
little between two polls, so that plain lists are quicker here than arrays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.lane import Lane
from visualiser.trace.states import STATE_OF_KIND, State
from visualiser.trace.track import Track

# What happens to a task; at the same moment in this order.
_END, _WAIT, _READY, _DUE, _DONE, _BEGIN = range(6)
_NONE, _UNKNOWN, _LOOP = int(State.NONE), int(State.UNKNOWN), int(State.LOOP)
_STATE = [state or _UNKNOWN for state in STATE_OF_KIND.tolist()]  # of a wait, by its kind
_STEP, _TASK_WAIT, _TASK_READY = int(Kind.STEP), int(Kind.TASK_WAIT), int(Kind.TASK_READY)
_TASK_DUE, _TASK_DONE = int(Kind.TASK_DUE), int(Kind.TASK_DONE)


class LoopWindow:
    """What the thread of an event loop did in [begin, end), for all the tasks that had a step in it."""

    def __init__(self, lane: Lane, begin: int, end: int) -> None:
        first, stop = lane.spans_between(begin, end)
        self._t: list[int] = lane.t[first:stop].tolist()
        self._state: list[int] = lane.state[first:stop].tolist()
        self._ref: list[int] = lane.ref[first:stop].tolist()

    def copy(self, begin: int, end: int, spans: Spans) -> None:
        """Add what the thread did from ``begin`` to ``end``, ns; not known where it was not alive."""
        number = bisect_right(self._t, begin) - 1
        if number < 0:
            spans.add(begin, _UNKNOWN, 0)
            number = 0
        while number < len(self._t) and self._t[number] < end:
            spans.add(max(self._t[number], begin), self._state[number] or _UNKNOWN, self._ref[number])
            number += 1


class Spans:
    """Transitions in order of time, on their way to a lane."""

    def __init__(self) -> None:
        self.t: list[int] = []
        self.state: list[int] = []
        self.ref: list[int] = []

    def add(self, t: int, state: int, ref: int) -> None:
        """From ``t`` (ns) on it is so; of several at one moment the last one counts."""
        if self.t and self.t[-1] == t:
            self.state[-1], self.ref[-1] = state, ref
            return
        self.t.append(t)
        self.state.append(state)
        self.ref.append(ref)

    def drop_last_at(self, t: int) -> None:
        """Nothing goes on from ``t`` on."""
        if self.t and self.t[-1] == t:
            for column in (self.t, self.state, self.ref):
                column.pop()

    def append_to(self, lane: Lane, now: int) -> None:
        """Hand them over; the last one lasts until ``now``."""
        if self.t:
            arrays = np.array(self.t, np.int64), np.array(self.state, np.uint8), np.array(self.ref, np.uint32)
            lane.append(*arrays, now)
        elif len(lane):
            lane.extend(now)


class TaskFold:
    """Pending events of one task, consumed in order of time.

    Attributes:
        over: the task is done, or its loop's thread is gone: nothing will follow.
    """

    def __init__(self, track: Track, loop: Track) -> None:
        self.track = track
        self.loop = loop
        self.over = False
        self._pending: list[tuple[int, int, int, int]] = []  # when, what, and two numbers more
        self._last_begin = self._last_wait = 0  # a record that was open comes again
        self._step: int | None = None  # when the step began that goes on
        self._wait: int | None = None  # when the wait began that goes on
        self._ready = False  # became ready in this step

    @property
    def idle(self) -> bool:
        """Whether its state goes on as it is."""
        return self._step is None and not self._pending

    def add(self, t0: int, t1: int, kind: int, why: int, name: int) -> None:
        """Take in a record of the task."""
        if not self.track.start_ns:
            self.track.start_ns = t0
        if kind == _STEP:
            self._add_step(t0, t1, name)
        elif kind == _TASK_WAIT and t0 > self._last_wait:
            self._last_wait = t0
            self._pending.append((t0, _WAIT, _STATE[why] if why < len(_STATE) else _UNKNOWN, name))
        elif kind == _TASK_READY:
            self._pending.append((t0, _READY, 0, 0))
        elif kind == _TASK_DUE:
            self._pending.append((t1, _DUE, t0, 0))
        elif kind == _TASK_DONE:
            self._pending.append((t0, _DONE, 0, 0))

    def advance(self, begin: int, end: int, loop: LoopWindow) -> None:
        """Append what happened in [begin, end), ns, to the lane."""
        spans, until = Spans(), end
        for event in self._take(end):
            # One that comes too late changes what follows, not what was drawn.
            self._happen(event, max(event[0], begin), begin, loop, spans)
            if self.over:
                until = max(event[0], begin)
                spans.drop_last_at(until)
                break
        if self._step is not None:
            loop.copy(max(self._step, begin), until, spans)
        spans.append_to(self.track.lane, until)

    def _add_step(self, t0: int, t1: int, name: int) -> None:
        if t0 > self._last_begin:
            self._last_begin = t0
            self._pending.append((t0, _BEGIN, name, 0))
        if t1:
            self._pending.append((t1, _END, 0, 0))

    def _take(self, end: int) -> list[tuple[int, int, int, int]]:
        gone = self.loop.end_ns
        if gone is not None and gone <= end:
            self._pending = [event for event in self._pending if event[0] < gone]
            self._pending.append((gone, _DONE, 0, 0))
            end = gone + 1
        self._pending.sort()
        count = bisect_left(self._pending, (end, -1, 0, 0))
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _happen(self, event: tuple[int, int, int, int], t: int, begin: int, loop: LoopWindow, spans: Spans) -> None:
        _, what, number, name = event
        if what == _END or (what == _DONE and self._step is not None):
            self._end_step(t, begin, loop, spans)
        elif what == _BEGIN:
            if self._step is not None:  # its end was never written: this one shows it is over
                self._end_step(t, begin, loop, spans)
            self._step, self._ready, self._wait = t, False, None
        elif what == _WAIT:
            self._wait = event[0]
            spans.add(t, number, name)
        elif what == _READY and self._step is not None:
            self._ready = True
        elif what == _READY or (what == _DUE and number == self._wait):
            self._wait = None
            spans.add(t, _LOOP, 0)
        if what == _DONE:
            self.over = True
            self.track.end_ns = event[0]

    def _end_step(self, t: int, begin: int, loop: LoopWindow, spans: Spans) -> None:
        if self._step is None:
            return
        start = max(self._step, begin)
        if start < t:
            loop.copy(start, t, spans)
        self._step = None
        spans.add(t, _LOOP if self._ready else _UNKNOWN, 0)
