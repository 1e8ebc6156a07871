"""Paints the markers: a flag with its letter, a line through the lanes, and the time between them."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from visualiser.gui.measure.markers import FLAG, Markers
from visualiser.gui.measure.places import flag_strip, visible_x
from visualiser.gui.numbers import number_text
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.ruler import duration_text
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.track import NS

_CENTER = Qt.AlignmentFlag.AlignCenter


def delta_text(delta: int) -> str:
    """``Δt 200 ms``: the time between two markers; without a sign, their order is seen."""
    return f"Δt {duration_text(abs(delta) / NS)}"


def rate_text(delta: int) -> str:
    """``5 per second``: how often that fits into a second; empty for no time at all."""
    if not delta:
        return ""
    rate = NS / abs(delta)
    return f"{number_text(rate)} per second"


class MarkerPainter:
    """An overlay that paints the markers of a view."""

    def __init__(self, view: TimelineView, markers: Markers) -> None:
        self._view = view
        self._markers = markers
        self.told: QRect | None = None  # where the time between them was painted

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint them over the lanes."""
        theme, strip = self._view.theme, flag_strip(self._view.theme, rect)
        self.told = None
        for name, when in self._markers.at.items():
            x = visible_x(picture, when)
            if x is not None:
                self._marker(painter, theme, strip, rect, name, int(x))
        if self._markers.delta is not None:
            self._between(painter, theme, strip, picture)

    def _marker(self, painter: QPainter, theme: Theme, strip: QRect, rect: QRect, name: str, x: int) -> None:
        ink, left = theme.color("text"), strip.left() + x
        style = Qt.PenStyle.SolidLine if name == "A" else Qt.PenStyle.DashLine
        painter.setPen(QPen(ink, max(1, theme.px(1.5)), style))
        painter.drawLine(left, strip.top(), left, rect.bottom())
        wide = theme.px(FLAG)
        flag = QRectF(left - wide / 2, strip.top() + 1, wide, strip.height() - theme.px(5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(flag, theme.px(3), theme.px(3))
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("surface"))
        painter.drawText(flag, _CENTER, name)

    def _between(self, painter: QPainter, theme: Theme, strip: QRect, picture: Picture) -> None:
        """The time between them, with a line to both where there is room, else right of the later one."""
        font = theme.font("title")
        text = delta_text(self._markers.delta or 0)
        wide = QFontMetrics(font).horizontalAdvance(text) + theme.px(12)
        left, right = sorted(picture.scale.x(when) for when in self._markers.at.values())
        half, width = theme.px(FLAG) / 2 + 2, picture.scale.width
        if right < 0 or left >= width:
            return
        first, last = max(left + half, 0.0), min(right - half, float(width))
        if last - first < wide:
            x = right + half if right + half + wide <= width else left - half - wide
        else:
            x = (first + last - wide) / 2
            self._arrow(painter, theme, strip, first, x)
            self._arrow(painter, theme, strip, last, x + wide)
        self.told = QRect(strip.left() + round(x), strip.top(), wide, strip.height() - theme.px(2))
        painter.fillRect(self.told, theme.color("surface"))
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(self.told, _CENTER, text)

    def _arrow(self, painter: QPainter, theme: Theme, strip: QRect, tip: float, tail: float) -> None:
        head = theme.px(6)
        if abs(tip - tail) < head:
            return
        y, back = strip.center().y(), head if tail > tip else -head
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("text"), max(1.0, theme.scale * 1.4)))
        painter.drawLine(QLineF(strip.left() + tip, y, strip.left() + tail, y))
        painter.setBrush(theme.color("text"))
        point = QPointF(strip.left() + tip, y)
        painter.drawPolygon(QPolygonF([point, point + QPointF(back, -head * 0.5), point + QPointF(back, head * 0.5)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
