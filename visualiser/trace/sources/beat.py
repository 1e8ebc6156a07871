"""States from beats in the script's loops: who ran is recorded, who waited for the GIL or a core is told by that.

A recorded call goes before. Once what it waits for is known to be there its thread wants to go on, and then its
siblings' beats tell what it lacks, as far as they can.

Beats come a tenth of a millisecond apart. Where the GIL changes hands faster, the beats of several threads go on side
by side: then one of them runs at a time, and which one cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from visualiser.trace.beat_states import Owners
from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Pieces
from visualiser.trace.sources.calls import with_over
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

_NONE, _RUN, _READY, _RESUME = (np.uint8(state) for state in (State.NONE, State.RUN, State.READY, State.RESUME))


class Beat:
    """Follows one process."""

    def __init__(self) -> None:
        self._owners = Owners()

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """See ``Source``."""
        told = self._owners.states(siblings.begin, siblings.end, siblings.beats, siblings.gil)
        if siblings.share_gil:
            told = _one_at_a_time(told, siblings.end)
        return {track: _states(pieces, told[track], siblings) for track, pieces in siblings.pieces.items()}

    def known_until(self, threads: Mapping[int, ThreadBeats], now: int) -> int:
        """Up to when (ns) it is known of every thread why its beats stopped; ``now`` at the latest."""
        return self._owners.known_until(threads, now)


def _one_at_a_time(told: dict[int, tuple[Times, Codes]], end: int) -> dict[int, tuple[Times, Codes]]:
    """The same, but where several threads seem to run each of them runs or is ready."""
    starts, stops = [], []
    for t, code in told.values():
        runs = code == _RUN
        starts.append(t[runs])
        stops.append(np.append(t[1:], end)[runs])
    start, stop = np.sort(np.concatenate(starts)), np.sort(np.concatenate(stops))
    edges = np.union1d(start, stop)
    running = np.searchsorted(start, edges, "right") - np.searchsorted(stop, edges, "right")
    if not (running > 1).any():
        return told
    result = {}
    for number, (t, code) in told.items():
        cut = np.union1d(t, edges[(edges > t[0]) & (edges < end)])
        many = np.append(0, running)[np.searchsorted(edges, cut, "right")] > 1
        of_old = code[np.searchsorted(t, cut, "right") - 1]
        result[number] = cut, np.where((of_old == _RUN) & many, _READY, of_old)
    return result


def _states(pieces: Pieces, told: tuple[Times, Codes], siblings: Siblings) -> tuple[Pieces, Codes]:
    whole, over = with_over(pieces, siblings)
    pieces = whole.split(told[0], siblings.end)
    over = over[np.searchsorted(whole.t, pieces.t, "right") - 1]
    state = told[1][np.searchsorted(told[0], pieces.t, "right") - 1]
    wants = np.where(state == _READY, _RESUME, state)
    state = np.where(pieces.wait != _NONE, np.where(over, wants, pieces.wait), state)
    result: Codes = np.where(pieces.alive, state, _NONE).astype(np.uint8)
    return pieces, result
