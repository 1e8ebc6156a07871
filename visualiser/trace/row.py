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
    """Exact columns of ``lane``: column ``i`` covers [edges[i], edges[i + 1]), ns, ascending.

    The cost is O(columns · log spans), whatever the number of spans in view.
    """
    if not len(lane):
        return empty_row(len(edges) - 1)
    shares = lane.times_in_states(edges)
    if not shares:
        return empty_row(len(edges) - 1)
    table = np.stack(list(shares.values()))
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
