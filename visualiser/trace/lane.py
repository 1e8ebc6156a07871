"""One thread's history as a transition log, with an index that tells the exact time in each state in any interval.

``t[i]`` is when the thread entered ``state[i]``; it stayed until ``t[i + 1]`` and, in the last one, until ``now``.
Besides, the running totals of all states are kept for every 32nd span, so the time spent in a state up to any moment is
one binary search and at most 32 spans, however many lie before it. These totals are brought up to date when somebody
asks, for the spans that are over by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.shelf import Shelf
from visualiser.trace.states import STATES, State

Times = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Refs = npt.NDArray[np.uint32]


GROUP = 32  # spans between two running totals


@dataclass(frozen=True)
class Span:
    """An interval in one state; times in ns, ``ref`` is the number of a name of the run (0: none)."""

    start: int
    end: int
    state: State
    ref: int


class Lane:
    """Columnar transition log of one thread."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._t: Column[np.int64] = Column(np.int64, shelf=shelf)
        self._state: Column[np.uint8] = Column(np.uint8, shelf=shelf)
        self._ref: Column[np.uint32] = Column(np.uint32, shelf=shelf)
        # STATES numbers a group: time in each state up to the group's first span, ns
        self._totals: Column[np.int64] = Column(np.int64, STATES, shelf)
        self._totals.append(np.zeros(STATES, np.int64))
        self._counts = np.zeros(STATES, np.int64)  # spans in each state
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
        """Bytes in use by the log and its running totals."""
        return self._t.nbytes + self._state.nbytes + self._ref.nbytes + self._totals.nbytes

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
            self._counts += np.bincount(state, minlength=STATES)
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
        return [state for state in State if state and self._counts[state]]

    def occurs(self, states: Iterable[State]) -> bool:
        """Whether any of ``states`` occurs."""
        return any(self._counts[state] > 0 for state in states)

    def total(self, state: State) -> int:
        """Time spent in ``state`` so far, ns."""
        return int(self.until(np.array([self.now], np.int64))[0, state]) if len(self) else 0

    def count(self, state: State) -> int:
        """How many spans in ``state`` there are so far."""
        return int(self._counts[state])

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
        if not len(self):
            return {}
        table = np.diff(self.until(edges), axis=0)
        return {state: table[:, state] for state in self.states if states is None or state in states}

    def times_between(self, begin: int, end: int) -> dict[State, int]:
        """``times_in_states`` of one stretch, ns: for a range that is dragged over lanes."""
        if not len(self) or end <= begin:
            return {}
        first, last = self.until(np.array([begin, end], np.int64))
        times = (last - first).tolist()
        return {state: times[state] for state in self.states if times[state]}

    def until(self, moments: Times) -> Times:
        """Time in each state (ns) before each of the ``moments`` (ns): a table with a column for every ``State``.

        The lane must not be empty. NONE has a total, too. The cost is O(moments · log spans).
        """
        self._catch_up()
        t, last = self.t, len(self) - 1
        inside = np.clip(moments, self.start, self.now)[:, None]
        group = (t.searchsorted(inside[:, 0], "right") - 1) // GROUP
        number = group[:, None] * GROUP + np.arange(GROUP + 1)
        known = np.minimum(number, last)
        lengths = np.diff(np.minimum(np.where(number > last, inside, t[known]), inside), axis=1)
        places = self.state[known[:, :-1]] + (np.arange(len(group)) * STATES)[:, None]
        rest = np.bincount(places.ravel(), lengths.ravel(), len(group) * STATES).astype(np.int64)
        return self._totals.view.reshape(-1, STATES)[group] + rest.reshape(-1, STATES)

    def _changes(self, state: Codes, ref: Refs) -> npt.NDArray[np.bool_]:
        """True where a transition really changes something."""
        keep = np.ones(len(state), np.bool_)
        keep[1:] = (state[1:] != state[:-1]) | (ref[1:] != ref[:-1])
        if len(keep) and len(self):
            keep[0] = self.state[-1] != state[0] or self.ref[-1] != ref[0]
        return keep

    def _catch_up(self) -> None:
        """Sum up the groups of which every span is over."""
        first, stop = self._totals.size // STATES - 1, (len(self) - 1) // GROUP
        if first >= stop:
            return
        spans = slice(first * GROUP, stop * GROUP)
        durations = np.diff(self.t[spans.start : spans.stop + 1])
        places = self.state[spans] + np.repeat(np.arange(stop - first) * STATES, GROUP)
        sums = np.bincount(places, durations, (stop - first) * STATES).astype(np.int64).reshape(-1, STATES)
        sums[0] += self._totals.view[-STATES:]
        self._totals.append(np.cumsum(sums, axis=0).ravel())
