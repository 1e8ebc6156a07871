"""The table of a comparison: a bar from zero for every wall time, and the numbers that follow from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visualiser.gui.compare.row import Row
from visualiser.gui.compare.words import ceiling_text, cores_text, efficiency_text, speed_text, wall_text
from visualiser.gui.theme import Theme

_ROW, _HEAD = 46, 26
_BAR = 16  # height of a bar, under the title
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True)
class _Column:
    """A column of numbers; ``text`` is given the row and the base."""

    title: str
    tip: str
    text: Callable[[Row, Row], str]


_COLUMNS = (
    _Column(
        "Wall time",
        "From the script's first line to its end; of repeats the median and the extremes.",
        lambda row, _: wall_text(row),
    ),
    _Column("Speed-up", "How many times as fast as the base: click a row to make it that.", speed_text),
    _Column(
        "Efficiency",
        "The speed-up for each worker more than the base has: 100 % if twice the workers need half the time.",
        efficiency_text,
    ),
    _Column("Cores used", "Threads on a core on average over the wall time.", lambda row, _: cores_text(row)),
    _Column(
        "Amdahl ceiling",
        "How many times as fast as one core this work can get with any number of cores: the work divided by the part "
        "that was measured to run alone.",
        lambda row, _: ceiling_text(row),
    ),
)


class CompareChart(QWidget):
    """One row for each line of the comparison; ``base_chosen`` carries the place of the row to compare with."""

    base_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: list[Row] = []
        self.base = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Comparison")

    def show_rows(self, rows: list[Row], base: int) -> None:
        """Show these, compared with the one at place ``base``."""
        self.rows, self.base = rows, base
        self.setAccessibleDescription("; ".join(", ".join(self.texts(row)) for row in rows))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def texts(self, row: Row) -> list[str]:
        """What stands in the row."""
        return [f"{row.tag} {row.title}", *(column.text(row, self.rows[self.base]) for column in _COLUMNS)]

    def sizeHint(self) -> QSize:
        """A line for the headings and one for each row."""
        return QSize(self._theme.px(600), self._theme.px(_HEAD) + len(self.rows) * self._theme.px(_ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint headings, bars and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, places = self._places()
        for column, (left, width) in zip(_COLUMNS, places, strict=True):
            room = QRectF(left, 0, width, self._theme.px(_HEAD))
            self._say(painter, room, column.title, "caption", "muted")
        for number, row in enumerate(self.rows):
            self._paint_row(painter, number, row, first, places)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click makes a row the base."""
        number = self._row_at(event.position().y())
        if number is not None:
            self.base_chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down make another row the base."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self.base + step < len(self.rows):
            self.base_chosen.emit(self.base + step)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Explain the column under the mouse."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def _tip_at(self, x: float) -> str:
        _, places = self._places()
        spans = zip(_COLUMNS, places, strict=True)
        return next((column.tip for column, (left, width) in spans if left <= x < left + width), "")

    def _row_at(self, y: float) -> int | None:
        number = int((y - self._theme.px(_HEAD)) // self._theme.px(_ROW))
        return number if 0 <= number < len(self.rows) else None

    def _places(self) -> tuple[float, list[tuple[float, float]]]:
        """Width of the column of bars, and left edge and width of each of the others."""
        metrics, gap = QFontMetricsF(self._theme.font("strong")), self._theme.px(16)
        texts = [[column.title for column in _COLUMNS], *(self.texts(row)[1:] for row in self.rows)]
        widths = [max(map(metrics.horizontalAdvance, column)) + gap for column in zip(*texts, strict=True)]
        first = max(self.width() - sum(widths), self.width() * 0.25)
        lefts = [first + sum(widths[:number]) for number in range(len(widths))]
        return first, list(zip(lefts, widths, strict=True))

    def _paint_row(
        self, painter: QPainter, number: int, row: Row, first: float, places: list[tuple[float, float]]
    ) -> None:
        top, height = self._theme.px(_HEAD) + number * self._theme.px(_ROW), self._theme.px(_ROW)
        if number == self.base:
            painter.fillRect(QRectF(0, top, self.width(), height - 2), self._theme.color("selection"))
        tag = QRectF(self._theme.px(8), top, self._theme.px(24), height)
        self._say(painter, tag, row.tag, "title", "accent_text")
        left = tag.right() + self._theme.px(4)
        title = QRectF(left, top + 2, first - left - self._theme.px(12), height / 2 - 2)
        self._say(painter, title, row.title, "medium", "text")
        bar = QRectF(left, top + height / 2 + 2, title.width(), self._theme.px(_BAR))
        self._paint_bar(painter, bar, row)
        texts = self.texts(row)[1:]
        for text, (x, width) in zip(texts, places, strict=True):
            self._say(painter, QRectF(x, top, width, height), text, "strong", "text")

    def _paint_bar(self, painter: QPainter, room: QRectF, row: Row) -> None:
        """From zero to the median, with a whisker from the shortest to the longest repeat."""
        longest = max(other.walls.most for other in self.rows) or 1.0
        per_second = room.width() / longest
        color = self._theme.color("outline" if row is self.rows[self.base] else "accent")
        painter.fillRect(QRectF(room.left(), room.top(), row.walls.median * per_second, room.height()), color)
        if row.walls.count > 1:
            self._paint_whisker(painter, room, row, per_second)

    def _paint_whisker(self, painter: QPainter, room: QRectF, row: Row, per_second: float) -> None:
        low, high = room.left() + row.walls.least * per_second, room.left() + row.walls.most * per_second
        middle, half = room.center().y(), room.height() / 3
        ink: QColor = self._theme.color("text")
        painter.setPen(QPen(ink, max(1.5, self._theme.px(2))))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for x in (low, high):
            painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))

    def _say(self, painter: QPainter, room: QRectF, text: str, role: str, token: str) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(room, _LEFT, QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
