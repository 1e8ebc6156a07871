"""Writes a widget as it looks into a file: pixels as PNG, vectors and text as SVG and PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QRect, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from visualiser.gui.picture import picture_of
from visualiser.host.whole_file import replacing

_DPI = 96  # so that a pixel of the widget is the pixel that print shops reckon with
_MM = 25.4 / _DPI


class StillError(ValueError):
    """A picture that could not be written; its text is one sentence for the user."""


def write_png(widget: QWidget, path: Path) -> None:
    """At twice the widget's size; raises StillError with one sentence."""
    image = picture_of(widget, widget.palette().window().color())
    _written(path, lambda temporary: image.save(temporary))


def write_svg(widget: QWidget, path: Path) -> None:
    """As vectors and text; raises StillError with one sentence."""

    def write(temporary: str) -> bool:
        generator = QSvgGenerator()  # of the older version: the newer one cuts widgets off in the wrong places
        generator.setFileName(temporary)
        generator.setSize(widget.size())
        generator.setViewBox(QRect(QPoint(0, 0), widget.size()))
        generator.setTitle(widget.windowTitle())
        generator.setResolution(_DPI)
        return _paint(QPainter(generator), widget)

    _written(path, write)


def write_pdf(widget: QWidget, path: Path) -> None:
    """As one page of the widget's size, vectors and text with their fonts; raises StillError with one sentence."""

    def write(temporary: str) -> bool:
        writer = QPdfWriter(temporary)
        writer.setResolution(_DPI)
        page = QPageSize(QSizeF(widget.width() * _MM, widget.height() * _MM), QPageSize.Unit.Millimeter)
        writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
        writer.setTitle(widget.windowTitle())
        return _paint(QPainter(writer), widget)

    _written(path, write)


def _paint(painter: QPainter, widget: QWidget) -> bool:
    if not painter.isActive():
        return False
    painter.fillRect(widget.rect(), widget.palette().window().color())
    widget.render(painter, QPoint(0, 0))
    return painter.end()


def _written(path: Path, write: Callable[[str], bool]) -> None:
    with replacing(path, StillError, path.suffix) as part:
        if not write(str(part)):
            raise StillError(f"{path.name} cannot be saved: is there room for it?")
