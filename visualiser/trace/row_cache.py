"""Keeps the pixel columns of one lane while the view scrolls, so that only what is new is reduced again."""

from __future__ import annotations

from visualiser.trace.kept_rows import KeptRows
from visualiser.trace.lane import Lane
from visualiser.trace.row import Row
from visualiser.trace.time_scale import TimeScale


class RowCache:
    """Columns of one lane under the scale they were last asked for.

    Attributes:
        computed: number of columns that the last call had to reduce.
        exact: whether the last call's columns are exact.
    """

    def __init__(self) -> None:
        self._kept = KeptRows()
        self.exact = True
        self.computed = 0

    def row(self, lane: Lane, scale: TimeScale, moving: bool = False) -> Row:
        """The columns of ``lane`` under ``scale``; valid until the next call: see ``KeptRows.rows``."""
        main, hidden = self._kept.rows((lane,), scale, moving)
        self.exact, self.computed = self._kept.exact, self._kept.computed
        return Row(main[0], hidden[0])
