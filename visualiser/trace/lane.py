"""One thread's history as a transition log, with an index that tells the exact time in each state in any interval.

``t[i]`` is when the thread entered ``state[i]``; it stayed until ``t[i + 1]`` and, in the last one, until ``now``.
Besides, each state that occurs has the numbers of its own spans and the running total of their durations, so the time
spent in a state up to any moment is one binary search, however many spans lie before it. This index is brought up to
date when somebody asks, for the spans that are over by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.states import STATES, State

Times = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Refs = npt.NDArray[np.uint32]


_BIT = (1 << np.arange(STATES)).astype(np.int64)


@dataclass(frozen=True)
class Span:
    """An interval in one state; times in ns, ``ref`` is the number of a name of the run (0: none)."""

    start: int
    end: int
    state: State
    ref: int


class _StateIndex:
    """Numbers of the spans in one state and the running total of their durations, in ns."""

    __slots__ = ("numbers", "totals")

    def __init__(self) -> None:
        self.numbers: Column[np.uint32] = Column(np.uint32)
        self.totals: Column[np.int64] = Column(np.int64)
        self.totals.append(0)

    def append(self, numbers: npt.NDArray[np.integer], durations: Times) -> None:
        last = int(self.totals.view[-1])
        self.numbers.append(numbers)
        self.totals.append(last + np.cumsum(durations))


class Lane:
    """Columnar transition log of one thread."""

    def __init__(self) -> None:
        self._t: Column[np.int64] = Column(np.int64)
        self._state: Column[np.uint8] = Column(np.uint8)
        self._ref: Column[np.uint32] = Column(np.uint32)
        self._index: dict[int, _StateIndex] = {}
        self._indexed = 0  # spans before this number are in the index
        self._occurring = 0  # bit s: state s occurs
        self.now = 0

    def __len__(self) -> int:
        return self._t.size

    @property
    def t(self) -> Times:
        """Start of every span, ns, ascending."""
        return self._t.view

    @property
    def state(self) -> Codes:
        """State of every span."""
        return self._state.view

    @property
    def ref(self) -> Refs:
        """Name of every span."""
        return self._ref.view

    @property
    def start(self) -> int:
        """When the first span began, ns (0 while there is none)."""
        return int(self._t.view[0]) if self._t.size else 0

    @property
    def nbytes(self) -> int:
        """Bytes in use by the log and its index."""
        log = self._t.nbytes + self._state.nbytes + self._ref.nbytes
        return log + sum(index.numbers.nbytes + index.totals.nbytes for index in self._index.values())

    def append(self, t: Times, state: Codes, ref: Refs, now: int) -> None:
        """Add transitions and say until when the last state is known to last.

        Args:
            t: ns, strictly ascending, the first not before the last transition so far.
            state: one ``State`` each.
            ref: one name number each.
            now: ns, not before the last of ``t``.
        """
        keep = self._changes(state, ref)
        if not keep.all():
            t, state, ref = t[keep], state[keep], ref[keep]
        if len(t):
            self._t.append(t)
            self._state.append(state)
            self._ref.append(ref)
            self._occurring |= int(np.bitwise_or.reduce(_BIT[state]))
        self.extend(now)

    def extend(self, now: int) -> None:
        """The last state lasts until ``now`` (ns)."""
        self.now = max(self.now, now)

    def spans_between(self, begin: int, end: int) -> tuple[int, int]:
        """Numbers ``first, stop`` of the spans that overlap [begin, end)."""
        t = self.t
        first = max(int(t.searchsorted(np.int64(begin), "right")) - 1, 0)
        return first, int(t.searchsorted(np.int64(end), "left"))

    def span(self, number: int) -> Span:
        """The span with that number."""
        end = int(self.t[number + 1]) if number + 1 < len(self) else self.now
        return Span(int(self.t[number]), end, State(int(self.state[number])), int(self.ref[number]))

    def span_at(self, when: int) -> Span | None:
        """The span that contains ``when`` (ns), or None before the first and after the last."""
        number = int(self.t.searchsorted(np.int64(when), "right")) - 1
        if number < 0 or when >= self.now:
            return None
        span = self.span(number)
        return None if span.state is State.NONE else span

    @property
    def states(self) -> list[State]:
        """The states that occur, NONE apart."""
        return [state for state in State if state and self._occurring >> state & 1]

    def occurs(self, states: Iterable[State]) -> bool:
        """Whether any of ``states`` occurs."""
        return any(self._occurring >> state & 1 for state in states)

    def total(self, state: State) -> int:
        """Time spent in ``state`` so far, ns."""
        self._catch_up()
        index = self._index.get(state)
        open_ns = self.now - int(self.t[-1]) if len(self) and self.state[-1] == state else 0
        return open_ns + (int(index.totals.view[-1]) if index else 0)

    def count(self, state: State) -> int:
        """How many spans in ``state`` there are so far."""
        self._catch_up()
        index = self._index.get(state)
        return (index.numbers.size if index else 0) + int(len(self) > 0 and self.state[-1] == state)

    def times_in_states(self, edges: Times) -> dict[State, Times]:
        """Exact time in each state between neighbouring ``edges`` (ns, ascending): one array per state in view."""
        first, stop = self.spans_between(int(edges[0]), int(edges[-1]))
        return self.times_by_pieces(edges) if stop - first < 2 * len(edges) else self.times_by_index(edges)

    def times_by_pieces(self, edges: Times) -> dict[State, Times]:
        """``times_in_states`` at a cost that grows with the spans in view: cut them at the edges and add up."""
        first, stop = self.spans_between(int(edges[0]), int(edges[-1]))
        if first >= stop:
            return {}
        t = self.t[first:stop]
        cuts = np.concatenate((edges, t[(t > edges[0]) & (t < edges[-1])]))
        cuts.sort()
        lengths = np.diff(np.clip(cuts, self.start, self.now))
        column = np.minimum(edges.searchsorted(cuts[:-1], "right") - 1, len(edges) - 2)  # edges may coincide
        state = self.state[first:stop][np.maximum(t.searchsorted(cuts[:-1], "right") - 1, 0)]
        present = np.flatnonzero(np.bincount(state))
        places = column * len(present) + present.searchsorted(state)
        sums = np.bincount(places, lengths, (len(edges) - 1) * len(present)).reshape(-1, len(present))
        return {State(code): sums[:, i].astype(np.int64) for i, code in enumerate(present.tolist()) if code}

    def times_by_index(self, edges: Times, states: Collection[State] | None = None) -> dict[State, Times]:
        """``times_in_states`` at a cost that grows with the columns: differences of running totals.

        ``states``: those asked for; None for all.
        """
        self._catch_up()
        t = self.t
        inside = np.clip(edges, self.start, self.now)
        number = t.searchsorted(inside, "right") - 1
        last = len(t) - 1
        # What the total of the current span's state has too much; the open span is not in it at all.
        surplus = np.where(number == last, t[last] - inside, t[np.minimum(number + 1, last)] - inside)
        current = self.state[number]
        return {
            state: self._time_in(state, number, current, surplus)
            for state in self.states
            if states is None or state in states
        }

    def times_between(self, begin: int, end: int) -> dict[State, int]:
        """``times_in_states`` of one stretch, ns, at a third of its cost: for a range that is dragged over lanes."""
        if not len(self) or end <= begin:
            return {}
        self._catch_up()
        cuts = [self._cut(min(max(moment, self.start), self.now)) for moment in (begin, end)]
        numbers = np.array([number for number, _, _ in cuts], np.uint32)
        times: dict[int, int] = {}
        for code, index in self._index.items():
            first, stop = index.numbers.view.searchsorted(numbers)
            times[code] = int(index.totals.view[stop] - index.totals.view[first])
        for (_, code, surplus), sign in zip(cuts, (1, -1), strict=True):
            times[code] = times.get(code, 0) + sign * surplus
        return {State(code): time for code, time in times.items() if code and time}

    def _cut(self, inside: int) -> tuple[int, int, int]:
        """Spans begun by then; the last one's state, and what the total with all of it has too much (ns)."""
        t = self.t
        number = int(t.searchsorted(np.int64(inside), "right"))
        end = t[number] if number < len(t) else t[-1]  # the open span is in no total
        return number, int(self.state[number - 1]), int(end) - inside

    def _time_in(self, state: State, number: npt.NDArray[np.intp], current: Codes, surplus: Times) -> Times:
        until: Times = np.where(current == state, -surplus, 0)
        index = self._index.get(state)
        if index is not None:
            begun = index.numbers.view.searchsorted((number + 1).astype(np.uint32), "left")
            until = until + index.totals.view[begun]
        return np.diff(until)

    def _changes(self, state: Codes, ref: Refs) -> npt.NDArray[np.bool_]:
        """True where a transition really changes something."""
        keep = np.ones(len(state), np.bool_)
        keep[1:] = (state[1:] != state[:-1]) | (ref[1:] != ref[:-1])
        if len(keep) and len(self):
            keep[0] = self.state[-1] != state[0] or self.ref[-1] != ref[0]
        return keep

    def _catch_up(self) -> None:
        """Index the spans that are over."""
        first, stop = self._indexed, len(self) - 1
        if first >= stop:
            return
        durations = np.diff(self.t[first : stop + 1])
        added = self.state[first:stop]
        for state in np.flatnonzero(np.bincount(added)).tolist():
            mine = np.flatnonzero(added == state)
            self._index.setdefault(state, _StateIndex()).append(mine + first, durations[mine])
        self._indexed = stop
