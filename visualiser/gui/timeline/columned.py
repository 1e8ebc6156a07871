"""All that the pixels of lanes depend on, column by column; from it follows what has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from visualiser.gui.timeline.lane_layout import LaneLayout
from visualiser.gui.timeline.strips import Marks
from visualiser.trace.most import Columns
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

Stretch = tuple[int, int]  # columns of the view: first, stop
_APART = 48  # columns: what is nearer to each other is painted in one go


@dataclass
class Columned:
    """What the lanes in view show: arrays of (lane, column).

    Attributes:
        hues: whether what runs has the hue of its core, and which states are shown alone.
        ground: colours between the lanes and on them, (2, column).
        ticks: columns to mark; None where there are no marks.
    """

    scale: TimeScale
    layout: LaneLayout
    hues: tuple[bool, frozenset[State]]
    main: Columns
    hidden: Columns
    edges: Marks
    ground: npt.NDArray[np.uint32]
    ticks: Marks | None = None

    def kept(self) -> Columned:
        """The same, safe from what is done to the columns of the next picture."""
        return replace(self, main=self.main.copy(), hidden=self.hidden.copy())

    def goes_on(self, before: Columned) -> bool:
        """Whether the last picture showed the same lanes at the same places and under the same scale."""
        return (
            self.layout == before.layout
            and self.hues == before.hues
            and replace(before.scale, first=self.scale.first) == self.scale
            and abs(self.scale.first - before.scale.first) < self.scale.width
        )

    def changed(self, before: Columned) -> list[Stretch]:
        """The columns that look otherwise than in the last picture, or were not in it."""
        shift, width = self.scale.first - before.scale.first, self.scale.width
        new = slice(max(0, -shift), width - max(0, shift))
        old = slice(new.start + shift, new.stop + shift)
        differ = np.ones(width + 1, np.bool_)
        differ[new] = differ[width] = False
        for now, then in zip(self._tables(), before._tables(), strict=True):
            differ[new] |= (now[:, new] != then[:, old]).any(axis=0)
        return _joined(np.flatnonzero(np.diff(differ, prepend=False)).tolist())

    def _tables(self) -> tuple[npt.NDArray[np.generic], ...]:
        tables = (self.main, self.hidden, self.edges, self.ground)
        return tables if self.ticks is None else (*tables, self.ticks)


def _joined(ends: list[int]) -> list[Stretch]:
    """Stretches between pairs of ``ends``, neighbours made one: a few columns more cost less than a stretch more."""
    result: list[Stretch] = []
    for first, stop in zip(ends[::2], ends[1::2], strict=True):
        if result and first - result[-1][1] < _APART:
            first = result.pop()[0]
        result.append((first, stop))
    return result
