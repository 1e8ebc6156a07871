"""Keeps the pixel columns of a lane while the view scrolls, so that only what is new is reduced again."""

from __future__ import annotations

import numpy as np

from visualiser.trace.kept_columns import KeptColumns
from visualiser.trace.lane import Lane
from visualiser.trace.pyramid import Pyramid
from visualiser.trace.row import Row, row
from visualiser.trace.time_scale import TimeScale


class RowCache:
    """Columns of one lane under the scale they were last asked for.

    Attributes:
        computed: number of columns that the last call had to reduce.
        exact: whether the last call's columns are exact.
    """

    def __init__(self) -> None:
        self._pyramid = Pyramid()
        self._kept = KeptColumns(np.uint8, np.uint8)
        self.exact = True
        self.computed = 0

    def row(self, lane: Lane, scale: TimeScale, moving: bool = False) -> Row:
        """The columns of ``lane`` under ``scale``; valid until the next call.

        They are exact, unless the view is ``moving`` to another scale and there is much to reduce: then they come
        from the pyramid.
        """
        self.exact = not (moving and self._is_much(lane, scale))
        if self.exact:
            return self._exact(lane, scale)
        self._kept.forget()
        result = self._pyramid.row(lane, scale)
        self.computed = self._pyramid.computed
        return result

    def _is_much(self, lane: Lane, scale: TimeScale) -> bool:
        """Another scale than before, and enough spans in view to notice."""
        if self._kept.fits(scale):
            return False
        first, stop = lane.spans_between(scale.when(0), scale.when(scale.width))
        return stop - first > scale.width // 6

    def _exact(self, lane: Lane, scale: TimeScale) -> Row:
        self.computed = 0
        for first, stop in self._kept.stale(scale, lane.now):
            fresh = row(lane, scale.edges(first, stop))
            main, hidden = self._kept.arrays
            main[first:stop], hidden[first:stop] = fresh.main, fresh.hidden
            self.computed += stop - first
        return Row(*self._kept.arrays)
