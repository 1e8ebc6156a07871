"""Reading what was really painted."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage


def image_of(widget):
    """The widget's pixels at its own size."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def count(image, color, area=None, near=0):
    """How many pixels have that colour, each channel within ``near``."""
    wanted = QColor(color)
    left, top, right, bottom = area or (0, 0, image.width(), image.height())
    found = 0
    for y in range(max(0, top), min(bottom, image.height())):
        for x in range(max(0, left), min(right, image.width())):
            got = image.pixelColor(x, y)
            found += all(
                abs(one - other) <= near for one, other in zip(got.getRgb()[:3], wanted.getRgb()[:3], strict=True)
            )
    return found
