"""States from the kernel's core switches: on a core, pushed off it, or blocked; why it blocks is told by the records.

A thread that blocks outside any recorded call, or blocks again after the wait it recorded was over, waits for the
GIL only while another one has it: see ``gil_holders``. So does one that is awake and asks for it. Otherwise the reason
is not known and is shown as such.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Pieces
from visualiser.trace.sources.calls import with_over
from visualiser.trace.sources.gil_holders import Held, Holders
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _PREEMPT, _LOST = int(Kind.SWITCH_IN), int(Kind.SWITCH_PREEMPT), int(Kind.LOST)
_NONE, _RUN, _GIL, _CORE, _SLEEP, _UNKNOWN = (
    np.uint8(state) for state in (State.NONE, State.RUN, State.GIL, State.CORE, State.SLEEP, State.UNKNOWN)
)


_NEVER: Times = np.empty(0, np.int64)


class Perf:
    """Follows one process."""

    def __init__(self) -> None:
        self._holders = Holders()

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        held = self._holders.follow(siblings) if siblings.share_gil else Held(_NEVER, {}, {})
        return {track: _states(track, pieces, siblings, held) for track, pieces in siblings.pieces.items()}


def _states(track: int, pieces: Pieces, siblings: Siblings, held: Held) -> tuple[Pieces, Codes]:
    asking, handed = held.asking.get(track, _NEVER), held.handed.get(track, _NEVER)
    pieces, over = with_over(pieces.split(np.concatenate((held.times, asking, handed)), siblings.end), siblings)
    sleeps = (pieces.wait == _SLEEP) & ~pieces.due  # whatever blocks it before its time is over, it would sleep on
    waits = (pieces.wait != _NONE) & (pieces.first_block | sleeps)
    reason = np.where(pieces.wait != _NONE, pieces.wait, _UNKNOWN)
    reason = np.where(_within(pieces.t, held.times) & ~waits, _GIL, reason)
    # What it waited for is there, or the GIL is free for it, and yet it is on no core.
    reason = np.where((waits & over) | (~waits & _within(pieces.t, handed)), _CORE, reason)
    state = np.where(pieces.core == _PREEMPT, _CORE, reason)
    state = np.where(pieces.core == _IN, _RUN, state)
    state = np.where(_within(pieces.t, asking), _GIL, state)
    state = np.where(pieces.core == _LOST, _UNKNOWN, state)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return pieces, result


def _within(t: Times, stretches: Times) -> Flags:
    """Whether each moment lies in one of the stretches, a flat array of starts and stops."""
    result: Flags = np.searchsorted(stretches, t, "right") % 2 == 1
    return result
