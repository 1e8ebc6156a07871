"""A painted on/off switch, with its state also in the position and in a tick, never in colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from visualiser.gui.theme import Theme


class Switch(QAbstractButton):
    """A checkable button that looks like a switch; ``toggled`` tells changes, ``clicked`` tells the user's."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and size."""
        self.theme = theme
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Size at the theme's scale."""
        return QSize(self.theme.px(40), self.theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is visible."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        self._paint_track(painter, track)
        self._paint_knob(painter, track)
        painter.end()

    def _paint_track(self, painter: QPainter, track: QRectF) -> None:
        on = self.isChecked()
        edge = "text" if self.hasFocus() else ("accent" if on else "outline")
        painter.setPen(QPen(self.theme.color(edge), 1.4))
        painter.setBrush(self.theme.color("accent" if on else "raised"))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)

    def _paint_knob(self, painter: QPainter, track: QRectF) -> None:
        on, radius = self.isChecked(), track.height() / 2
        center = QPointF(track.right() - radius if on else track.left() + radius, track.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("on_accent" if on else "outline"))
        painter.drawEllipse(center, radius - self.theme.px(3), radius - self.theme.px(3))
        if on:
            step = radius * 0.28
            painter.setPen(QPen(self.theme.color("accent"), max(1.4, self.theme.scale * 1.6)))
            tick = [QPointF(-step, 0), QPointF(-step / 4, step * 0.8), QPointF(step, -step * 0.8)]
            painter.drawPolyline([center + point for point in tick])
