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
from visualiser.trace.sources.calls import free_cuts, may_go_on, over
from visualiser.trace.sources.siblings import Group, Last, Siblings
from visualiser.trace.states import State

_NONE, _RUN, _READY, _RESUME = (np.uint8(state) for state in (State.NONE, State.RUN, State.READY, State.RESUME))


class Beat:
    """Follows the beats of every process."""

    def __init__(self) -> None:
        self._owners: dict[int, Owners] = {}

    def settle(self, siblings: Siblings) -> int:
        """See ``Source``: ``known_until`` has seen to it."""
        return siblings.end

    def states(self, siblings: Siblings) -> tuple[Pieces, Codes]:
        """See ``Source``."""
        told: dict[int, tuple[Times, Codes]] = {}
        for group in siblings.groups:
            some = self._of(group.pid).states(siblings.begin, siblings.end, group.beats, group.gil)
            told |= _one_at_a_time(some, siblings.end) if group.gil else some
        mine = [told[fold.number] for fold in siblings.folds]
        t, place = np.concatenate([t for t, _ in mine]), np.repeat(np.arange(len(mine)), [len(t) for t, _ in mine])
        state = np.concatenate([code for _, code in mine])
        key = siblings.pieces.axis.keys(place, t)
        pieces = siblings.pieces
        pieces, _ = pieces.split([pieces.cuts(place, t), *free_cuts(pieces, siblings)])
        return pieces, _states(pieces, state[key.searchsorted(pieces.key, "right") - 1], siblings)

    def is_settled(self, last: Last, group: Group) -> bool:
        """See ``Source``."""
        return may_go_on(last)

    def known_until(self, pid: int, threads: Mapping[int, ThreadBeats], now: int) -> int:
        """Up to when (ns) it is known of every thread why its beats stopped; ``now`` at the latest."""
        return self._of(pid).known_until(threads, now)

    def _of(self, pid: int) -> Owners:
        return self._owners.get(pid) or self._owners.setdefault(pid, Owners())


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


def _states(pieces: Pieces, state: Codes, siblings: Siblings) -> Codes:
    wants = np.where(state == _READY, _RESUME, state)
    waiting = np.where(over(pieces, siblings), wants, pieces.wait)
    result: Codes = np.where(pieces.wait != _NONE, waiting, state)
    result[~pieces.alive] = _NONE
    return result
