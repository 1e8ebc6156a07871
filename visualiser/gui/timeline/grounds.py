"""Paints what lies behind the lanes where there is nothing on them: beyond the playhead, and in pictures of vectors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.sheet import Ground


def paint_grounds(painter: QPainter, lanes: QRect, boxes: list[QRect], ground: Ground, first: int = 0) -> None:
    """Paint the columns from ``first`` on.

    Args:
        painter: of any device.
        lanes: where the lanes go; its width is that of ``ground``.
        boxes: where each lane lies.
        ground: the colours between the lanes and on them.
        first: number of the first column to paint.
    """
    for place, colours in ((lanes, ground[0]), *((box, ground[1]) for box in boxes)):
        for begin, stop, color in _stretches(colours[first:]):
            painter.fillRect(lanes.left() + first + begin, place.top(), stop - begin, place.height(), color)


def ground_of(rect: QRect, box: LaneBox, gap: int) -> QRect:
    """Where a lane's ground goes, given the gap between lanes in pixels."""
    return QRect(rect.left(), rect.top() + box.top + gap // 2, rect.width(), box.height - gap)


def _stretches(colours: npt.NDArray[np.uint32]) -> list[tuple[int, int, QColor]]:
    """Columns of one colour: first, stop, colour."""
    if not len(colours):
        return []
    cuts = [0, *(np.flatnonzero(np.diff(colours)) + 1).tolist(), len(colours)]
    return [(begin, stop, QColor.fromRgb(int(colours[begin]))) for begin, stop in pairwise(cuts)]
