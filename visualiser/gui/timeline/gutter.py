"""The names left of the lanes: who it is, and what it is doing now."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.painter import lane_color
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.states import State

WIDTH = 168  # at scale 1
_TWO_LINES = 38  # least height of a lane that gets its state as a second line


class Gutter(QWidget):
    """Paints the lanes' names beside ``view``."""

    def __init__(self, theme: Theme, view: TimelineView) -> None:
        super().__init__()
        self._view = view
        self.setAccessibleName("Lanes")
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
        painter.setClipRect(QRect(0, self._view.painter.ruler_height, self.width(), self.height()))
        for box in self._view.layout_of_lanes.boxes:
            self._name(painter, box)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the lanes."""
        self._view.scroll_lanes(self._view.scrolled - event.angleDelta().y() // 3)

    def _name(self, painter: QPainter, box: LaneBox) -> None:
        theme = self._theme
        bar = QRectF(theme.px(4), box.top + box.height * 0.2, theme.px(5), box.height * 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(lane_color(theme, box.hue))
        painter.drawRoundedRect(bar, theme.px(2), theme.px(2))
        room = QRect(theme.px(17), box.top, self.width() - theme.px(21), box.height)
        name, work = split_name(box.track.name)
        if box.height >= theme.px(_TWO_LINES):
            half = box.height // 2
            under = " · ".join(part for part in (self._state(box), work) if part)
            self._text(painter, room.adjusted(0, 0, 0, -half), name, "strong", "text", Qt.AlignmentFlag.AlignBottom)
            self._text(painter, room.adjusted(0, half, 0, 0), under, "caption", "muted", Qt.AlignmentFlag.AlignTop)
        else:
            self._text(painter, room, name, "strong", "text", Qt.AlignmentFlag.AlignVCenter)

    def _text(self, painter: QPainter, room: QRect, text: str, role: str, token: str, where: Qt.AlignmentFlag) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, where | Qt.AlignmentFlag.AlignLeft, shown)

    def _state(self, box: LaneBox) -> str:
        run = self._view.run
        lane = box.track.lane
        state = State(int(lane.state[-1])) if len(lane) else State.NONE
        if box.track.end_ns is not None or (run is not None and run.finished) or state is State.NONE:
            process = run.processes.get(box.track.pid) if run is not None else None
            return "killed" if process is not None and process.was_killed else "ended"
        return WORDS[state]


def split_name(name: str) -> tuple[str, str]:
    """``Thread-1 (fetch_url)``, as threading names its threads, in two: the name and what it works on."""
    head, bracket, tail = name.partition(" (")
    return (head, tail[:-1]) if bracket and tail.endswith(")") else (name, "")
