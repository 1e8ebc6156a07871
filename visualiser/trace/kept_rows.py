"""Keeps the pixel columns of the lanes in view while the view scrolls, so that only what is new is reduced again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from visualiser.trace.lane import Lane, Times
from visualiser.trace.pyramid import Level, Pyramid
from visualiser.trace.rows import Rows, rows
from visualiser.trace.time_scale import TimeScale

_AHEAD = 32  # columns reduced beyond those that scroll into view: many at once cost hardly more than few
_FEW = 6  # columns a span in view has on average, from which on a moving view need not be exact


class KeptRows:
    """Columns of lanes under the scale they were last asked for.

    Attributes:
        computed: columns that the last call had to reduce, of all lanes together.
        exact: whether the last call's columns are exact.
    """

    def __init__(self) -> None:
        self._pyramids: dict[int, Pyramid] = {}
        self._scale: TimeScale | None = None
        self._lanes: tuple[Lane, ...] = ()
        self._known = np.zeros(0, np.int64)  # ns, until which each lane was known
        self._rows = Rows.empty(0, 0)
        self._ahead: tuple[int, Rows] | None = None  # number of the first column, columns
        self.computed = 0
        self.exact = True

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._pyramids.clear()
        self._scale, self._lanes, self._ahead = None, (), None

    def rows(self, lanes: Sequence[Lane], scale: TimeScale, moving: bool = False) -> Rows:
        """The columns of ``lanes`` under ``scale``; valid until the next call.

        They are exact, unless the view is ``moving`` to another scale and there is much to reduce: then they come
        from the pyramids.
        """
        self.computed, self.exact = 0, True
        now = np.array([lane.now for lane in lanes], np.int64)
        if self._scale is None or replace(self._scale, first=scale.first) != scale:
            self._rows, self._ahead = self._anew(lanes, scale, moving), None
        else:
            self._scroll(lanes, scale, now)
        # Columns from the pyramid are good for one picture.
        self._scale, self._lanes, self._known = scale if self.exact else None, tuple(lanes), now
        return self._rows

    def _anew(self, lanes: Sequence[Lane], scale: TimeScale, moving: bool) -> Rows:
        edges = scale.edges()
        many = [place for place, lane in enumerate(lanes) if moving and _is_much(lane, edges)]
        if not many:
            return self._reduce(lanes, edges)
        self.exact = False
        result, level = Rows.empty(len(lanes), scale.width), Level.of(scale)
        for place in many:
            pyramid = self._pyramids.setdefault(id(lanes[place]), Pyramid())
            result.main[place], result.hidden[place] = pyramid.columns(lanes[place], level)
            self.computed += pyramid.computed
        few = sorted({*range(len(lanes))} - {*many})
        if few:
            result.main[few], result.hidden[few] = self._reduce([lanes[place] for place in few], edges)
        return result

    def _reduce(self, lanes: Sequence[Lane], edges: Times) -> Rows:
        self.computed += len(lanes) * (len(edges) - 1)
        return rows(lanes, edges)

    def _scroll(self, lanes: Sequence[Lane], scale: TimeScale, now: Times) -> None:
        """Move what is still good to its new place and reduce the rest."""
        first, stop = self._shift(scale)
        if tuple(lanes) != self._lanes:
            self._ahead = None
            now = self._take_in(lanes, scale, now)
        grown = np.flatnonzero(now != self._known)
        known = stop
        if len(grown):
            self._ahead = None
            known = max(first, min(stop, int(scale.x(int(self._known[grown].min())))))
        if known < stop:
            self._fill(lanes, scale, (known, stop), grown.tolist())
        for span in ((0, first), (stop, scale.width)):
            if span[0] < span[1] and lanes:
                self._expose(lanes, scale, span, ahead=0 if len(grown) else _AHEAD)

    def _expose(self, lanes: Sequence[Lane], scale: TimeScale, span: tuple[int, int], ahead: int) -> None:
        """Fill columns that scrolled into view, from those that were reduced ahead where these reach so far."""
        begin, end = span[0] + scale.first, span[1] + scale.first
        known = self._ahead
        if known is None or begin < known[0] or end > known[0] + known[1].main.shape[1]:
            left, right = (span[0] - ahead, span[1]) if span[0] == 0 else (span[0], span[1] + ahead)
            known = self._ahead = left + scale.first, self._reduce(lanes, scale.edges(left, right))
        part = slice(begin - known[0], end - known[0])
        for table, reduced in zip(self._rows, known[1], strict=True):
            table[:, slice(*span)] = reduced[:, part]

    def _fill(self, lanes: Sequence[Lane], scale: TimeScale, span: tuple[int, int], who: Sequence[int]) -> None:
        main, hidden = self._reduce([lanes[place] for place in who], scale.edges(*span))
        columns = slice(*span)
        self._rows.main[who, columns], self._rows.hidden[who, columns] = main, hidden

    def _shift(self, scale: TimeScale) -> tuple[int, int]:
        """Move the columns of both tables; returns those that are still good: first, stop."""
        assert self._scale is not None
        shift, width = scale.first - self._scale.first, scale.width
        if abs(shift) >= width:
            return 0, 0
        first, stop = max(0, -shift), width - max(0, shift)
        if shift:
            for table in self._rows:
                table[:, first:stop] = table[:, first + shift : stop + shift].copy()
        return first, stop

    def _take_in(self, lanes: Sequence[Lane], scale: TimeScale, now: Times) -> Times:
        """Other lanes are in view: keep the columns of those that still are; returns what is known of all."""
        before = {id(lane): place for place, lane in enumerate(self._lanes)}
        stay = [place for place, lane in enumerate(lanes) if id(lane) in before]
        came = [place for place, lane in enumerate(lanes) if id(lane) not in before]
        old = [before[id(lanes[place])] for place in stay]
        kept, self._rows = self._rows, Rows.empty(len(lanes), scale.width)
        known = now.copy()
        known[stay] = self._known[old]
        self._rows.main[stay], self._rows.hidden[stay] = kept.main[old], kept.hidden[old]
        self._known = known
        if came:
            self._fill(lanes, scale, (0, scale.width), came)
        return now


def _is_much(lane: Lane, edges: Times) -> bool:
    """Enough spans in view to notice."""
    first, stop = lane.spans_between(int(edges[0]), int(edges[-1]))
    return stop - first > len(edges) // _FEW
