"""A picture of what is on screen: any widget as an image at twice its size, to the clipboard or into a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMargins, QPoint
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QWidget

RATIO = 2


class PictureError(OSError):
    """A picture that could not be written; its text is one sentence for the user."""


def picture_of(widget: QWidget, background: QColor, margin: int = 0) -> QImage:
    """The widget as it looks now, with that many pixels of background around it, at twice the resolution."""
    frame = widget.rect().marginsAdded(QMargins(margin, margin, margin, margin))
    image = QImage(frame.size() * RATIO, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(RATIO)
    image.fill(background)
    painter = QPainter(image)
    widget.render(painter, QPoint(margin, margin))
    painter.end()
    return image


def copy_picture(image: QImage) -> None:
    """Put the picture on the clipboard."""
    QGuiApplication.clipboard().setImage(image)


def save_picture(image: QImage, path: Path) -> Path:
    """Write the picture as PNG; returns the file, which always ends in ``.png``. Raises PictureError."""
    target = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
    if target.is_dir() or not target.parent.is_dir():
        raise PictureError(f"The picture cannot be written: there is no folder {target.parent} to hold {target.name}.")
    if not image.save(str(target)):
        raise PictureError(f"The picture cannot be written to {target}: is there room, and may you write there?")
    return target
