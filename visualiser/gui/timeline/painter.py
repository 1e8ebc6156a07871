"""Paints the visible part of a run with any QPainter: the same function serves the screen and pictures."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.arrows import ArrowPainter
from visualiser.gui.timeline.bands import BandPainter
from visualiser.gui.timeline.counters import CounterPainter
from visualiser.gui.timeline.glyphs import GlyphPainter
from visualiser.gui.timeline.grounds import ground_of, paint_grounds
from visualiser.gui.timeline.group_painter import GroupPainter
from visualiser.gui.timeline.labels import Labels, is_vector
from visualiser.gui.timeline.lanes import LanePainter
from visualiser.gui.timeline.outlines import OutlinePainter
from visualiser.gui.timeline.picture import GAP, Picture
from visualiser.gui.timeline.ruler import Tick, ticks
from visualiser.gui.timeline.sheet import Ground
from visualiser.gui.timeline.strips import rgb
from visualiser.gui.timeline.stuck import StuckPainter
from visualiser.gui.timeline.vector_lanes import VectorLanes
from visualiser.trace.run import Run

RULER = 30  # height at scale 1
_HANDLE = 13  # width of the playhead's handle
_MOST_TICKS = 2000


class TimelinePainter:
    """Paints pictures in one theme: each part by a painter of its own, from the ground up."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.lanes = LanePainter(theme)
        self._vector_lanes = VectorLanes(theme)
        self.bands = BandPainter(theme)
        self.arrows = ArrowPainter(theme)
        self.groups = GroupPainter(theme)
        self._counters = CounterPainter(theme)
        self._glyphs = GlyphPainter(theme)
        self._stuck = StuckPainter(theme)
        self._outlines = OutlinePainter(theme)
        self._times = Labels(theme.font("caption"))
        self._ticks: dict[str, tuple[QPixmap, int, int]] = {}

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
        marks = ticks(picture.scale, self._theme.px(90))
        lanes = rect.adjusted(0, picture.layout.top, 0, 0)
        painter.save()
        painter.setClipRect(lanes)
        self._lanes(painter, rect, lanes, picture, self._ground(picture, marks))
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

    def _known(self, lanes: QRect, picture: Picture) -> int:
        """How many columns of the lanes have come to pass: what lies beyond is kept between frames, and never seen."""
        if picture.whole:
            return lanes.width()
        return min(max(math.floor(picture.scale.x(picture.now_ns)), 0), lanes.width())

    def _ground(self, picture: Picture, marks: list[Tick]) -> Ground:
        """The colours of each column between and on the lanes: tinted by phases, with the ruler's lines."""
        ground = self.bands.grounds(picture)
        columns = [column for mark in marks if 0 <= (column := int(mark.x)) < picture.scale.width]
        ground[:, columns] = rgb(self._theme.color("grid"))
        return ground

    def _lanes(self, painter: QPainter, rect: QRect, lanes: QRect, picture: Picture, ground: Ground) -> None:
        seen, known = picture.layout.within(rect.height()), self._known(lanes, picture)
        lane_painter = self._vector_lanes if is_vector(painter) else self.lanes
        places = lane_painter.paint(painter, rect, picture, seen.boxes, ground)
        if known < lanes.width():
            boxes = [ground_of(rect, box, self._theme.px(GAP)) for box in seen.boxes]
            paint_grounds(painter, lanes, boxes, ground, known)
            painter.setClipRect(QRect(lanes.left(), lanes.top(), known, lanes.height()))
        for box, bar in places:
            self._glyphs.paint(painter, bar, picture, box.track)
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
        painter.fillRect(ruler, self._theme.color("surface"))
        ink = self._theme.color("muted")
        painter.setPen(self._theme.color("border"))
        painter.drawLine(ruler.bottomLeft(), ruler.bottomRight())
        for mark in marks:
            if mark.text not in self._ticks:
                self._ticks[mark.text] = self._tick(mark.text, ink)
            word, width, height = self._ticks[mark.text]
            left = ruler.left() + int(mark.x) - width // 2
            if left >= ruler.left() - width // 3 and left + width <= ruler.right() + 1:
                place = QRect(max(left, ruler.left()), ruler.bottom() - height - self._theme.px(4), width, height)
                self._times.put(painter, place, mark.text, word, ink)

    def _tick(self, text: str, ink: QColor) -> tuple[QPixmap, int, int]:
        """The words of a tick, and their size."""
        if len(self._ticks) > _MOST_TICKS:
            self._ticks.clear()
        word = self._times.word(text, ink, None, 10_000) or QPixmap()
        size = word.deviceIndependentSize().toSize()
        return word, size.width(), size.height()

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
