"""The strip left of the code: line numbers, and a coloured badge for every worker that is on a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QTextBlock, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.theme import Theme

if TYPE_CHECKING:
    from visualiser.gui.code_editor import CodeEditor

_MOST_BADGES = 3
_BAR = 4  # at the left edge of the line the window points at


class Gutter(QWidget):
    """Paints beside a CodeEditor, which tells it how wide to be and when to move."""

    def __init__(self, editor: CodeEditor, theme: Theme) -> None:
        super().__init__(editor)
        self._editor = editor
        self.theme = theme
        self._marks: Mapping[int, Sequence[QColor]] = {}
        self.setAccessibleName("Line numbers")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing behind has to be painted

    def set_marks(self, marks: Mapping[int, Sequence[QColor]]) -> None:
        """Show these colours beside these 1-based lines."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def width_needed(self) -> int:
        """Pixels for the largest line number and the badges."""
        digits = max(2, len(str(self._editor.blockCount())))
        number = QFontMetricsF(self.theme.font("code_small")).horizontalAdvance("9" * digits)
        return round(number) + self.theme.px(10 + 8 * _MOST_BADGES)

    def sizeHint(self) -> QSize:
        """Size at the theme's scale."""
        return QSize(self.width_needed(), 0)

    def event(self, event: QEvent) -> bool:
        """The wheel scrolls the code, also here."""
        if isinstance(event, QWheelEvent):
            self._editor.wheelEvent(event)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is visible."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self.theme.color("code"))
        for block, top, height in self._editor.visible_blocks():
            self._paint_line(painter, block, QRectF(0, top, self.width(), height))
        painter.end()

    def _paint_line(self, painter: QPainter, block: QTextBlock, area: QRectF) -> None:
        line = block.blockNumber() + 1
        colors = self._marks.get(line, ())
        shown = line == self._editor.shown_line
        current = shown or line == self._editor.textCursor().blockNumber() + 1
        if shown:
            painter.fillRect(area, self.theme.color("code_show"))
            painter.fillRect(QRectF(0, area.top(), self.theme.px(_BAR), area.height()), self.theme.color("accent"))
        painter.setFont(self.theme.font("code_small"))
        painter.setPen(self.theme.color("text" if colors or current else "faint"))
        right = self.theme.px(4 + 8 * _MOST_BADGES)
        painter.drawText(area.adjusted(0, 0, -right, 0), _RIGHT, str(line))
        self._paint_badges(painter, colors, area, area.right() - right + self.theme.px(3))

    def _paint_badges(self, painter: QPainter, colors: Sequence[QColor], area: QRectF, left: float) -> None:
        width, height = self.theme.px(6), min(area.height() - 2, self.theme.px(14))
        painter.setPen(Qt.PenStyle.NoPen)
        for color in colors[:_MOST_BADGES]:
            painter.setBrush(color)
            badge = QRectF(left, area.center().y() - height / 2, width, height)
            painter.drawRoundedRect(badge, width / 3, width / 3)
            left += width + self.theme.px(2)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
