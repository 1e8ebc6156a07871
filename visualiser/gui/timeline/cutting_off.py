"""Cuts lines off at a box by arithmetic: a file of vectors cannot be told to leave out what lies outside."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainterPath


def inside(line: QLineF, box: QRectF) -> QLineF | None:
    """The part of a line within a box, None if there is none."""
    first, last = 0.0, 1.0
    for start, delta, low, high in (
        (line.x1(), line.dx(), box.left(), box.right()),
        (line.y1(), line.dy(), box.top(), box.bottom()),
    ):
        if delta == 0:
            if not low <= start <= high:
                return None
            continue
        enter, leave = sorted(((low - start) / delta, (high - start) / delta))
        first, last = max(first, enter), min(last, leave)
    return QLineF(line.pointAt(first), line.pointAt(last)) if first < last else None


def lines_inside(lines: list[QLineF], curves: QPainterPath, box: QRectF) -> list[QLineF]:
    """The parts of lines and of curves, as short lines, within a box."""
    pieces = [QLineF(a, b) for polygon in curves.toSubpathPolygons() for a, b in pairwise(polygon.toList())]
    return [part for line in (*lines, *pieces) if (part := inside(line, box)) is not None]
