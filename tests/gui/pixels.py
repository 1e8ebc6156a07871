"""Reading what was really painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage


def image_of(widget):
    """The widget's pixels at its own size."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def count(image, color, area=None, near=0):
    """How many pixels have that colour, each channel within ``near``."""
    wanted = np.array(QColor(color).getRgb()[:3])
    left, top, right, bottom = area or (0, 0, image.width(), image.height())
    part = pixels_of(image)[max(0, top) : max(0, bottom), max(0, left) : max(0, right)].astype(int)
    return int((np.abs(part - wanted) <= near).all(axis=2).sum())


def pixels_of(image):
    """Rows, columns and red, green, blue."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()  # the image goes
