"""Paints the visible part of a run with any QPainter: the same function serves the screen and pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLine, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.forms import TAGS
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.lane_layout import LaneBox, LaneLayout
from visualiser.gui.timeline.ruler import Tick, ticks
from visualiser.gui.timeline.strips import Ink, Marks, StripPainter, draw, edges
from visualiser.lab.layout import Kind
from visualiser.trace.lane import Span
from visualiser.trace.row import Row
from visualiser.trace.row_cache import RowCache
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale
from visualiser.trace.track import Track

RULER = 30  # height at scale 1
_GAP = 5  # between lanes
_STRIP = 4  # height of the hidden-state strip
_LABEL_ROOM = 40  # least width of a box that gets a word
_MOST_LABELS = 300
_TICK_ROOM = 6  # pixels a tick needs on average


@dataclass(frozen=True)
class Picture:
    """What to paint: a run under a scale, laid out in lanes."""

    run: Run
    scale: TimeScale
    layout: LaneLayout
    live: bool = False
    moving: bool = False  # the scale changes from frame to frame
    selected: tuple[Track, Span] | None = None
    hovered: tuple[Track, Span] | None = None


class TimelinePainter:
    """Paints pictures in one theme; keeps rows, strips and words between frames."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rows: dict[int, RowCache] = {}
        self._strips: dict[tuple[int | None, int], StripPainter] = {}
        self._inks: dict[tuple[int | None, bool], QColor] = {}
        self._lane = theme.color("lane")
        self._labels = Labels(theme.font("tag"))
        self._times = Labels(theme.font("caption"))
        self.coloured = 0  # pixels of the last picture that show a state
        self.computed = 0  # columns the last picture had to reduce
        self.exact = True  # whether every column of the last picture shows what truly has the most of it

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._rows.clear()

    @property
    def ruler_height(self) -> int:
        """Pixels above the first lane."""
        return self._theme.px(RULER)

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint into ``rect``; its width must be that of the picture's scale."""
        painter.fillRect(rect, self._theme.color("surface"))
        marks = ticks(picture.scale, self._theme.px(90))
        lanes = QRect(rect.left(), rect.top() + self.ruler_height, rect.width(), rect.height() - self.ruler_height)
        painter.save()
        painter.setClipRect(lanes)
        self._grounds(painter, lanes, picture.layout, marks)
        self.coloured = self.computed = 0
        self.exact = True
        room = _MOST_LABELS
        for box in picture.layout.boxes:
            if box.top + box.height > lanes.top() - rect.top() and box.top < rect.height():
                room -= self._paint_lane(painter, rect, picture, box, room)
        self._outlines(painter, rect, picture)
        painter.restore()
        self._ruler(painter, rect, marks)
        if picture.live:
            self._now(painter, rect, picture)

    def _grounds(self, painter: QPainter, lanes: QRect, layout: LaneLayout, marks: list[Tick]) -> None:
        ground, gap = self._theme.color("lane"), self._theme.px(_GAP)
        for box in layout.boxes:
            painter.fillRect(lanes.left(), box.top + gap // 2, lanes.width(), box.height - gap, ground)
        painter.setPen(self._theme.color("grid"))
        painter.drawLines(
            [QLine(int(m.x) + lanes.left(), lanes.top(), int(m.x) + lanes.left(), lanes.bottom()) for m in marks]
        )

    def _paint_lane(self, painter: QPainter, rect: QRect, picture: Picture, box: LaneBox, room: int) -> int:
        """One lane; returns how many words it took."""
        row = self._row(picture, box.track)
        alive = np.flatnonzero(row.main)
        if not len(alive):
            return 0
        first, stop = int(alive[0]), int(alive[-1]) + 1
        row = Row(row.main[first:stop], row.hidden[first:stop])
        self.coloured += stop - first
        bar = self._bar(rect, box)
        strip = self._strip(box.hue, bar.height())
        marked = edges(row)
        pixels = strip.pixels(row, picture.scale.first + first, marked)
        draw(painter, QRect(bar.left() + first, bar.top(), stop - first, bar.height()), pixels)
        if row.hidden.any():
            under = QRect(bar.left() + first, bar.bottom() + 2, stop - first, self._theme.px(_STRIP))
            draw(painter, under, strip.hidden(row))
        self._marks(painter, bar, picture, box.track)
        return self._words(painter, bar, picture, box, row, marked, first, room)

    def _row(self, picture: Picture, track: Track) -> Row:
        cache = self._rows.setdefault(track.id, RowCache())
        row = cache.row(track.lane, picture.scale, picture.moving)
        self.computed += cache.computed
        self.exact &= cache.exact
        return row

    def _bar(self, rect: QRect, box: LaneBox) -> QRect:
        """Where the lane's forms go: above the strip that tells of hidden states."""
        gap, strip = self._theme.px(_GAP), self._theme.px(_STRIP)
        height = max(6, box.height - 2 * gap - strip)
        return QRect(rect.left(), rect.top() + box.top + gap, rect.width(), height)

    def _strip(self, hue: int | None, height: int) -> StripPainter:
        key = (hue if hue is None else hue % len(self._theme.lanes), height)
        if key not in self._strips:
            self._strips[key] = StripPainter(self._ink(hue), height, max(1, round(self._theme.scale)))
        return self._strips[key]

    def _ink(self, hue: int | None) -> Ink:
        theme = self._theme
        return Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))

    def _words(
        self,
        painter: QPainter,
        bar: QRect,
        picture: Picture,
        box: LaneBox,
        row: Row,
        marked: Marks,
        first: int,
        room: int,
    ) -> int:
        if bar.height() < self._theme.px(14):
            return 0
        used = 0
        least = self._theme.px(_LABEL_ROOM)
        for begin, stop in _wide(row, marked, least):
            if used >= room:
                break
            span = box.track.lane.span_at(picture.scale.when(first + (begin + stop) / 2))
            text = self._word(picture.run, span) if span else ""
            if text:
                self._word_in(
                    painter, QRect(bar.left() + first + begin, bar.top(), stop - begin, bar.height()), text, box, span
                )
                used += 1
        return used

    def _word(self, run: Run, span: Span) -> str:
        if span.state in (State.RUN, State.READY):
            return run.names[span.ref].label if span.ref else ""
        return TAGS.get(span.state, "")

    def _word_in(self, painter: QPainter, room: QRect, text: str, box: LaneBox, span: Span | None) -> None:
        runs = span is not None and span.state is State.RUN
        word = self._labels.word(text, self._word_ink(box.hue, runs), None if runs else self._lane, room.width() - 4)
        if word is not None:
            size = word.deviceIndependentSize().toSize()
            painter.drawPixmap(room.center() - QPoint(size.width() // 2, size.height() // 2), word)

    def _word_ink(self, hue: int | None, runs: bool) -> QColor:
        """Ink of a word on a bar of that hue, or on a waiting box."""
        if (hue, runs) not in self._inks:
            theme = self._theme
            self._inks[hue, runs] = theme.ink(lane_color(theme, hue)) if runs else theme.color("text")
        return self._inks[hue, runs]

    def _marks(self, painter: QPainter, bar: QRect, picture: Picture, track: Track) -> None:
        """Little ticks on top of the bar where the thread printed; none where they would become a band."""
        t = track.marks.t.view
        if not len(t):
            return
        visible = picture.scale.edges(0, picture.scale.width)[[0, -1]]
        first, stop = t.searchsorted(visible)
        printed = t[first:stop][track.marks.kind.view[first:stop] == Kind.PRINT]
        x = np.unique(((printed - picture.scale.start) / picture.scale.step).astype(np.int64) - picture.scale.first)
        if len(x) > bar.width() // _TICK_ROOM:
            return
        painter.setPen(QPen(self._theme.color("text"), max(1, self._theme.px(1.5))))
        top, length = bar.top() - 1, self._theme.px(6)
        painter.drawLines([QLine(bar.left() + at, top, bar.left() + at, top + length) for at in x.tolist()])

    def _outlines(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        for chosen, token in ((picture.hovered, "muted"), (picture.selected, "accent")):
            box = picture.layout.box_of(chosen[0]) if chosen else None
            if chosen is None or box is None:
                continue
            bar = self._bar(rect, box)
            left = max(picture.scale.x(chosen[1].start), -10.0)
            right = min(picture.scale.x(chosen[1].end), picture.scale.width + 10.0)
            painter.setPen(QPen(self._theme.color(token), self._theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(bar.left() + left - 1, bar.top() - 2, max(right - left, 2) + 2, bar.height() + 4))

    def _ruler(self, painter: QPainter, rect: QRect, marks: list[Tick]) -> None:
        ink = self._theme.color("muted")
        line = self._theme.color("border")
        painter.setPen(line)
        bottom = rect.top() + self.ruler_height - 1
        painter.drawLine(rect.left(), bottom, rect.right(), bottom)
        for mark in marks:
            word = self._times.word(mark.text, ink, None, 10_000)
            if word is None:
                continue
            size = word.deviceIndependentSize().toSize()
            left = rect.left() + int(mark.x) - size.width() // 2
            if left >= rect.left() - size.width() // 3 and left + size.width() <= rect.right() + 1:
                painter.drawPixmap(max(left, rect.left()), bottom - size.height() - self._theme.px(4), word)

    def _now(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        x = picture.scale.x(picture.run.now_ns)
        if 0 <= x < picture.scale.width:
            painter.setPen(QPen(self._theme.color("cursor"), max(1, self._theme.px(1.4))))
            painter.drawLine(
                rect.left() + int(x), rect.top() + self.ruler_height - 6, rect.left() + int(x), rect.bottom()
            )


def lane_color(theme: Theme, hue: int | None) -> QColor:
    """Hue of a lane; None is the neutral one."""
    return theme.color("outline") if hue is None else theme.lane(hue)


def _wide(row: Row, marked: Marks, least: int) -> list[tuple[int, int]]:
    """Stretches of columns of one state, at least ``least`` wide, cut where a wait was left in between: first, stop."""
    main = row.main
    begins = main[1:] != main[:-1]
    begins |= marked[1:]
    cuts = np.concatenate(([0], np.flatnonzero(begins) + 1, [len(main)]))
    wide = np.flatnonzero((np.diff(cuts) >= least) & (main[cuts[:-1]] != State.NONE))
    return [(int(cuts[i]), int(cuts[i + 1])) for i in wide]
