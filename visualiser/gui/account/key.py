"""What the forms of the strip mean: solid survived, hollow with a triangle was lost, and the two kinds of arrows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.strips import mix

_ENTRIES = ("survived", "lost", "was read by", "was destroyed by")
_SIGN, _GAP, _HEIGHT = 22, 14, 20


class StripKey(QWidget):
    """A line of signs and words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(
            "Legend: solid survived, hollow with a triangle was lost; a dashed arrow leads from a write "
            "to the one that read it, a solid arrow from a lost write to the one that destroyed it"
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Room for all entries."""
        metrics = QFontMetrics(self._theme.font("small"))
        words = sum(metrics.horizontalAdvance(word) for word in _ENTRIES)
        signs = len(_ENTRIES) * (self._theme.px(_SIGN) + self._theme.px(_GAP) + self._theme.px(5) + 3)
        return QSize(words + signs + self._theme.px(_GAP), self._theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint signs and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font("small")
        metrics, left = QFontMetrics(font), self._theme.px(_GAP)
        painter.setFont(font)
        for word in _ENTRIES:
            place = QRectF(left, self.height() * 0.2, self._theme.px(_SIGN), self.height() * 0.6)
            self._sign(painter, place, word)
            painter.setPen(self._theme.color("muted"))
            room = QRectF(place.right() + self._theme.px(5), 0, metrics.horizontalAdvance(word) + 2, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)
            left = round(room.right()) + self._theme.px(_GAP)
        painter.end()

    def _sign(self, painter: QPainter, place: QRectF, word: str) -> None:
        hue = self._theme.lane(0)
        if word == "survived":
            painter.fillRect(place, hue)
        elif word == "lost":
            self._lost(painter, place, hue)
        elif word == "was read by":
            self._arrow(painter, place, self._theme.color("text"), Qt.PenStyle.DashLine)
        else:
            self._arrow(painter, place, self._theme.color("warn"), Qt.PenStyle.SolidLine)

    def _lost(self, painter: QPainter, place: QRectF, hue: QColor) -> None:
        box = place.adjusted(0.5, 0.5, -self._theme.px(4), -0.5)
        painter.fillRect(box, mix(hue, self._theme.color("surface"), 0.16))
        painter.setPen(QPen(hue, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        size, middle = self._theme.px(9), place.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("warn"))
        tip = QPointF(box.right(), middle - size / 2)
        painter.drawPolygon([tip, tip + QPointF(size * 0.6, size), tip + QPointF(-size * 0.6, size)])

    def _arrow(self, painter: QPainter, place: QRectF, ink: QColor, style: Qt.PenStyle) -> None:
        middle, size = place.center().y(), self._theme.px(7)
        painter.setPen(QPen(ink, self._theme.px(2), style))
        painter.drawLine(QPointF(place.left(), middle), QPointF(place.right() - size, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        tip = QPointF(place.right(), middle)
        painter.drawPolygon([tip, tip + QPointF(-size, -size * 0.5), tip + QPointF(-size, size * 0.5)])
