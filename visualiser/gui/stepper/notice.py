"""One line for what could not be done, large enough for the back row, with the sign that something is wrong."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.stuck import draw_triangle


class Notice(QWidget):
    """Keeps its room while there is nothing to say, so that nothing jumps."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def say(self, sentence: str) -> None:
        """Show that sentence, or nothing."""
        self.sentence = sentence
        self.setAccessibleName(sentence)
        self.setToolTip(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(300), self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint sign and sentence."""
        if not self.sentence:
            return
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, high = theme.px(18), self.height()
        draw_triangle(painter, QRectF(theme.px(4), (high - size * 0.9) / 2, size, size * 0.9), theme)
        font = theme.font("strong")
        font.setPixelSize(theme.px(16))
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        area = QRectF(theme.px(32), 0, self.width() - theme.px(36), high)
        shown = painter.fontMetrics().elidedText(self.sentence, Qt.TextElideMode.ElideRight, round(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()
