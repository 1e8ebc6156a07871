"""Time on screen: which nanoseconds each pixel column covers. Pure arithmetic, shared by painting, hover and tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.trace.lane import Times


@dataclass(frozen=True)
class TimeScale:
    """A grid of pixel columns laid over the run's time.

    Columns are numbered from the run's start, so that scrolling by whole columns keeps every column what it was.

    Attributes:
        start: ns on the clock of the records; column 0 begins here.
        step: ns a column, need not be whole.
        first: number of the leftmost visible column, may be negative.
        width: number of visible columns.
    """

    start: int
    step: float
    first: int
    width: int

    @classmethod
    def of_view(cls, start: int, begin_s: float, end_s: float, width: int) -> TimeScale:
        """The grid that shows [begin_s, end_s) seconds since ``start`` on ``width`` pixels."""
        # Twelve digits: the noise in the last ones would make every pan look like a zoom.
        step = float(f"{max((end_s - begin_s) * 1e9 / max(width, 1), 1e-3):.12g}")
        return cls(start, step, round(begin_s * 1e9 / step), max(width, 1))

    def edges(self, first: int = 0, stop: int | None = None) -> Times:
        """Edges (ns) of the visible columns ``first`` … ``stop``, one more than columns."""
        stop = self.width if stop is None else stop
        numbers = np.arange(self.first + first, self.first + stop + 1, dtype=np.float64)
        return self.start + (numbers * self.step).astype(np.int64)

    def x(self, when: int) -> float:
        """Pixel position, from the left edge of the view, of a moment in ns."""
        return (when - self.start) / self.step - self.first

    def when(self, x: float) -> int:
        """Moment in ns at a pixel position."""
        return self.start + int((self.first + x) * self.step)

    def seconds(self, when: int) -> float:
        """Seconds since the run's start."""
        return (when - self.start) / 1e9
