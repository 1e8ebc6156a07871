"""Keeps the pixel columns of a lane while the view scrolls, so that only what is new is reduced again."""

from __future__ import annotations

from dataclasses import replace

from visualiser.trace.lane import Lane
from visualiser.trace.pyramid import Pyramid
from visualiser.trace.row import Row, empty_row, row
from visualiser.trace.time_scale import TimeScale


class RowCache:
    """Columns of one lane under the scale they were last asked for.

    Attributes:
        computed: number of columns that the last call had to reduce.
        exact: whether the last call's columns are exact.
    """

    def __init__(self) -> None:
        self._pyramid = Pyramid()
        self.exact = True
        self._scale: TimeScale | None = None
        self._row = empty_row(0)
        self._known_until = 0
        self.computed = 0

    def row(self, lane: Lane, scale: TimeScale, moving: bool = False) -> Row:
        """The columns of ``lane`` under ``scale``; valid until the next call.

        They are exact, unless the view is ``moving`` to another scale and there is much to reduce: then they come
        from the pyramid.
        """
        self.exact = not (moving and self._is_much(lane, scale))
        if self.exact:
            return self._exact(lane, scale)
        self._scale = None
        result = self._pyramid.row(lane, scale)
        self.computed = self._pyramid.computed
        return result

    def _is_much(self, lane: Lane, scale: TimeScale) -> bool:
        """Another scale than before, and enough spans in view to notice."""
        if self._scale is not None and replace(self._scale, first=scale.first) == scale:
            return False
        first, stop = lane.spans_between(scale.when(0), scale.when(scale.width))
        return stop - first > scale.width // 6

    def _exact(self, lane: Lane, scale: TimeScale) -> Row:
        first, stop = self._scroll(scale)
        if lane.now != self._known_until:
            stop = min(stop, int(scale.x(self._known_until)))
        stop = max(first, stop)
        self.computed = 0
        self._compute(lane, scale, 0, first)
        self._compute(lane, scale, stop, scale.width)
        self._scale, self._known_until = scale, lane.now
        return self._row

    def _scroll(self, scale: TimeScale) -> tuple[int, int]:
        """Move what is still good to its new place; returns its columns: first, stop."""
        old = self._scale
        if old is None or replace(old, first=scale.first) != scale:
            self._row = empty_row(scale.width)
            return 0, 0
        shift, width = scale.first - old.first, scale.width
        if abs(shift) >= width:
            return 0, 0
        first, stop = max(0, -shift), width - max(0, shift)
        if shift:
            for column in (self._row.main, self._row.hidden):
                column[first:stop] = column[first + shift : stop + shift].copy()
        return first, stop

    def _compute(self, lane: Lane, scale: TimeScale, first: int, stop: int) -> None:
        if first >= stop:
            return
        fresh = row(lane, scale.edges(first, stop))
        self._row.main[first:stop], self._row.hidden[first:stop] = fresh.main, fresh.hidden
        self.computed += stop - first
