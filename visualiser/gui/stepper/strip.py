"""The steps that were made, as boxes in time: a row for each thread, and below them what the counter was after each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visualiser.gui.stepper.thread_panel import HUES
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.stuck import draw_triangle
from visualiser.host.step_listings import SHARED
from visualiser.host.step_state import State
from visualiser.trace.interleaving import NAMES, Step

_LEFT = 74  # pixels at scale 1 for what the rows are called
_WIDEST, _NARROWEST = 104, 62
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_AT_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class Strip(QWidget):
    """Lost writes are hatched; a dashed line leads there from the write that destroyed them, with the triangle."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state: State | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Steps so far")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_state(self, state: State) -> None:
        """Show all its steps, or as many of the latest as there is room for."""
        self._state = state
        self.setAccessibleDescription(", ".join(self._told(number) for number in range(len(state.steps))) or "none")
        self.update()

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(self._theme.px(600), self._theme.px(150))

    def minimumSizeHint(self) -> QSize:
        """Three low rows."""
        return QSize(self._theme.px(300), self._theme.px(118))

    def box_of(self, number: int) -> QRectF:
        """Where step ``number`` is painted; empty if there is no room for so old a one."""
        state = self._state
        if state is None or number < self._first():
            return QRectF()
        row = NAMES.index(state.steps[number].thread)
        left = self._theme.px(_LEFT) + (number - self._first()) * self._column()
        return QRectF(left, row * self._row(), self._column(), self._row()).adjusted(2, 4, -2, -4)

    def event(self, event: QEvent) -> bool:
        """Tell a step in words where the mouse rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._state is not None:
            at = QPointF(event.pos())
            found = [number for number in range(len(self._state.steps)) if self.box_of(number).contains(at)]
            QToolTip.showText(event.globalPos(), self._told(found[0]) if found else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint rows, boxes, numbers and losses."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_rows(painter)
        state = self._state
        if state is not None:
            for number in range(self._first(), len(state.steps)):
                self._paint_box(painter, number, state.steps[number])
                self._paint_shared(painter, number)
            for number, destroyed in enumerate(state.updates.destroyed):
                self._paint_loss(painter, number, destroyed)
        painter.end()

    def _row(self) -> float:
        return (self.height() - self._theme.px(30)) / 2

    def _column(self) -> float:
        room = self.width() - self._theme.px(_LEFT)
        count = len(self._state.steps) if self._state else 0
        return min(self._theme.px(_WIDEST), max(self._theme.px(_NARROWEST), room / max(count, 1)))

    def _first(self) -> int:
        """The first step there is room for."""
        count = len(self._state.steps) if self._state else 0
        return max(0, count - int((self.width() - self._theme.px(_LEFT)) / self._column()))

    def _paint_rows(self, painter: QPainter) -> None:
        theme, row = self._theme, self._row()
        for number, name in enumerate(NAMES):
            area = QRectF(0, number * row, self.width(), row)
            painter.fillRect(area.adjusted(theme.px(_LEFT), 2, 0, -2), theme.color("lane"))
            painter.fillRect(QRectF(0, area.top() + 6, theme.px(5), row - 12), theme.lane(HUES[name]))
            painter.setFont(theme.font("title"))
            painter.setPen(theme.color("text"))
            painter.drawText(area.adjusted(theme.px(12), 0, 0, 0), _AT_LEFT, name)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("muted"))
        below = QRectF(0, 2 * row, self.width(), theme.px(30))
        painter.drawText(below.adjusted(theme.px(4), 0, 0, 0), _AT_LEFT, SHARED)
        if self._first():
            painter.drawText(QRectF(theme.px(28), 0, theme.px(_LEFT - 32), row), _MIDDLE, f"+{self._first()} ◂")

    def _paint_box(self, painter: QPainter, number: int, step: Step) -> None:
        theme, box, hue = self._theme, self.box_of(number), self._theme.lane(HUES[step.thread])
        lost = self._state is not None and number in self._state.updates.lost
        solid = step.does in ("WRITE", "ACQUIRE", "RELEASE") and not lost
        painter.setPen(QPen(hue, theme.px(2)))
        painter.setBrush(hue if solid else theme.color("surface"))
        painter.drawRoundedRect(box, theme.px(5), theme.px(5))
        if lost:
            _hatch(painter, box, hue, theme)
        ink = theme.ink(hue) if solid else theme.color("text")
        value = "lost" if lost else "" if step.value is None else str(step.value)
        upper, lower = self._words(step, value)
        half = box.height() / 2 if lower else box.height()
        sign = self._sign(box).width() if self._state is not None and self._state.updates.destroyed[number] else 0.0
        inside = box.adjusted(3 + theme.px(1), 1, -3, -1)
        font, pixels = theme.font("strong"), theme.px(15)
        _fit(painter, inside.adjusted(0, 0, 0, half - box.height()), upper, font, pixels, ink, lost)
        if lower:
            beside = inside.adjusted(0, half - 2, -sign, 0)  # the triangle stands right of the value, below the word
            _fit(painter, beside, lower, font, theme.px(17 if value else 15), ink, False)

    def _words(self, step: Step, value: str) -> tuple[str, str]:
        """What stands in a box: the step over its value, or an instruction's name in two halves."""
        if step.does:
            return step.does, value
        first, _, rest = step.instruction.split()[0].partition("_")
        return first, rest.replace("_", " ")

    def _paint_shared(self, painter: QPainter, number: int) -> None:
        """What the counter is after a step, strong where the step changed it."""
        assert self._state is not None
        step, theme = self._state.steps[number], self._theme
        changed = step.does == "WRITE"
        font = theme.font("strong" if changed else "body")
        font.setPixelSize(theme.px(16 if changed else 13))
        painter.setFont(font)
        painter.setPen(theme.color("accent_text" if changed else "faint"))
        box = self.box_of(number)
        painter.drawText(QRectF(box.left(), 2 * self._row(), box.width(), theme.px(28)), _MIDDLE, str(step.shared))

    def _paint_loss(self, painter: QPainter, number: int, destroyed: tuple[int, ...]) -> None:
        box, theme = self.box_of(number), self._theme
        if not destroyed or box.isEmpty():
            return
        assert self._state is not None
        for write in destroyed:
            other = self.box_of(write)
            if not other.isEmpty() and self._state.steps[write].thread != self._state.steps[number].thread:
                _link(painter, box, other, theme)
        disc = self._sign(box)
        size = disc.width() / 1.44
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(disc)
        place = QRectF(0, 0, size, size * 0.9)
        place.moveCenter(disc.center())
        draw_triangle(painter, place, theme)

    def _sign(self, box: QRectF) -> QRectF:
        """The disc that the triangle of a loss stands on: in the lower right corner, below the step's word."""
        wide = min(self._theme.px(28), box.height() / 2)
        return QRectF(box.right() - wide + 2, box.bottom() - wide + 2, wide, wide)

    def _told(self, number: int) -> str:
        assert self._state is not None
        step, updates = self._state.steps[number], self._state.updates
        value = "" if step.value is None else f" {step.value}"
        gone = ", its update is lost" if number in updates.lost else ""
        count = len(updates.destroyed[number])
        loss = f", destroys {count} {'update' if count == 1 else 'updates'}" if count else ""
        return f"{step.thread} {step.does or step.instruction}{value}{gone}{loss}"


