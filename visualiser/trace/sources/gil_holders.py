"""When some thread of a process can be holding the GIL, told from who was on a core; hand-overs bridge the holes.

Handing the GIL over takes tens of microseconds in which nobody is on a core; on a busy machine it takes as long as the
next holder has to wait for a core, and the kernel does not report that it woke up. Such a longer hole counts only
where the next thread to run is another one and was blocked for no recorded reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.lane import Times
from visualiser.trace.pieces import Flags, Pieces
from visualiser.trace.sources.siblings import Siblings
from visualiser.trace.states import State

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _OUT, _PREEMPT = int(Kind.SWITCH_IN), int(Kind.SWITCH_OUT), int(Kind.SWITCH_PREEMPT)
_NONE = int(State.NONE)

HANDOVER_NS = 1_000_000
SLOW_HANDOVER_NS = 20_000_000


@dataclass
class Holders:
    """Follows one process from one stretch of time to the next.

    Attributes:
        until: when somebody was last seen who could hold the GIL, ns.
        last: the track that was.
    """

    until: int = 0
    last: int = -1

    def busy(self, siblings: Siblings) -> Times:
        """The times somebody can hold the GIL, as a flat array: start, stop, start, stop and so on."""
        end = siblings.end
        columns = [_holding(track, pieces, end) for track, pieces in siblings.pieces.items()]
        columns += [_steady(track, siblings) for track in siblings.steady]
        carried = (np.array([0]), np.array([self.until]), np.array([self.last]), np.array([False]))
        start, stop, track, woke = (np.concatenate(part) for part in zip(carried, *columns, strict=True))
        order = np.argsort(start, kind="stable")
        start, stop, track, woke = start[order], stop[order], track[order], woke[order]
        reach = np.maximum.accumulate(stop)
        last = track[_where_highest(stop)]
        hole = start[1:] - reach[:-1]
        bridged = (hole <= HANDOVER_NS) | ((hole <= SLOW_HANDOVER_NS) & woke[1:] & (track[1:] != last[:-1]))
        first = np.flatnonzero(np.concatenate(([True], ~bridged)))
        stops = reach[np.append(first[1:], len(start)) - 1]
        if end - stops[-1] < HANDOVER_NS:  # perhaps in the middle of a hand-over
            stops[-1] = end
        self.until, self.last = int(stops[-1]), int(last[-1])
        return np.stack([start[first], stops], axis=1).ravel().astype(np.int64)


def _steady(track: int, siblings: Siblings) -> tuple[Times, Times, Times, Flags]:
    """A thread that was on its core all the time, as ``_holding`` tells it."""
    return np.array([siblings.begin]), np.array([siblings.end]), np.array([track]), np.array([False])


def _holding(track: int, pieces: Pieces, end: int) -> tuple[Times, Times, Times, Flags]:
    """When one thread can hold the GIL: start, stop, its track, and whether it woke for no recorded reason."""
    pushed_off = (pieces.core == _PREEMPT) & (pieces.wait == _NONE)
    holds = pieces.alive & ((pieces.core == _IN) | pushed_off)
    blocked = (pieces.core == _OUT) & ~((pieces.wait != _NONE) & pieces.first_block)
    woke = np.concatenate(([False], blocked[:-1]))
    return pieces.t[holds], pieces.until(end)[holds], np.full(int(holds.sum()), track), woke[holds]


def _where_highest(values: Times) -> Times:
    """For each place, the place of the highest value so far."""
    highest = np.maximum.accumulate(values)
    places = np.where(values == highest, np.arange(len(values)), 0)
    result: Times = np.maximum.accumulate(places)
    return result
