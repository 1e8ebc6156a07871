"""Where a lane is in certain states at all, by pixel columns: not even a nanosecond of them is left out."""

from __future__ import annotations

import numpy as np

from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.lane import Lane, Times
from visualiser.trace.most import Columns
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale


def presence(lane: Lane, edges: Times, states: frozenset[State]) -> Columns:
    """Which of ``states`` has most of each column between ``edges`` (ns, ascending), NONE where none occurs."""
    result = np.zeros(len(edges) - 1, np.uint8)
    if not lane.occurs(states):
        return result
    first, stop = lane.spans_between(int(edges[0]), int(edges[-1]))
    if first >= stop:
        return result
    few = stop - first < 2 * len(edges)
    times = lane.times_by_pieces(edges) if few else lane.times_by_index(edges, states)
    most = np.zeros(len(result), np.int64)
    for state in sorted(states & times.keys()):
        more = times[state] > most
        result[more], most[more] = state, times[state][more]
    return result


class PresenceCache:
    """Columns of one lane under the scale and for the states they were last asked for."""

    def __init__(self) -> None:
        self._kept = KeptColumns(np.uint8)
        self._states: frozenset[State] = frozenset()

    def columns(self, lane: Lane, scale: TimeScale, states: frozenset[State]) -> Columns:
        """As ``presence``; valid until the next call."""
        if states != self._states:
            self._kept.forget()
            self._states = states
        for first, stop in self._kept.stale(scale, lane.now):
            self._kept.arrays[0][first:stop] = presence(lane, scale.edges(first, stop), states)
        return self._kept.arrays[0].view(np.uint8)
