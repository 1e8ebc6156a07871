"""Where spans begin and end: the nearest such moment to a place, and the next one on a lane."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from visualiser.trace.lane import Lane


def next_edge(lane: Lane, when: int, by: int) -> int | None:
    """The first edge of a span of the lane after ``when`` (``by`` > 0) or the last one before it; ns, None without."""
    if not len(lane):
        return None
    t = lane.t
    if by > 0:
        place = int(t.searchsorted(np.int64(when), "right"))
        return int(t[place]) if place < len(t) else (lane.now if when < lane.now else None)
    if when > lane.now:
        return lane.now
    place = int(t.searchsorted(np.int64(when), "left")) - 1
    return int(t[place]) if place >= 0 else None


def nearest_edge(lanes: Iterable[Lane], when: int, within: int) -> int | None:
    """The edge of a span on any of the lanes that is nearest to ``when``, at most ``within`` ns away; None without."""
    found = [
        edge
        for lane in lanes
        for edge in (next_edge(lane, when - 1, 1), next_edge(lane, when + 1, -1))
        if edge is not None and abs(edge - when) <= within
    ]
    return min(found, key=lambda edge: abs(edge - when), default=None)
