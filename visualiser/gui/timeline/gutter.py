"""The names left of the lanes: who it is, and what it is doing now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.core_words import about_cores
from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.lane_layout import CounterBox, HeaderBox, LaneBox
from visualiser.gui.timeline.picture import lane_color, split_name
from visualiser.gui.timeline.stuck import Stuck, draw_triangle, stuck_threads
from visualiser.gui.timeline.telling import amount
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.counters import Counter
from visualiser.trace.states import State

WIDTH = 168  # at scale 1
_TWO_LINES = 38  # least height of a lane that gets its state as a second line
_LINE = 15  # height of such a line
_INDENT = 11  # of a task under its event loop
_TRIANGLE = 18  # width of the place to click at left of a header's name
_CORNERS = {True: ((0.0, -0.55), (0.9, 0.0), (0.0, 0.55)), False: ((0.0, -0.4), (1.1, -0.4), (0.55, 0.5))}
_FOLD = {
    True: "Click the triangle to show its lanes; the strip is full where all its threads run",
    False: "Click the triangle to fold its lanes",
}


class Gutter(QWidget):
    """Paints the lanes' names beside ``view``."""

    def __init__(self, theme: Theme, view: TimelineView) -> None:
        super().__init__()
        self._view = view
        self.setAccessibleName("Lanes")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing behind has to be painted
        self.set_theme(theme)
        view.laid_out.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.setFixedWidth(theme.px(WIDTH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names of the visible lanes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        layout = self._view.layout_of_lanes
        painter.setClipRect(QRect(0, layout.top, self.width(), self.height()))
        stuck = {one.track.id: one for one in stuck_threads(self._view.run)}
        seen = layout.within(self.height())
        for box in seen.boxes:
            self._lane(painter, box, stuck.get(box.track.id))
        for level in seen.counters:
            self._counter(painter, level)
        for header in seen.headers:
            self._header(painter, header)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell of the lane under the mouse on which cores it was, where that is known."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(event.pos().y()), self)
            return True
        return super().event(event)

    def told_at(self, y: float) -> str:
        """What is to be said of the lane at a height, one thing a line; nothing where there is nothing to say."""
        header = self._view.layout_of_lanes.header_at(y)
        if header is not None:
            return f"{header.group.title}: {header.group.words}\n{_FOLD[header.folded]}"
        run, box = self._view.run, self._view.layout_of_lanes.at(y)
        lines = about_cores(run, box.track) if run is not None and box is not None else ()
        return "\n".join((box.track.name, *lines)) if box is not None and lines else ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the lanes."""
        self._view.scroll_lanes(self._view.scrolled - event.angleDelta().y() // 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold at a header's triangle, choose the header beside it."""
        layout, y = self._view.layout_of_lanes, event.position().y()
        header = layout.header_at(y) if y >= layout.top else None
        if header is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._view.setFocus()
        if event.position().x() < self._theme.px(_TRIANGLE):
            self._view.folding.turn(header)
        else:
            self._view.folding.click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold anywhere on a header."""
        layout, y = self._view.layout_of_lanes, event.position().y()
        header = layout.header_at(y) if y >= layout.top else None
        if header is not None:
            self._view.folding.turn(header)

    def _header(self, painter: QPainter, header: HeaderBox) -> None:
        theme, middle = self._theme, header.top + header.height / 2
        painter.fillRect(QRect(0, header.top, self.width(), header.height), theme.color("raised"))
        chosen = self._view.arrangement.grouping.chosen == header.group.key
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if chosen else "text"))
        left, size = theme.px(4), theme.px(9)
        painter.drawPolygon([QPointF(left + x * size, middle + y * size) for x, y in _CORNERS[header.folded]])
        room = QRect(theme.px(_TRIANGLE), header.top, self.width() - theme.px(_TRIANGLE + 4), header.height - 1)
        line = room.height() // 2
        self._text(painter, room.adjusted(0, 2, 0, -line), header.group.title, "strong", "text")
        self._text(painter, room.adjusted(0, line, 0, -2), header.group.words, "caption", "muted")
        painter.setPen(theme.color("accent" if chosen else "border"))
        painter.drawLine(0, header.top + header.height - 1, self.width(), header.top + header.height - 1)

    def _lane(self, painter: QPainter, box: LaneBox, stuck: Stuck | None) -> None:
        theme = self._theme
        inset = theme.px(_INDENT) if box.indented else 0
        bar = QRectF(theme.px(4) + inset, box.top + box.height * 0.2, theme.px(5), box.height * 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(lane_color(theme, box.hue))
        painter.drawRoundedRect(bar, theme.px(2), theme.px(2))
        room = QRect(theme.px(17) + inset, box.top, self.width() - theme.px(21) - inset, box.height)
        if stuck is not None:
            room.setRight(room.right() - self._warn(painter, box))
        name, work = split_name(box.track)
        under = stuck.words if stuck is not None else (" · ".join(part for part in (self._state(box), work) if part),)
        self._lines(painter, room, name, under)

    def _warn(self, painter: QPainter, box: LaneBox) -> int:
        """A triangle at the right; returns the width it takes."""
        size = min(self._theme.px(15), box.height - 6)
        middle = box.top + box.height / 2
        draw_triangle(painter, QRectF(self.width() - size - 6, middle - size / 2, size, size * 0.9), self._theme)
        return size + self._theme.px(8)

    def _counter(self, painter: QPainter, box: CounterBox) -> None:
        theme, run = self._theme, self._view.run
        if run is None:
            return
        color = theme.color("accent") if box.hue is None else lane_color(theme, box.hue)
        painter.setPen(QPen(color, theme.px(2)))
        middle, left = box.top + box.height * 0.5, theme.px(4)
        steps = ((0, 4), (3, 4), (3, -1), (6, -1), (6, -5), (9, -5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline([QPointF(left + theme.px(x), middle + theme.px(y)) for x, y in steps])
        room = QRect(theme.px(17), box.top, self.width() - theme.px(21), box.height)
        self._lines(painter, room, box.counter.name, (value_text(box.counter, run.now_ns, run.finished),))

    def _lines(self, painter: QPainter, room: QRect, name: str, under: Sequence[str]) -> None:
        """The name, and as many of the lines ``under`` it as fit; all of them in one line where only one fits."""
        theme = self._theme
        if room.height() < theme.px(_TWO_LINES):
            self._text(painter, room, name, "strong", "text")
            return
        if room.height() < theme.px(_TWO_LINES + (len(under) - 1) * _LINE):
            under = (" ".join(under),)
        line, first = theme.px(_LINE), theme.px(_LINE + 2)
        top = room.top() + (room.height() - first - len(under) * line) // 2
        name_room = QRect(room.left(), top, room.width(), first)
        self._text(painter, name_room, name, "strong", "text")
        for number, text in enumerate(under):
            place = QRect(room.left(), top + first + number * line, room.width(), line)
            self._text(painter, place, text, "caption", "muted")

    def _text(self, painter: QPainter, room: QRect, text: str, role: str, token: str) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        # Names often differ in their last letters only.
        how = Qt.TextElideMode.ElideMiddle if role == "strong" else Qt.TextElideMode.ElideRight
        shown = QFontMetrics(font).elidedText(text, how, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _state(self, box: LaneBox) -> str:
        run = self._view.run
        lane = box.track.lane
        state = State(int(lane.state[-1])) if len(lane) else State.NONE
        if box.track.end_ns is not None or (run is not None and run.finished) or state is State.NONE:
            process = run.processes.get(box.track.pid) if run is not None else None
            return "killed" if process is not None and process.was_killed else "ended"
        return WORDS[state]


def value_text(counter: Counter, now: int, finished: bool) -> str:
    """What a counter is now, and after the run its highest value."""
    if finished:
        return f"at most {amount(float(counter.value.max()), counter.unit)}" if len(counter) else ""
    return amount(counter.at(now), counter.unit)
