"""Threads that wait for each other in a ring: who they are, and their mark on the lanes."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.as_of import cut, is_all, now_of
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.picture import Picture, bar_of, split_name
from visualiser.trace.run import Run
from visualiser.trace.track import Track


class Stuck(NamedTuple):
    """A thread of the ring, the lock it waits for and who holds that."""

    track: Track
    moment: int  # ns: in the middle of its time in the ring
    lock: str
    holder: str

    @property
    def words(self) -> tuple[str, str]:
        """Both halves of the sentence about it."""
        return f"waits for {self.lock},", f"held by {self.holder}"


def stuck_threads(run: Run | None, until: int | None = None) -> list[Stuck]:
    """The threads of a deadlock that lasts at ``until`` (ns, None: now), or lasted until the run was ended."""
    lasting = run.lock_holders.lasting(None if is_all(run, until) else until) if run else []
    if run is None or not lasting:
        return []
    begin, end = lasting[-1].begin, lasting[-1].end
    now = now_of(run, until)
    last = max(begin, (now if end is None else min(end, now)) - 1)
    graph = run.lock_holders.graph(last)
    holder = dict(graph.holds)
    return [
        Stuck(track, (begin + last) // 2, str(lock), split_name(holder[lock])[0])
        for track, lock in graph.waits
        if track in lasting[-1].threads and lock in holder
    ]


def draw_triangle(painter: QPainter, place: QRectF, theme: Theme) -> None:
    """The sign that something is wrong: a triangle with a stroke and a dot."""
    ink, on = theme.color("warn"), theme.color("on_warn")
    painter.setPen(
        QPen(ink, place.width() * 0.12, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(ink)
    middle = place.center().x()
    painter.drawPolygon([QPointF(middle, place.top() + 1), place.bottomRight(), place.bottomLeft()])
    painter.setPen(QPen(on, place.width() * 0.13, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    high = place.height()
    painter.drawLine(QPointF(middle, place.top() + high * 0.38), QPointF(middle, place.top() + high * 0.66))
    painter.drawPoint(QPointF(middle, place.top() + high * 0.87))


class StuckPainter:
    """Frames the waits of a deadlock in one theme and says what each waits for."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._words = Labels(theme.font("tag"))

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint over the lanes of the threads that are stuck."""
        for stuck in stuck_threads(picture.run, picture.until_ns):
            self._mark(painter, rect, picture, stuck)

    def _mark(self, painter: QPainter, rect: QRect, picture: Picture, stuck: Stuck) -> None:
        box = picture.layout.box_of(stuck.track)
        span = stuck.track.lane.span_at(stuck.moment)
        if box is None or span is None:
            return
        bar = bar_of(self._theme, rect, box)
        left, right = picture.spans_x(span.start, cut(span, picture.now_ns).end)
        if right <= left:
            return
        frame = QRectF(bar.left() + left, bar.top(), max(right - left, 3), bar.height())
        painter.setPen(QPen(self._theme.color("warn"), self._theme.px(2), Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
        self._say(painter, frame.toRect().intersected(rect), " ".join(stuck.words))

    def _say(self, painter: QPainter, room: QRect, text: str) -> None:
        theme = self._theme
        sign = min(theme.px(15), room.height() - 4)
        word = self._words.word(text, theme.color("text"), self._ground(), room.width() - sign - theme.px(14))
        if sign < 8 or room.width() < sign + theme.px(8):
            return
        wide = sign + theme.px(4) + (int(word.deviceIndependentSize().width()) if word is not None else 0)
        left, middle = room.center().x() - wide // 2, room.center().y()
        painter.fillRect(QRect(left - 3, middle - sign // 2 - 3, wide + 6, sign + 6), self._ground())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_triangle(painter, QRectF(left, middle - sign / 2, sign, sign * 0.9), theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if word is not None:
            high = int(word.deviceIndependentSize().height())
            painter.drawPixmap(QPoint(left + sign + theme.px(4), middle - high // 2), word)

    def _ground(self) -> QColor:
        return self._theme.color("lane")
