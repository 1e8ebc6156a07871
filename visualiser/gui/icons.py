"""The window's icons: small SVG drawings in one colour, tinted to the theme when they are shown."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from visualiser.gui.assets import asset

APP_ICON = "concurrency-visualiser"
_RATIO = 3  # drawn larger than shown, so that no screen finds them blurred


def tinted_icon(name: str, color: QColor, size: int, disabled: QColor | None = None) -> QIcon:
    """Icon of that file, ``size`` pixels square, in one colour, and in another where it is disabled."""
    icon = QIcon(tinted_pixmap(name, color, size))
    if disabled is not None:
        icon.addPixmap(tinted_pixmap(name, disabled, size), QIcon.Mode.Disabled)
    return icon


def tinted_pixmap(name: str, color: QColor, size: int) -> QPixmap:
    """Picture of that icon, ``size`` pixels square, in one colour."""
    source = asset("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color.name())
    pixmap = QPixmap(size * _RATIO, size * _RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(_RATIO)
    return pixmap


def app_icon() -> QIcon:
    """The app's own icon in the sizes desktops ask for."""
    renderer = QSvgRenderer(str(asset("icons", f"{APP_ICON}.svg")))
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        icon.addPixmap(pixmap)
    return icon
