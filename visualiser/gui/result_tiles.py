"""Paints results as big numbers over their names; lost updates carry a warning triangle as well as its colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.numbers import number_text
from visualiser.gui.theme import Theme

FIRST = ("expected", "counter", "lost")
WAITING = "–"
_LEAST_WIDTH = 92


class ResultTiles(QWidget):
    """A row, or more where one is too narrow, of numbers."""

    def __init__(self, theme: Theme, first: Sequence[str] = FIRST) -> None:
        super().__init__()
        self._theme = theme
        self._first = first
        self._results: dict[str, Any] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Results")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and sizes."""
        self._theme = theme
        self._fit()

    def show_results(self, results: dict[str, Any]) -> None:
        """Show these numbers: what is known of a race first, then as the script has them."""
        order = [name for name in self._first if name in results]
        self._results = {name: results[name] for name in [*order, *(n for n in results if n not in order)]}
        self.setAccessibleDescription(", ".join(f"{name} {number_text(v)}" for name, v in self._results.items()))
        self.setVisible(bool(results))
        self._fit()

    def wait(self) -> None:
        """Keep the names and take the numbers away, until there are new ones."""
        self.show_results(dict.fromkeys(self._results, None))

    def texts(self) -> dict[str, str]:
        """What is painted, by name."""
        return {name: _text(value) for name, value in self._results.items()}

    def sizeHint(self) -> QSize:
        """Room for all rows at the present width."""
        return QSize(self._theme.px(_LEAST_WIDTH), self._rows() * self._row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other widths take other rows."""
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every number over its name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self.width() / self._columns(), self._row_height()
        for number, (name, value) in enumerate(self._results.items()):
            row, column = divmod(number, self._columns())
            self._paint(painter, QRectF(column * width, row * height, width - self._theme.px(14), height), name, value)
        painter.end()

    def _paint(self, painter: QPainter, area: QRectF, name: str, value: object) -> None:
        warned = name == "lost" and bool(value)
        painter.setPen(self._theme.color(_token(name, value)))
        painter.setFont(self._theme.font("big"))
        metrics = QFontMetricsF(painter.font())
        indent = self._theme.px(26) if warned else 0
        upper = area.adjusted(indent, 0, 0, metrics.height() - area.height())
        _shrink_to_fit(painter, _text(value), upper.width())
        painter.drawText(upper, _MIDDLE, _text(value))
        if warned:
            self._paint_triangle(painter, QRectF(area.left(), upper.top(), indent, upper.height()))
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("muted"))
        lower = area.adjusted(0, metrics.height(), 0, 0)
        shown = QFontMetricsF(painter.font()).elidedText(words_of(name), Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)

    def _paint_triangle(self, painter: QPainter, area: QRectF) -> None:
        half, center = self._theme.px(10), area.center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("warn"))
        middle = QPointF(area.left() + half, center.y())
        corners = [QPointF(0, -half * 0.9), QPointF(half, half * 0.85), QPointF(-half, half * 0.85)]
        painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))
        painter.setFont(self._theme.font("tag"))
        painter.setPen(self._theme.color("on_warn"))
        painter.drawText(QRectF(middle.x() - half, middle.y() - half * 0.55, 2 * half, half * 1.4), _CENTER, "!")

    def _columns(self) -> int:
        return max(1, min(len(self._results), self.width() // self._theme.px(_LEAST_WIDTH), 4))

    def _rows(self) -> int:
        return -(-len(self._results) // self._columns())

    def _row_height(self) -> int:
        big, small = (QFontMetricsF(self._theme.font(role)).height() for role in ("big", "small"))
        return round(big + small) + self._theme.px(4)

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()


_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTER = Qt.AlignmentFlag.AlignCenter


def _text(value: object) -> str:
    return WAITING if value is None else number_text(value)


def words_of(name: str) -> str:
    """What stands under the number of that name."""
    return "lost updates" if name == "lost" else name.replace("_", " ")


def _token(name: str, value: object) -> str:
    if value is None:
        return "faint"
    if name == "lost":
        return "warn" if value else "ok"
    return "accent_text" if name == "counter" else "text"


def _shrink_to_fit(painter: QPainter, text: str, width: float) -> None:
    font = painter.font()
    while font.pixelSize() > 10 and QFontMetricsF(font).horizontalAdvance(text) > width:
        font.setPixelSize(font.pixelSize() - 1)
    painter.setFont(font)
