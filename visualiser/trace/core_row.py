"""Reduces a thread's stays on cores to pixel columns, and keeps them while the view scrolls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.core_log import CoreLog, Cores
from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.time_scale import TimeScale


class CoreRow(NamedTuple):
    """Pixel columns of one thread.

    Attributes:
        core: the core with the most time in each column; the one it was on last where it was on none, OFF before.
        moved: whether the thread came onto another core in it.
    """

    core: Cores
    moved: npt.NDArray[np.bool_]


class CoreRowCache:
    """Columns of one thread's log under the scale they were last asked for."""

    def __init__(self) -> None:
        self._kept = KeptColumns(np.uint16, np.uint8)

    def row(self, log: CoreLog, scale: TimeScale, now: int, exact: bool = True) -> CoreRow:
        """Columns of what is known until ``now`` (ns); valid until the next call.

        Where they need not be ``exact``, because the view is in motion, a column shows the core of its middle.
        """
        if not exact:
            self._kept.forget()
            edges = scale.edges()
            return CoreRow(log.cores_at((edges[:-1] + edges[1:]) // 2), log.moved(edges))
        for first, stop in self._kept.stale(scale, now):
            core, moved = self._kept.arrays
            edges = scale.edges(first, stop)
            core[first:stop], moved[first:stop] = log.columns(edges), log.moved(edges)
        core, moved = self._kept.arrays
        return CoreRow(core.view(np.uint16), moved.view(np.bool_))
