"""What a picture says of the run it shows, above it: which script, which knobs, how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from visualiser.gui.picture import RATIO
from visualiser.gui.theme import Theme

_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Caption:
    """Title, knobs and result in a line each; those that are empty take no room."""

    title: str
    knobs: str = ""
    result: str = ""


def with_caption(image: QImage, caption: Caption, theme: Theme, margin: int) -> QImage:
    """The picture under its caption, on the same background; ``margin`` in pixels of the screen."""
    room = QRectF(margin, margin, image.width() / RATIO - 2 * margin, 10_000)
    lines = _lines(caption, theme, room)
    height = round(lines[-1][1].bottom() - margin) + margin if lines else 0
    made = QImage(image.width(), image.height() + height * RATIO, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(RATIO)
    made.fill(theme.color("bg"))
    painter = QPainter(made)
    painter.drawImage(0, height, image)
    for text, place, role, token in lines:
        painter.setFont(theme.font(role))
        painter.setPen(theme.color(token))
        painter.drawText(place, _WRAPPED.value, text)
    painter.end()
    return made


def _lines(caption: Caption, theme: Theme, room: QRectF) -> list[tuple[str, QRectF, str, str]]:
    """Text, place, font and colour of every line, from top to bottom."""
    lines = []
    parts = ((caption.title, "title", "text"), (caption.result, "strong", "text"), (caption.knobs, "body", "muted"))
    for text, role, token in parts:
        if text:
            place = QFontMetricsF(theme.font(role)).boundingRect(room, _WRAPPED.value, text)
            lines.append((text, QRectF(room.left(), room.top(), room.width(), place.height()), role, token))
            room = room.translated(0, place.height() + theme.px(3))
    return lines