def _hatch(painter: QPainter, box: QRectF, hue: QColor, theme: Theme) -> None:
    painter.save()
    painter.setClipRect(box)
    painter.setPen(QPen(hue, 1))
    step = theme.px(8)
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
        x += step
    painter.restore()


def _link(painter: QPainter, box: QRectF, other: QRectF, theme: Theme) -> None:
    """From the write that destroyed to the one that is lost, from edge to edge."""
    below = box.top() > other.top()
    start = QPointF(box.center().x(), box.top() if below else box.bottom())
    end = QPointF(other.center().x(), other.bottom() if below else other.top())
    painter.setPen(QPen(theme.color("warn"), theme.px(2.5), Qt.PenStyle.DashLine))
    painter.drawLine(start, end)


def _fit(painter: QPainter, area: QRectF, text: str, font: QFont, pixels: int, ink: QColor, struck: bool) -> None:
    """One word in the middle, as large as it fits, on a calm ground where it is struck out."""
    font.setPixelSize(pixels)
    while font.pixelSize() > 9 and QFontMetricsF(font).horizontalAdvance(text) > area.width():
        font.setPixelSize(font.pixelSize() - 1)
    font.setStrikeOut(struck)
    painter.setFont(font)
    painter.setPen(ink)
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, _MIDDLE, shown)
