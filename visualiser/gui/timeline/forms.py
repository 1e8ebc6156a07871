"""The form of each state: hue says who, form says what, so that no state is told by colour alone.

Solid runs; a line wants to run (thin and unbroken: the GIL, thin and broken: GIL or core, a row of squares: a core);
a box waits, each reason with its own hatch. Two hatches differ in more than their direction: from the back of a hall
the mirror image of a hatch is the same hatch.
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
PERIOD = 24  # columns after which every hatch repeats

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


# Hatch of each wait: where there is ink, at column x and row y; row 0 is the middle one, so that low lanes have
# the hatch and not a piece of it that is hidden under the border.
_HATCH: dict[State, Callable[[Grid, Grid], Mask]] = {
    State.SLEEP: lambda y, x: (x + y) % 6 == 0,  # thin lines, aslant
    State.LOCK: lambda y, x: ((x + y) % 6 == 0) | ((x - y) % 6 == 0),  # a fence, in full ink
    State.COND: lambda y, x: (y + abs(x % 12 - 6) - 3) % 8 < 2,  # waves: it looks again and again
    State.EVENT: lambda y, x: (x - y) % 12 < 5,  # broad stripes, aslant
    State.SEM: lambda y, x: ((x // 4) + (y + 2) // 4) % 2 == 0,  # a chequerboard of places
    State.BARRIER: lambda _, x: x % 12 < 4,  # posts
    State.QUEUE: lambda y, x: (x % 8 < 3) & ((y + 1) % 6 < 3),  # dots: items
    State.JOIN: lambda y, x: (y % 5 == 0) & (x >= 0),  # lines along the time
    State.IO: lambda _, x: x % 4 == 0,  # thin lines, upright
    State.PROC: lambda y, x: (x % 24 < 18) & (abs(y) < y.max() / 2),  # a broken bar
    State.IDLE: lambda _, x: x < 0,
    State.UNKNOWN: lambda y, x: (x % 12 < 2) & (y % 8 < 2),
    State.LOOP: lambda y, x: (x + abs(y)) % 8 < 2,  # arrowheads: it could go on
}
WAITS = tuple(_HATCH)
_UNWASHED = (State.IDLE, State.UNKNOWN)  # nothing that we know of is waited for


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
    _bar(result[State.RESUME], height, line / height, HALF)
    result[State.RESUME] *= ((x // scale) % 12 < 8).astype(np.uint8)
    for state, hatch in _HATCH.items():
        result[state] = _box(hatch((y - height // 2) // scale, x // scale), height, scale, state)
    return result


def _bar(texture: Texture, height: int, share: float, shade: int) -> None:
    """Fill the middle ``share`` of the height."""
    thick = max(2, round(height * share))
    top = (height - thick) // 2
    texture[:, top : top + thick] = shade


def _box(hatch: Mask, height: int, scale: int, state: State) -> Texture:
    """A washed and hatched box with a line above and below, and its left edge."""
    ink = INK if state == State.LOCK else HALF
    plain = np.where(hatch, ink, NOTHING if state in _UNWASHED else WASH).astype(np.uint8)
    plain[:scale] = plain[height - scale :] = ink
    edge = plain.copy()
    edge[:, :] = ink
    if state == State.UNKNOWN:  # no firm outline
        gaps = np.arange(plain.shape[1]) // scale % 8 >= 4
        plain[:scale, gaps] = plain[height - scale :, gaps] = NOTHING
    return np.stack([plain, edge])
