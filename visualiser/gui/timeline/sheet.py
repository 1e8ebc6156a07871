"""One image of all lanes in view, kept while the view scrolls: a frame draws what is new into it and copies it once.

The image is a ring: a column of the run always lies at its number modulo the image's width, so that scrolling moves
no pixels at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from visualiser.gui.timeline.strips import Marks, Pixels, StripPainter
from visualiser.trace.most import Columns


class Band(NamedTuple):
    """A lane on the sheet, in pixels from its upper edge, and what it shows in each column of the view.

    Attributes:
        box: where its ground goes: top, and below its last pixel.
        bar: top of its forms, which are as high as the ``strip``'s.
        under: top and height of the strip that tells of hidden states.
        ticks: columns to mark, None for none.
        tick: the colour of the marks.
    """

    box: tuple[int, int]
    bar: int
    under: tuple[int, int]
    strip: StripPainter
    main: Columns
    hidden: Columns
    edges: Marks
    ticks: Marks | None = None
    tick: int = 0


Ground = npt.NDArray[np.uint32]  # (2, columns): between the lanes, and on them
Stretch = tuple[int, int]  # columns of the view: first, stop


class Sheet:
    """Pixels of the lanes of one view."""

    def __init__(self) -> None:
        self._pixels: Pixels = np.zeros((0, 0), np.uint32)
        self._outside = np.zeros(0, np.intp)  # rows that no bar covers
        self._on_lane = np.zeros(0, np.intp)  # for each of them whether it lies on a lane
        self._origin = 0  # number of a column that lies at the image's left edge

    def fits(self, width: int, height: int) -> bool:
        """Whether it has that size; otherwise nothing in it is of use."""
        return self._pixels.shape == (height, width)

    def begin(self, bands: Sequence[Band], width: int, height: int, first: int) -> None:
        """Another size or layout: everything has to be filled; ``first`` numbers the leftmost column."""
        if not self.fits(width, height):
            self._pixels = np.zeros((height, width), np.uint32)
        self._origin = first
        rows = np.zeros(height, np.intp)
        for band in bands:
            rows[max(band.box[0], 0) : max(band.box[1], 0)] = 1
        for band in bands:
            rows[max(band.bar, 0) : max(band.bar + band.strip.height, 0)] = 2
        self._outside = np.flatnonzero(rows < 2)
        self._on_lane = rows[self._outside]

    def fill(self, bands: Sequence[Band], ground: Ground, stretch: Stretch, first: int) -> None:
        """Paint those columns of every band; the view's leftmost one has the number ``first``."""
        for begin, stop, place in self._places(stretch, first):
            part = self._pixels[:, place : place + stop - begin]
            part[self._outside] = ground[:, begin:stop][self._on_lane]
            for band in bands:
                _paint(part, band, ground[1], (begin, stop), first)

    def draw(self, painter: QPainter, left: int, top: int, first: int) -> None:
        """Copy the view whose leftmost column has the number ``first``."""
        height, width = self._pixels.shape
        # The image does not own its pixels: both live until it has been drawn.
        stride = self._pixels.strides[0]
        image = QImage(self._pixels.data, width, height, stride, QImage.Format.Format_RGB32)
        for begin, stop, place in self._places((0, width), first):
            size = stop - begin
            painter.drawImage(QRect(left + begin, top, size, height), image, QRect(place, 0, size, height))

    def _places(self, stretch: Stretch, first: int) -> Iterator[tuple[int, int, int]]:
        """Columns of the view, begin and stop, and where they lie in the image: in one piece or two."""
        width = self._pixels.shape[1]
        begin, stop = stretch
        while begin < stop:
            place = (first + begin - self._origin) % width
            size = min(stop - begin, width - place)
            yield begin, begin + size, place
            begin += size


def _paint(part: Pixels, band: Band, ground: npt.NDArray[np.uint32], stretch: Stretch, first: int) -> None:
    """Paint the columns ``stretch`` of a band; ``part`` holds just these, ``ground`` shows where nothing lives."""
    columns = slice(*stretch)
    alive = np.flatnonzero(band.main[columns])
    cut = max(0, -band.bar)  # rows of a lane that is scrolled half out of view
    bar = part[max(band.bar, 0) : max(band.bar + band.strip.height, 0)]
    if not len(alive):
        bar[:] = ground[columns]
        return
    under = part[max(band.under[0], 0) : max(band.under[0] + band.under[1], 0)]
    born, dead = int(alive[0]), int(alive[-1]) + 1
    living = slice(stretch[0] + born, stretch[0] + dead)
    _forms(bar[:, born:dead], band, living, first + living.start, cut)
    under[:, born:dead] = band.strip.strip(band.hidden[living])
    if band.ticks is not None:
        ticks = np.flatnonzero(band.ticks[living]) + born
        bar[-band.under[1] :, ticks] = under[:, ticks] = band.tick
    if len(alive) < stretch[1] - stretch[0]:
        nothing = np.flatnonzero(band.main[columns] == 0)
        bar[:, nothing] = under[:, nothing] = ground[columns][nothing]


def _forms(bar: Pixels, band: Band, columns: slice, first: int, cut: int) -> None:
    """The bar's forms without their ``cut`` upper rows, and without the lower ones that do not fit on the sheet."""
    height = band.strip.height
    if bar.shape[0] == height:
        band.strip.fill(bar, band.main[columns], band.edges[columns], first)
        return
    whole: Pixels = np.empty((height, bar.shape[1]), np.uint32)
    band.strip.fill(whole, band.main[columns], band.edges[columns], first)
    bar[:] = whole[cut : cut + bar.shape[0]]
