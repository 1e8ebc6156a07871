"""The core a thread was on in each pixel column, kept while the view scrolls."""

from __future__ import annotations

import numpy as np

from visualiser.trace.core_log import CoreLog, Cores
from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.time_scale import TimeScale


class CoreRowCache:
    """Columns of one thread's log under the scale they were last asked for; always exact."""

    def __init__(self) -> None:
        self._kept = KeptColumns(np.uint16)

    def row(self, log: CoreLog, scale: TimeScale, now: int) -> Cores:
        """The core with the most time in each column, of what is known until ``now`` (ns); good until the next call.

        As ``CoreLog.columns``: the core it was on last where it was on none.
        """
        for first, stop in self._kept.stale(scale, now):
            self._kept.arrays[0][first:stop] = log.columns(scale.edges(first, stop))
        result: Cores = self._kept.arrays[0]
        return result
