"""What is cut off by arithmetic, because files of vectors know no clipping."""

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from visualiser.gui.load_history import _cut_off
from visualiser.gui.timeline.cutting_off import inside, lines_inside

BOX = QRectF(10, 10, 100, 50)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ((0, 20, 200, 20), (10, 20, 110, 20)),
        ((0, 0, 60, 60), (10, 10, 60, 60)),
        ((60, 60, 0, 0), (60, 60, 10, 10)),
        ((20, 30, 40, 30), (20, 30, 40, 30)),
        ((50, 0, 50, 100), (50, 10, 50, 60)),
        ((0, 5, 200, 5), None),
        ((0, 100, 60, 200), None),
    ],
)
def test_a_line_is_cut_at_the_edges(line, part):
    found = inside(QLineF(*line), BOX)
    assert (found is None) == (part is None)
    if part is not None:
        assert (found.x1(), found.y1(), found.x2(), found.y2()) == pytest.approx(part)


def test_curves_become_lines_within_the_box():
    curve = QPainterPath(QPointF(0, 30))
    curve.cubicTo(QPointF(40, -40), QPointF(80, -40), QPointF(120, 30))
    found = lines_inside([QLineF(0, 40, 120, 40)], curve, BOX)
    assert len(found) == 3, "the line, and the two ends of the curve that are within"
    wider = BOX.adjusted(-1e-6, -1e-6, 1e-6, 1e-6)
    assert all(wider.contains(line.p1()) and wider.contains(line.p2()) for line in found)


@pytest.mark.parametrize(("left", "begin", "first", "columns"), [(-5, 0, 5, 10), (3, 3, 0, 7), (0, 0, 0, 10)])
def test_the_history_of_the_load_ends_at_its_edges(left, begin, first, columns):
    pixels = np.arange(40, dtype=np.uint32).reshape(2, 20)
    cut, at = _cut_off(pixels, left, 10)
    assert (at, cut.shape) == (begin, (2, columns))
    assert cut[0, 0] == first
    assert cut.flags["C_CONTIGUOUS"]
