"""The form of each state: hue says who, form says what, so that no state is told by colour alone.

Solid runs; a line wants to run (thin and unbroken: the GIL, a row of squares: a core); a box waits, each reason with
its own hatch.
A form is a small texture of shades, 0 … 3: nothing, the box's wash, half ink, full ink.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from visualiser.trace.states import STATES, State

Texture = npt.NDArray[np.uint8]
Grid = npt.NDArray[np.int_]
Mask = npt.NDArray[np.bool_]

NOTHING, WASH, HALF, INK = range(4)
PERIOD = 12  # columns after which every hatch repeats

WORDS = {
    State.RUN: "runs",
    State.READY: "runs or is ready",
    State.GIL: "waits for the GIL",
    State.CORE: "waits for a core",
    State.RESUME: "wants to go on",
    State.SLEEP: "sleeps",
    State.LOCK: "waits for a lock",
    State.COND: "waits for a condition",
    State.EVENT: "waits for an event",
    State.SEM: "waits for a semaphore",
    State.BARRIER: "waits at a barrier",
    State.QUEUE: "waits for a queue",
    State.JOIN: "waits for workers",
    State.IO: "waits for I/O",
    State.PROC: "waits for a process",
    State.IDLE: "has no work",
    State.UNKNOWN: "blocked, reason unknown",
    State.LOOP: "waits for the event loop",
    State.NONE: "not alive",
}

# The word inside a box where there is room for it.
TAGS = {
    State.SLEEP: "sleep",
    State.LOCK: "lock",
    State.COND: "condition",
    State.EVENT: "event",
    State.SEM: "semaphore",
    State.BARRIER: "barrier",
    State.QUEUE: "queue",
    State.JOIN: "join",
    State.IO: "I/O",
    State.PROC: "process",
    State.IDLE: "idle",
    State.UNKNOWN: "?",
    State.LOOP: "loop",
}


# Hatch of each wait: where, at row y and column x, there is half ink.
_HATCH: dict[State, Callable[[Grid, Grid], Mask]] = {
    State.SLEEP: lambda y, x: (x + y) % 6 == 0,
    State.LOCK: lambda y, x: ((x + y) % 6 == 0) | ((x - y) % 6 == 0),
    State.COND: lambda y, x: (x - y) % 6 == 0,
    State.EVENT: lambda y, x: (x - y) % 12 < 3,
    State.SEM: lambda y, x: (x % 6 == 0) | (y % 6 == 0),
    State.BARRIER: lambda y, x: (x + y) % 12 < 3,
    State.QUEUE: lambda y, x: (x % 6 < 2) & (y % 6 < 2),
    State.JOIN: lambda y, x: (y % 5 == 0) & (x >= 0),
    State.IO: lambda y, x: (x % 4 == 0) & (y >= 0),
    State.PROC: lambda y, x: (y % 5 == 0) & (x % 12 < 7),
    State.IDLE: lambda y, x: (x < 0) & (y < 0),
    State.UNKNOWN: lambda y, x: (x % 12 < 2) & (y % 8 < 2),
    State.LOOP: lambda y, x: (x + abs(y % 8 - 4)) % 6 < 1,  # arrowheads: it could go on
}
WAITS = tuple(_HATCH)


@lru_cache(maxsize=64)
def textures(height: int, scale: int = 1) -> Texture:
    """Forms of all states for a lane ``height`` pixels high: (state, edge or not, row, column of the period).

    ``scale`` thickens lines for presentation. The *edge* variant is for the column in which a box begins.
    """
    result = np.zeros((STATES, 2, height, PERIOD * scale), np.uint8)
    y, x = np.mgrid[0:height, 0 : PERIOD * scale]
    result[State.RUN] = INK
    _bar(result[State.READY], height, 0.5, HALF)
    line = min(max(2 * scale, round(height * 0.09)), 4 * scale)
    _bar(result[State.GIL], height, line / height, HALF)
    dotted = (x // scale) % 6 < 3
    _bar(result[State.CORE], height, max(3 * line, round(height * 0.2)) / height, INK)
    result[State.CORE] *= dotted.astype(np.uint8)
    _bar(result[State.RESUME], height, line / height, WASH)
    for state, hatch in _HATCH.items():
        result[state] = _box(hatch(y // scale, x // scale), height, scale, state)
    return result


def _bar(texture: Texture, height: int, share: float, shade: int) -> None:
    """Fill the middle ``share`` of the height."""
    thick = max(2, round(height * share))
    top = (height - thick) // 2
    texture[:, top : top + thick] = shade


def _box(hatch: Mask, height: int, scale: int, state: State) -> Texture:
    """A washed and hatched box with a line above and below, and its left edge."""
    plain = np.where(hatch, HALF, NOTHING if state == State.IDLE else WASH).astype(np.uint8)
    border = INK if state == State.LOCK else HALF
    plain[:scale] = plain[height - scale :] = border
    edge = plain.copy()
    edge[:, :] = border
    return np.stack([plain, edge])
