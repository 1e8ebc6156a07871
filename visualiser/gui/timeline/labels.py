"""Words on the timeline as cached pixmaps: drawing a pixmap costs a quarter of drawing text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPaintEngine, QPainter, QPixmap

_MOST = 2000
_PADDING = 3

_VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


def is_vector(painter: QPainter) -> bool:
    """Whether what is painted becomes lines, areas and text, to be shown at any size."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() in _VECTOR


class Labels:
    """Pixmaps of words in one font, by text and colours."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = QFontMetrics(font)
        self._advance: dict[str, int] = {}
        self._words: dict[tuple[str, int, int | None, int], QPixmap | None] = {}

    def word(self, text: str, ink: QColor, ground: QColor | None, room: int) -> QPixmap | None:
        """``text`` on ``ground`` (None: transparent), shortened to ``room`` pixels; None where nothing fits."""
        wanted = self._width(text)
        width = wanted if wanted <= room else room // 8 * 8  # few widths, so that zooming does not fill the cache
        key = (text, ink.rgba(), ground.rgba() if ground else None, width)
        if key not in self._words:
            if len(self._words) >= _MOST:
                self._words.clear()
            self._words[key] = _draw(text, self._font, self._metrics, ink, ground, width)
        return self._words[key]

    def put(self, painter: QPainter, place: QRect, text: str, word: QPixmap, ink: QColor) -> None:
        """Draw ``word``, the pixmap of all of ``text``; as text where the device has no pixels."""
        if is_vector(painter):
            painter.setFont(self._font)
            painter.setPen(ink)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        else:
            painter.drawPixmap(place.topLeft(), word)

    def fits(self, text: str, room: int) -> bool:
        """Whether all of ``text`` has room in so many pixels."""
        return self._width(text) <= room

    def _width(self, text: str) -> int:
        width = self._advance.get(text)
        if width is None:
            if len(self._advance) >= _MOST:
                self._advance.clear()
            width = self._advance[text] = self._metrics.horizontalAdvance(text) + 2 * _PADDING
        return width


def _draw(
    text: str, font: QFont, metrics: QFontMetrics, ink: QColor, ground: QColor | None, width: int
) -> QPixmap | None:
    fits = metrics.horizontalAdvance(text) + 2 * _PADDING <= width
    shown = text if fits else metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * _PADDING)
    if len(shown) < min(3, len(text)):
        return None
    ratio = pixel_ratio()
    height = metrics.height()
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if ground is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRect(0, 0, width, height), 4, 4)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QPoint(_PADDING, metrics.ascent()), shown)
    painter.end()
    return pixmap


def pixel_ratio() -> float:
    """Device pixels a pixel of the screen has."""
    screen = QGuiApplication.primaryScreen()
    return screen.devicePixelRatio() if screen else 1.0
