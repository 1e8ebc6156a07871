"""Ready-made pixel columns at scales that differ by four, for views in motion; each is an exact row, made when needed.

While a user zooms, every frame has another scale and nothing of the last frame's columns is of use. The pyramid then
serves the columns of the nearest of its scales, stretched; the exact row replaces them once the view stands still.
"""

from __future__ import annotations

import numpy as np

from visualiser.trace.lane import Lane
from visualiser.trace.row import Row, row
from visualiser.trace.time_scale import TimeScale

TILE = 512  # columns in one piece of a level
_MOST_TILES = 256


class Pyramid:
    """Tiles of one lane by (level, number); a column of level ``n`` covers 4 ** n ns.

    Attributes:
        computed: number of columns that the last call had to reduce.
    """

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], tuple[Row, int]] = {}
        self.computed = 0

    def row(self, lane: Lane, scale: TimeScale) -> Row:
        """Columns of ``lane`` near ``scale``: within a factor of two of its resolution."""
        self.computed = 0
        level = max(0, round(np.log(scale.step) / np.log(4)))
        cell = 4**level
        wanted = (scale.edges()[:-1] + int(scale.step / 2) - scale.start) // cell
        first, last = int(wanted[0]) // TILE, int(wanted[-1]) // TILE
        tiles = [self._tile(lane, scale.start, level, number) for number in range(first, last + 1)]
        place = wanted - first * TILE
        main = np.concatenate([tile.main for tile in tiles])
        hidden = np.concatenate([tile.hidden for tile in tiles])
        return Row(main[place], hidden[place])

    def _tile(self, lane: Lane, start: int, level: int, number: int) -> Row:
        cell = 4**level
        begin = start + number * TILE * cell
        until = min(lane.now, begin + TILE * cell)
        known = self._tiles.get((level, number))
        if known is not None and known[1] >= until:
            return known[0]
        if len(self._tiles) >= _MOST_TILES:
            self._tiles.clear()
        tile = row(lane, begin + cell * np.arange(TILE + 1, dtype=np.int64))
        self.computed += TILE
        self._tiles[level, number] = (tile, until)
        return tile
