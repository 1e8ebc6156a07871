"""What trying all interleavings found: a sentence, and a bar for each number the counter ended with."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from visualiser.gui.card import label
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.stuck import draw_triangle
from visualiser.host.step_listings import SHARED
from visualiser.host.step_state import Explored

_NOT_YET = "Runs every order of the steps there is, each with two new threads, and counts those that lose an update."


class AllView(QWidget):
    """Grows while the orders are run; ``go`` starts trying, and cancels it while it goes on."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.bars = _Bars(theme)
        self.sentence = label(_NOT_YET, "strong")
        self.sentence.setWordWrap(True)
        self.go = QPushButton("Try all")
        self.go.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.sentence, 1)
        row.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.bars, 1)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self.bars.set_theme(theme)

    def show_explored(self, explored: Explored | None, active: bool) -> None:
        """Show how far it is; None for another listing, of which nothing is known yet."""
        self.go.setText("Cancel" if active else "Try all")
        if explored is None:
            self.sentence.setText(_NOT_YET)
        elif active:
            done = explored.tried + explored.impossible
            self.sentence.setText(f"{done:,} of {explored.total:,} orders; {explored.losing:,} lose an update so far.")
        else:
            self.sentence.setText(explored.told())
        self.sentence.setAccessibleName(self.sentence.text())
        self.bars.show_explored(explored)


class _Bars(QWidget):
    """One bar a number, as long as its share of the orders."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._explored: Explored | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What the counter ended with")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_explored(self, explored: Explored | None) -> None:
        self._explored = explored
        counts = explored.distribution.items() if explored else ()
        self.setAccessibleDescription(", ".join(f"{SHARED} {value}: {orders} orders" for value, orders in counts))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self._theme.px(84))

    def paintEvent(self, event: QPaintEvent) -> None:
        explored = self._explored
        if explored is None or not explored.tried:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        counts, above = explored.distribution, self._theme.px(8)
        if not explored.over:
            self._paint_progress(painter, (explored.tried + explored.impossible) / explored.total)
        row = min(self._theme.px(34.0), (self.height() - above) / len(counts))
        for number, (value, orders) in enumerate(counts.items()):
            area = QRectF(0, above + number * row, self.width(), row)
            self._paint(painter, area, value, orders, explored)
        painter.end()

    def _paint_progress(self, painter: QPainter, share: float) -> None:
        high = self._theme.px(4)
        painter.fillRect(QRectF(0, 0, self.width(), high), self._theme.color("lane"))
        painter.fillRect(QRectF(0, 0, self.width() * share, high), self._theme.color("accent"))

    def _paint(self, painter: QPainter, area: QRectF, value: int, orders: int, explored: Explored) -> None:
        theme, lost = self._theme, explored.expected - value
        left, right = theme.px(112), theme.px(190)
        font = theme.font("strong")
        font.setPixelSize(min(theme.px(16), max(9, round(area.height() * 0.6))))
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(area, _LEFT, f"{SHARED} {value}")
        longest = max(explored.distribution.values())
        bar = QRectF(left, area.top() + 3, (area.width() - left - right) * orders / longest, area.height() - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("warn" if lost else "ok"))
        painter.drawRoundedRect(bar, theme.px(3), theme.px(3))
        painter.setPen(theme.color("text"))
        words = f"{orders:,} {'order' if orders == 1 else 'orders'}"
        after = area.adjusted(bar.right() + theme.px(8), 0, 0, 0)
        painter.drawText(after, _LEFT, words)
        if lost:
            at = after.left() + painter.fontMetrics().horizontalAdvance(words) + theme.px(12)
            size = min(theme.px(17.0), area.height() * 0.7)
            draw_triangle(painter, QRectF(at, area.center().y() - size * 0.48, size, size * 0.9), theme)
            painter.setPen(theme.color("text"))
            painter.drawText(area.adjusted(at + size + theme.px(6), 0, 0, 0), _LEFT, f"{lost} lost")


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
