"""Bookmarks in the timeline: pennants below the ruler with their text where there is room, told in full by the card."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen, QPolygonF

from visualiser.gui.measure.bookmarks import Bookmarks
from visualiser.gui.measure.places import flag_strip, x_of
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.telling import Told
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.document import Bookmark
from visualiser.trace.run import Run

_PENNANT = 10  # width, at scale 1
_LEAST = 26  # pixels a text needs to be begun
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class BookmarkFlags:
    """An overlay that paints bookmarks, and a tool: a click on one opens it."""

    def __init__(self, view: TimelineView, bookmarks: Bookmarks, open_: Callable[[Bookmark], None]) -> None:
        self._view = view
        self._bookmarks = bookmarks
        self._open = open_
        self.taken: Callable[[], QRect | None] = lambda: None  # room in the strip that is another's

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint them over the lanes."""
        theme, strip = self._view.theme, flag_strip(self._view.theme, rect)
        seen = self._in_view(picture)
        for number, (x, mark) in enumerate(seen):
            end = seen[number + 1][0] if number + 1 < len(seen) else rect.width()
            self._flag(painter, theme, strip, rect.bottom(), x)
            self._text(painter, theme, strip, (x, end), mark.text)

    def _in_view(self, picture: Picture) -> list[tuple[int, Bookmark]]:
        """The flags in view from left to right, one for each column of pixels."""
        first, last = picture.scale.when(0), picture.scale.when(picture.scale.width)
        marks = self._bookmarks.all
        begin, stop = (bisect_left(marks, when, key=lambda mark: mark.when_ns) for when in (first, last))
        columns = {int(picture.scale.x(mark.when_ns)): mark for mark in reversed(marks[begin:stop])}
        return sorted(columns.items(), key=lambda item: item[0])

    def at(self, at: QPointF) -> Bookmark | None:
        """The bookmark whose flag is at a place of the view."""
        view = self._view
        if not self._bookmarks.all or not flag_strip(view.theme, view.area).contains(at.toPoint()):
            return None
        reach = view.theme.px(_PENNANT)
        near = [(at.x() - x_of(view, mark.when_ns), mark) for mark in self._bookmarks.all]
        hit = [(abs(by), number) for number, (by, _) in enumerate(near) if -reach / 2 <= by <= reach + 2]
        return near[min(hit)[1]][1] if hit else None

    def told(self, at: QPointF) -> Told | None:
        """What the card says of the bookmark there."""
        mark, run = self.at(at), self._view.run
        if mark is None or run is None:
            return None
        return Told(mark.text, (" · ".join(filter(None, (moment_text(run, mark), lane_name(run, mark)))),))

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Open the bookmark under the mouse."""
        mark = self.at(at) if event.button() == Qt.MouseButton.LeftButton else None
        if mark is not None:
            self._view.left.emit()
            self._open(mark)
        return mark is not None

    def drag(self, at: QPointF) -> None:
        """A bookmark stays where it is."""

    def release(self, at: QPointF) -> None:
        """Nothing more to do."""

    def _flag(self, painter: QPainter, theme: Theme, strip: QRect, foot: int, x: int) -> None:
        ink, left = theme.color("accent_text"), strip.left() + x
        painter.setPen(QPen(ink, max(1, theme.px(1)), Qt.PenStyle.DotLine))
        painter.drawLine(left, strip.bottom(), left, foot)
        painter.fillRect(left, strip.top() + 2, max(1, theme.px(1.5)), strip.height() - 2, ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        top, wide, high = strip.top() + theme.px(3), theme.px(_PENNANT), theme.px(11)
        painter.drawPolygon(
            QPolygonF([QPointF(left, top), QPointF(left + wide, top + high / 2), QPointF(left, top + high)])
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _text(self, painter: QPainter, theme: Theme, strip: QRect, reach: tuple[int, int], text: str) -> None:
        begin = strip.left() + reach[0] + theme.px(_PENNANT + 4)
        room = QRect(begin, strip.top(), strip.left() + reach[1] - begin - theme.px(4), strip.height())
        taken = self.taken()
        if taken is not None and taken.right() > begin:
            room.setRight(min(room.right(), taken.left() - theme.px(4)))
        if room.width() < theme.px(_LEAST):
            return
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        line = " ".join(text.split())
        painter.drawText(room, _MIDDLE, QFontMetrics(font).elidedText(line, Qt.TextElideMode.ElideRight, room.width()))


def moment_text(run: Run, mark: Bookmark) -> str:
    """``1.250000 s``: when it is, since the script's first line."""
    return f"{(mark.when_ns - run.start_ns) / 1e9:.6f} s"


def lane_name(run: Run, mark: Bookmark) -> str:
    """Name of the lane it is about, empty for all of them or for one that the run does not have."""
    known = mark.track is not None and 0 <= mark.track < len(run.tracks)
    return run.tracks[mark.track].name if known and mark.track is not None else ""
