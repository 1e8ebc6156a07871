"""Paints the visible part of a run with any QPainter: the same function serves the screen and pictures."""

from __future__ import annotations

import math

from PySide6.QtCore import QLine, QLineF, QPointF, QRect
from PySide6.QtGui import QPainter, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.arrows import ArrowPainter
from visualiser.gui.timeline.bands import BandPainter
from visualiser.gui.timeline.counters import CounterPainter
from visualiser.gui.timeline.glyphs import GlyphPainter
from visualiser.gui.timeline.group_painter import GroupPainter
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.lanes import LanePainter
from visualiser.gui.timeline.outlines import OutlinePainter
from visualiser.gui.timeline.picture import GAP, Picture, bar_of
from visualiser.gui.timeline.ruler import Tick, ticks
from visualiser.gui.timeline.stuck import StuckPainter
from visualiser.trace.run import Run

RULER = 30  # height at scale 1
_HANDLE = 13  # width of the playhead's handle


class TimelinePainter:
    """Paints pictures in one theme: each part by a painter of its own, from the ground up."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.lanes = LanePainter(theme)
        self.bands = BandPainter(theme)
        self.arrows = ArrowPainter(theme)
        self.groups = GroupPainter(theme)
        self._counters = CounterPainter(theme)
        self._glyphs = GlyphPainter(theme)
        self._stuck = StuckPainter(theme)
        self._outlines = OutlinePainter(theme)
        self._times = Labels(theme.font("caption"))

    @property
    def coloured(self) -> int:
        """Pixels of the last picture that show a state."""
        return self.lanes.coloured

    @property
    def computed(self) -> int:
        """Columns the last picture had to reduce."""
        return self.lanes.computed

    @property
    def exact(self) -> bool:
        """Whether every column of the last picture shows what truly has the most of it."""
        return self.lanes.exact

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self.lanes.forget()
        self.groups.forget()
        self._glyphs.forget()
        self.bands.forget()

    def head(self, run: Run | None) -> int:
        """Pixels above the first lane: the ruler, and the strip of the phases where there are some."""
        return self._theme.px(RULER) + self.bands.height(run)

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint into ``rect``; its width must be that of the picture's scale."""
        painter.fillRect(rect, self._theme.color("surface"))
        marks = ticks(picture.scale, self._theme.px(90))
        lanes = rect.adjusted(0, picture.layout.top, 0, 0)
        painter.save()
        painter.setClipRect(lanes)
        self._grounds(painter, lanes, rect, picture, marks)
        painter.setClipRect(self._known(lanes, picture))
        self._lanes(painter, rect, picture)
        self.bands.paint_edges(painter, lanes, picture)
        self._stuck.paint(painter, rect, picture)
        self.arrows.paint(painter, rect, picture)
        self._outlines.paint(painter, rect, picture)
        painter.restore()
        self._head(painter, rect, picture, marks)
        if not picture.whole:
            self._playhead(painter, rect, picture)
        elif picture.live:
            self._now(painter, rect, picture)

    def _known(self, lanes: QRect, picture: Picture) -> QRect:
        """The part of the lanes that has come to pass: what lies beyond is kept between frames, and never seen."""
        if picture.whole:
            return lanes
        width = min(max(math.floor(picture.scale.x(picture.now_ns)), 0), lanes.width())
        return QRect(lanes.left(), lanes.top(), width, lanes.height())

    def _grounds(self, painter: QPainter, lanes: QRect, rect: QRect, picture: Picture, marks: list[Tick]) -> None:
        ground, gap = self._theme.color("lane"), self._theme.px(GAP)
        for box in picture.layout.within(rect.height()).boxes:
            painter.fillRect(rect.left(), rect.top() + box.top + gap // 2, rect.width(), box.height - gap, ground)
        self.bands.paint_behind(painter, lanes, picture)
        painter.setPen(self._theme.color("grid"))
        painter.drawLines(
            [QLine(int(m.x) + lanes.left(), lanes.top(), int(m.x) + lanes.left(), lanes.bottom()) for m in marks]
        )

    def _lanes(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        self.lanes.begin()
        seen = picture.layout.within(rect.height())
        for box in seen.boxes:
            if self.lanes.paint(painter, rect, picture, box):
                self._glyphs.paint(painter, bar_of(self._theme, rect, box), picture, box.track)
        for level in seen.counters:
            self._counters.paint(painter, rect, picture, level)
        for header in seen.headers:
            self.groups.paint(painter, rect, picture, header)

    def _head(self, painter: QPainter, rect: QRect, picture: Picture, marks: list[Tick]) -> None:
        ruler = self._theme.px(RULER)
        high = self.bands.height(picture.run)
        strip = QRect(rect.left(), rect.top() + picture.layout.top - high, rect.width(), high)
        if high > 0:
            self.bands.paint(painter, strip, picture)
        self._ruler(painter, QRect(rect.left(), rect.top(), rect.width(), ruler), marks)

    def _ruler(self, painter: QPainter, ruler: QRect, marks: list[Tick]) -> None:
        ink = self._theme.color("muted")
        painter.setPen(self._theme.color("border"))
        painter.drawLine(ruler.bottomLeft(), ruler.bottomRight())
        for mark in marks:
            word = self._times.word(mark.text, ink, None, 10_000)
            if word is None:
                continue
            size = word.deviceIndependentSize().toSize()
            left = ruler.left() + int(mark.x) - size.width() // 2
            if left >= ruler.left() - size.width() // 3 and left + size.width() <= ruler.right() + 1:
                top = ruler.bottom() - size.height() - self._theme.px(4)
                painter.drawPixmap(max(left, ruler.left()), top, word)

    def _now(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        x = picture.scale.x(picture.run.now_ns)
        if 0 <= x < picture.scale.width:
            painter.setPen(QPen(self._theme.color("cursor"), max(1, self._theme.px(1.4))))
            left = rect.left() + int(x)
            painter.drawLine(left, rect.top() + self._theme.px(RULER) - 6, left, rect.bottom())

    def _playhead(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """A line between two columns as well, so that it creeps smoothly, with a handle on the ruler."""
        x = picture.scale.x(picture.now_ns)
        if not 0 <= x <= picture.scale.width:
            return
        at, ruler, wide = rect.left() + x, rect.top() + self._theme.px(RULER), self._theme.px(_HANDLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._theme.color("cursor")
        painter.setPen(QPen(ink, max(1.5, self._theme.scale * 1.8)))
        painter.drawLine(QLineF(at, ruler - wide, at, rect.bottom() + 1))
        painter.setBrush(ink)
        top = ruler - wide * 1.7
        painter.drawPolygon([QPointF(at - wide / 2, top), QPointF(at + wide / 2, top), QPointF(at, ruler - wide * 0.7)])
        painter.restore()
