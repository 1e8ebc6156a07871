"""Decides what a pixel column shows, given the time it spends in each state: the most, and the most telling rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from visualiser.trace.states import STATES, State

Columns = npt.NDArray[np.uint8]

# What a lecturer looks for first when a column holds several states: a higher number wins the hidden-state strip.
_INTEREST = np.zeros(STATES, np.int64)
_INTEREST[[State.RUN, State.READY]] = 1
_INTEREST[[State.CORE, State.GIL, State.RESUME]] = 2
_INTEREST[
    [
        State.SLEEP, State.JOIN, State.IDLE, State.IO, State.PROC, State.QUEUE, State.COND, State.EVENT, State.SEM,
        State.BARRIER, State.UNKNOWN, State.LOOP,
    ]
] = 3  # fmt: skip
_INTEREST[State.LOCK] = 4


def most(times: npt.NDArray[np.number], codes: Sequence[int]) -> tuple[Columns, Columns]:
    """Main and hidden state of each column.

    The main one is that with the most time, NONE where there is no time in any; the hidden one is the most telling
    other one that has any time at all, NONE where there is none.

    Args:
        times: time in each state, an array of (state, column).
        codes: the ``State`` of each row, ascending; NONE is passed over.
    """
    alive = [(row, code) for row, code in zip(times, codes, strict=True) if code != State.NONE]
    main = np.zeros(times.shape[1], np.uint8)
    longest = np.zeros(times.shape[1], times.dtype)
    for row, code in alive:
        longer = row > longest
        np.copyto(longest, row, where=longer)
        main[longer] = code
    hidden = np.zeros_like(main)
    for row, code in sorted(alive, key=lambda one: (_INTEREST[one[1]], -one[1])):
        hidden[(row > 0) & (main != code)] = code
    return main, hidden
