"""The shared number, in figures for the back row, beside what it should become and what is lost so far."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.stuck import draw_triangle
from visualiser.host.step_listings import SHARED
from visualiser.host.step_state import State

_CENTER = Qt.AlignmentFlag.AlignCenter


class SharedView(QWidget):
    """Three numbers: updates made, the counter, updates lost."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state: State | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The shared counter")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_state(self, state: State) -> None:
        """Show how it stands."""
        self._state = state
        lost = len(state.updates.lost)
        self.setAccessibleDescription(f"{SHARED} {state.shared}, {state.writes} updates made, {lost} lost")
        self.update()

    def sizeHint(self) -> QSize:
        """Large figures."""
        return QSize(self._theme.px(430), self._theme.px(102))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the three."""
        if self._state is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state, third = self._state, self.width() / 3
        lost = len(state.updates.lost)
        self._paint(painter, 0, third, (f"{state.writes} of {2 * state.rounds}", "updates made", "text"), 30)
        self._paint(painter, third, third, (str(state.shared), SHARED, "accent_text"), 64)
        self._paint(painter, 2 * third, third, (str(lost), "lost updates", "warn" if lost else "ok"), 30)
        painter.end()

    def _paint(self, painter: QPainter, left: float, width: float, what: tuple[str, str, str], pixels: int) -> None:
        theme, (text, word, token) = self._theme, what
        font = theme.font("big")
        font.setPixelSize(theme.px(pixels))
        painter.setFont(font)
        painter.setPen(theme.color(token))
        upper = QRectF(left, 0, width, theme.px(76))
        painter.drawText(upper, _CENTER, text)
        if token == "warn":
            size = theme.px(26)
            middle = left + width / 2 - painter.fontMetrics().horizontalAdvance(text) / 2 - size
            draw_triangle(painter, QRectF(middle - theme.px(8), theme.px(38) - size * 0.48, size, size * 0.9), theme)
        words = theme.font("medium")
        words.setPixelSize(theme.px(15))
        painter.setFont(words)
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(left, theme.px(76), width, theme.px(24)), _CENTER, word)
