"""Reduces a lane to pixel columns: which state has the most of each column, and which rarer wait it would hide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Lane, Times
from visualiser.trace.states import STATES, State

Columns = npt.NDArray[np.uint8]

# What a lecturer looks for first when a column holds several states: a higher number wins the hidden-state strip.
_INTEREST = np.zeros(STATES, np.float64)
_INTEREST[[State.RUN, State.READY]] = 1
_INTEREST[[State.CORE, State.GIL, State.RESUME]] = 2
_INTEREST[
    [
        State.SLEEP, State.JOIN, State.IDLE, State.IO, State.PROC, State.QUEUE, State.COND, State.EVENT, State.SEM,
        State.BARRIER, State.UNKNOWN,
    ]
] = 3  # fmt: skip
_INTEREST[State.LOCK] = 4


@dataclass
class Row:
    """Pixel columns of one lane.

    Attributes:
        main: the ``State`` with the most time in each column, NONE where the thread was not alive.
        hidden: the most telling other ``State`` in each column, NONE where there is none.
    """

    main: Columns
    hidden: Columns


def row(lane: Lane, edges: Times) -> Row:
    """Exact columns of ``lane``: column ``i`` covers [edges[i], edges[i + 1]), ns, strictly ascending.

    The cost is O(columns · log spans), whatever the number of spans in view.
    """
    first, stop = lane.spans_between(int(edges[0]), int(edges[-1]))
    if first >= stop:
        return empty_row(len(edges) - 1)
    return _sparse_row(lane, edges, first, stop) if stop - first < len(edges) else _dense_row(lane, edges)


def _dense_row(lane: Lane, edges: Times) -> Row:
    """Most columns hold several spans."""
    shares = lane.times_in_states(edges)
    return _most(shares, slice(None)) if shares else empty_row(len(edges) - 1)


def _sparse_row(lane: Lane, edges: Times, first: int, stop: int) -> Row:
    """Most columns lie within one span: only the others need adding up."""
    number = lane.t[first:stop].searchsorted(edges, "right") - 1
    begin, end = edges[:-1], edges[1:]
    dead = (begin >= lane.now) | (end <= lane.start)
    main = np.where(dead, np.uint8(State.NONE), lane.state[first:stop][np.maximum(number[:-1], 0)])
    result = Row(main, np.zeros(len(main), np.uint8))
    mixed = np.flatnonzero(~dead & ((number[1:] != number[:-1]) | (begin < lane.start) | (end > lane.now)))
    if len(mixed):
        cuts = np.unique(np.concatenate((begin[mixed], end[mixed])))
        shares = lane.times_by_pieces(cuts)
        some = _most(shares, cuts.searchsorted(begin[mixed])) if shares else empty_row(len(mixed))
        result.main[mixed], result.hidden[mixed] = some.main, some.hidden
    return result


def _most(shares: dict[State, Times], columns: npt.NDArray[np.intp] | slice) -> Row:
    """Main and hidden state of ``columns``, given the time in each state."""
    table = np.stack([times[columns] for times in shares.values()])
    codes = np.array([*shares], np.uint8)
    main = np.where(table.any(axis=0), codes[table.argmax(axis=0)], np.uint8(State.NONE))
    return Row(main, _hidden(table, codes, main))


def empty_row(width: int) -> Row:
    """Columns in which nothing lives."""
    return Row(np.zeros(width, np.uint8), np.zeros(width, np.uint8))


def _hidden(table: npt.NDArray[np.int64], codes: Columns, main: Columns) -> Columns:
    """The most telling state that is present in a column without being its main state."""
    interest = np.where((table > 0) & (codes[:, None] != main), _INTEREST[codes][:, None], 0.0)
    best = interest.argmax(axis=0)
    present = interest[best, np.arange(len(main))] > 0
    result: Columns = np.where(present, codes[best], np.uint8(State.NONE))
    return result
