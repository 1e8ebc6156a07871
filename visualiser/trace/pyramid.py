"""Ready-made pixel columns at scales that differ by four, for views in motion; each is an exact row, made when needed.

While a user zooms, every frame has another scale and nothing of the last frame's columns is of use. The pyramid then
serves the columns of the nearest of its scales, stretched; the exact row replaces them once the view stands still.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Lane
from visualiser.trace.row import Row
from visualiser.trace.rows import rows
from visualiser.trace.time_scale import TimeScale

TILE = 512  # columns in one piece of a level
_MOST_TILES = 128

_Tile = npt.NDArray[np.uint8]  # main states, hidden states


class Level(NamedTuple):
    """Which columns of the pyramids show a scale: the same of every lane.

    Attributes:
        number: a column of level ``n`` covers 4 ** n ns.
        start: ns; column 0 of every level begins here.
        tiles: the first tile in view, and the one after the last.
        places: column in those tiles of each column of the view.
    """

    number: int
    start: int
    tiles: tuple[int, int]
    places: npt.NDArray[np.int64]

    @classmethod
    def of(cls, scale: TimeScale) -> Level:
        """The level nearest to ``scale``: within a factor of two of its resolution."""
        number = max(0, round(np.log(scale.step) / np.log(4)))
        wanted = (scale.edges()[:-1] + int(scale.step / 2) - scale.start) // 4**number
        first, last = int(wanted[0]) // TILE, int(wanted[-1]) // TILE
        return cls(number, scale.start, (first, last + 1), wanted - first * TILE)


class Pyramid:
    """Tiles of one lane by (level, number).

    Attributes:
        computed: number of columns that the last call had to reduce.
    """

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], tuple[_Tile, int]] = {}
        self.computed = 0

    def row(self, lane: Lane, scale: TimeScale) -> Row:
        """Columns of ``lane`` near ``scale``."""
        main, hidden = self.columns(lane, Level.of(scale))
        return Row(main, hidden)

    def columns(self, lane: Lane, level: Level) -> _Tile:
        """Main and hidden states under ``level``: an array of two rows."""
        self.computed = 0
        tiles = [self._tile(lane, level, number) for number in range(*level.tiles)]
        return np.take(np.concatenate(tiles, axis=1), level.places, axis=1)

    def _tile(self, lane: Lane, level: Level, number: int) -> _Tile:
        cell = 4**level.number
        begin = level.start + number * TILE * cell
        until = min(lane.now, begin + TILE * cell)
        known = self._tiles.get((level.number, number))
        if known is not None and known[1] >= until:
            return known[0]
        if len(self._tiles) >= _MOST_TILES:
            self._tiles.clear()
        tile = np.concatenate(rows((lane,), begin + cell * np.arange(TILE + 1, dtype=np.int64)))
        self.computed += TILE
        self._tiles[level.number, number] = (tile, until)
        return tile
