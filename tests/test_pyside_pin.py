"""Guards the version markers of PySide6: 6.12 on CPython 3.11 gives away one reference to None per void call."""

import sys

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

CALLS = 1000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12: its count never moves")
def test_void_qt_calls_keep_the_reference_count_of_none():
    image = QImage(8, 8, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    rect = QRectF(0, 0, 4, 4)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        painter.drawRect(rect)
        painter.setPen(Qt.GlobalColor.black)
    lost = before - sys.getrefcount(None)
    painter.end()
    assert abs(lost) < CALLS / 2
