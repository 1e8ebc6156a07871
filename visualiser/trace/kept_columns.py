"""Keeps pixel columns while the view scrolls: moves what is still good and says which columns to reduce anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from visualiser.trace.time_scale import TimeScale


class KeptColumns:
    """Columns of one lane under the scale they were last asked for; one array of small numbers for each kind.

    Attributes:
        arrays: the columns, as many as the scale is wide.
    """

    def __init__(self, *dtypes: type[np.unsignedinteger]) -> None:
        self._dtypes = dtypes
        self._scale: TimeScale | None = None
        self._known_until = 0
        self.arrays: tuple[npt.NDArray[np.unsignedinteger], ...] = tuple(np.zeros(0, dtype) for dtype in dtypes)

    def forget(self) -> None:
        """Nothing is good any more."""
        self._scale = None

    def fits(self, scale: TimeScale) -> bool:
        """Whether the columns of that scale are the same ones, scrolled at most."""
        return self._scale is not None and replace(self._scale, first=scale.first) == scale

    def stale(self, scale: TimeScale, now: int) -> Iterator[tuple[int, int]]:
        """Show ``scale``, on what is known until ``now`` (ns); yields what is to be filled in: first column, stop."""
        first, stop = self._scroll(scale)
        if now != self._known_until:
            stop = min(stop, int(scale.x(self._known_until)))
        stop = max(first, stop)
        self._scale, self._known_until = scale, now
        for begin, end in ((0, first), (stop, scale.width)):
            if begin < end:
                yield begin, end

    def _scroll(self, scale: TimeScale) -> tuple[int, int]:
        """Move what is still good to its new place; returns its columns: first, stop."""
        old = self._scale
        if old is None or not self.fits(scale):
            self.arrays = tuple(np.zeros(scale.width, dtype) for dtype in self._dtypes)
            return 0, 0
        shift, width = scale.first - old.first, scale.width
        if abs(shift) >= width:
            return 0, 0
        first, stop = max(0, -shift), width - max(0, shift)
        if shift:
            for column in self.arrays:
                column[first:stop] = column[first + shift : stop + shift].copy()
        return first, stop
