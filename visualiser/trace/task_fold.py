"""Folds what was recorded of one asyncio task into its lane: its steps show what the loop's thread does in them.

A task is in a step, waits for what it awaits, or is ready and waits for its event loop. Every record is an event that
says what it does from then on; only the end of a step looks back, to whether the task became ready in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records
from visualiser.trace.lane import Codes, Lane, Refs, Times
from visualiser.trace.states import STATE_OF_KIND, State
from visualiser.trace.track import Track

# What happens to a task; at the same moment in this order.
END, WAIT, READY, DUE, DONE, BEGIN = range(6)
_NONE, _UNKNOWN, _LOOP = int(State.NONE), int(State.UNKNOWN), int(State.LOOP)
_IN_STEP = 255  # no state: that of the loop's thread takes its place
# since: when the wait began that is due
_EVENT = np.dtype([("t", np.int64), ("what", np.uint8), ("state", np.uint8), ("ref", np.uint32), ("since", np.int64)])
Events = npt.NDArray[np.void]


@dataclass
class _Before:
    """Where the events so far have left the task."""

    t: int = 0
    what: int = END
    in_step: bool = False
    state: int = _NONE
    ref: int = 0


class TaskFold:
    """Pending events of one task, consumed in order of time.

    Attributes:
        over: the task is done, or its loop's thread is gone: nothing will follow.
    """

    def __init__(self, track: Track, loop: Track) -> None:
        self.track = track
        self.over = False
        self._loop = loop
        self._pending = np.empty(0, _EVENT)
        self._before = _Before()
        self._last = dict.fromkeys((BEGIN, END, WAIT), -1)  # when such an event was last seen

    def add(self, records: Records) -> None:
        """Take in records of the task, of one thread and in order of time."""
        kind = records["kind"]
        if not self.track.start_ns:
            self.track.start_ns = int(records["t0"].min())
        steps, waits, due = (records[kind == wanted] for wanted in (Kind.STEP, Kind.TASK_WAIT, Kind.TASK_DUE))
        state = STATE_OF_KIND[np.minimum(waits["depth"], len(STATE_OF_KIND) - 1)]
        parts = [
            self._fresh(BEGIN, steps["t0"], _IN_STEP, steps["object"]),
            self._fresh(END, steps["t1"], _UNKNOWN, 0),
            self._fresh(WAIT, waits["t0"], np.where(state == _NONE, _UNKNOWN, state), waits["object"]),
            _events(READY, records["t0"][kind == Kind.TASK_READY], _LOOP, 0),
            _events(DONE, records["t0"][kind == Kind.TASK_DONE], _NONE, 0),
            _events(DUE, due["t1"], _LOOP, 0, due["t0"]),
        ]
        self._pending = np.concatenate((self._pending, *parts))

    def advance(self, begin: int, end: int) -> None:
        """Append everything before ``end`` (ns) to the lane; that of the loop's thread reaches so far already."""
        events = self._take(end)
        before = self._before
        state, ref = self._follow(events)
        t = np.maximum(events["t"], begin)  # one that comes too late changes what follows, not what was drawn
        if before.state != _NONE:
            t, state, ref = np.append(begin, t), np.append(before.state, state), np.append(before.ref, ref)
        last = np.append(t[1:] != t[:-1], True)[: len(t)]  # of several at one moment the last one counts
        t, state, ref = t[last], state[last].astype(np.uint8), ref[last].astype(np.uint32)
        if self.over:  # its lane ends with it
            t, state, ref, end = t[:-1], state[:-1], ref[:-1], int(t[-1])
        self._append(t, state, ref, end)

    def _fresh(self, what: int, t: npt.NDArray[np.uint64], state: npt.ArrayLike, ref: npt.ArrayLike) -> Events:
        """Events that were not seen before: a record that was open comes again."""
        events = _events(what, t, state, ref)
        events = events[events["t"] > max(self._last[what], 0)]
        if len(events):
            self._last[what] = int(events["t"].max())
        return events

    def _take(self, end: int) -> Events:
        """The pending events before ``end`` in order; the others stay."""
        due = self._pending["t"] < end
        events, self._pending = self._pending[due], self._pending[~due]
        gone = self._loop.end_ns
        if gone is not None and gone <= end:
            events = np.concatenate((events[events["t"] < gone], _events(DONE, np.array([gone]), _NONE, 0)))
        events = events[np.lexsort((events["what"], events["t"]))]
        over = np.flatnonzero(events["what"] == DONE)
        if len(over):
            self.over = True
            events = events[: over[0] + 1]
            self.track.end_ns = int(events["t"][-1])
        return events[self._counts(events)]

    def _counts(self, events: Events) -> npt.NDArray[np.bool_]:
        """False where a wait is due that was over by then."""
        is_due = events["what"] == DUE
        at = np.maximum.accumulate(np.where(is_due, 0, np.arange(1, len(events) + 1)))  # the event before, 0: none
        what, t = np.append(self._before.what, events["what"])[at], np.append(self._before.t, events["t"])[at]
        counts: npt.NDArray[np.bool_] = ~is_due | ((what == WAIT) & (t == events["since"]))
        return counts

    def _follow(self, events: Events) -> tuple[Codes, Refs]:
        """What the task does after each event; remembers where the last one leaves it."""
        before, what = self._before, events["what"]
        begun = np.append(before.in_step, what == BEGIN)
        decides = np.append(True, (what == BEGIN) | (what == END))
        in_step = begun[np.maximum.accumulate(np.where(decides, np.arange(len(begun)), 0))]
        was_ready = np.append(before.what, what)[:-1] == READY
        state = np.where((what == END) & was_ready, _LOOP, events["state"])
        state = np.where(in_step[1:] & (what == READY), _IN_STEP, state).astype(np.uint8)
        if len(events):
            self._before = _Before(
                int(events["t"][-1]), int(what[-1]), bool(in_step[-1]), int(state[-1]), int(events["ref"][-1])
            )
        return state, events["ref"]

    def _append(self, t: Times, state: Codes, ref: Refs, end: int) -> None:
        """Add what is now known, with the states of the loop's thread where the task is in a step."""
        steps = np.flatnonzero(state == _IN_STEP)
        if len(steps):
            theirs = self._loop.lane
            until = np.append(t[1:], end)
            first, stop = theirs.spans_between(int(t[steps[0]]), int(until[steps[-1]]))
            cuts = theirs.t[first:stop]
            cuts = cuts[(cuts > t[steps[0]]) & (cuts < until[steps[-1]])]
            at = np.searchsorted(t, cuts, "right") - 1
            cuts = np.union1d(t, cuts[state[at] == _IN_STEP])
            at = np.searchsorted(t, cuts, "right") - 1
            t, state, ref = cuts, state[at], ref[at]
            _copy(theirs, t, state, ref)
        self.track.lane.append(t, state, ref, end)


def _copy(theirs: Lane, t: Times, state: Codes, ref: Refs) -> None:
    """Put the states of another lane where the task is in a step; not known where that has none."""
    inside = state == _IN_STEP
    number = np.searchsorted(theirs.t, t[inside], "right") - 1
    known = number >= 0
    codes = np.where(known, np.append(theirs.state, _UNKNOWN)[number], _UNKNOWN)
    state[inside] = np.where(codes == _NONE, _UNKNOWN, codes)
    ref[inside] = np.where(known, np.append(theirs.ref, 0)[number], 0)


def _events(
    what: int, t: npt.NDArray[np.integer], state: npt.ArrayLike, ref: npt.ArrayLike, since: npt.ArrayLike = 0
) -> Events:
    events = np.empty(len(t), _EVENT)
    events["t"], events["what"], events["state"], events["ref"], events["since"] = t, what, state, ref, since
    return events
