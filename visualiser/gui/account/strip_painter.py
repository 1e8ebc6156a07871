"""Paints the strip: reads to writes as bars where they fit, else for each pixel column the share that is lost.

Solid survived; hollow with a triangle was lost. Nothing is kept per write: a frame costs what its pixels cost.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLine, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from visualiser.gui.account.link_painter import LinkPainter
from visualiser.gui.account.strip_layout import RULER, StripLane, View
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.picture import lane_color
from visualiser.gui.timeline.ruler import ticks
from visualiser.gui.timeline.strips import draw, mix
from visualiser.trace.versions import Numbers

GAP = 4  # above and below a bar
_BAR_ROOM = 5  # pixels of width a bar needs on average
_WIDE = 4  # pixels of a bar that is drawn among columns: a value held for long
_MOST_WIDE = 500
_CAP = 4  # height of the line of loss above the columns
_TRIANGLE = 9


class StripPainter:
    """Paints views in one theme.

    Attributes:
        bars: number of bars in the last picture.
        columns: number of pixel columns in the last picture that tell of writes.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._links = LinkPainter(theme)
        self._times = Labels(theme.font("caption"))
        self.bars = self.columns = 0

    def paint(self, painter: QPainter, rect: QRect, view: View) -> None:
        """Paint into ``rect``; its width must be that of the view's scale."""
        self.bars = self.columns = 0
        theme = self._theme
        painter.fillRect(rect, theme.color("surface"))
        lanes = rect.adjusted(0, theme.px(RULER), 0, 0)
        marks = ticks(view.scale, theme.px(100))
        painter.save()
        painter.setClipRect(lanes)
        for box in view.boxes:
            painter.fillRect(bar_of(theme, rect, box), theme.color("lane"))
        painter.setPen(theme.color("grid"))
        painter.drawLines(
            [QLine(int(one.x) + rect.left(), lanes.top(), int(one.x) + rect.left(), lanes.bottom()) for one in marks]
        )
        self._links.paint_behind(painter, rect, view)
        for box in view.boxes:
            if box.top + box.height > lanes.top() - rect.top() and box.top < rect.height():
                self._lane(painter, rect, view, box)
        self._links.paint(painter, rect, view)
        painter.restore()
        self._ruler(painter, QRect(rect.left(), rect.top(), rect.width(), theme.px(RULER)), view)

    def _lane(self, painter: QPainter, rect: QRect, view: View, box: StripLane) -> None:
        edges = view.scale.edges()
        writes, lost = box.lane.columns(edges)
        bar = bar_of(self._theme, rect, box)
        if int(writes.sum()) * _BAR_ROOM * self._theme.scale > view.scale.width:
            self._columns(painter, bar, lane_color(self._theme, box.hue), writes, lost)
            self._wide_bars(painter, bar, view, box)
        else:
            self._bars(painter, bar, view, box, box.lane.between(view.scale.when(0), view.scale.when(view.scale.width)))

    def _columns(self, painter: QPainter, bar: QRect, hue: QColor, writes: Numbers, lost: Numbers) -> None:
        """From below, solid, the share that survived; above it, pale, what is lost, under a line of warning."""
        ground, some = self._theme.color("lane"), writes > 0
        self.columns += int(np.count_nonzero(some))
        share = np.divide(lost, writes, out=np.zeros(len(writes)), where=some)
        height, cap = bar.height(), min(self._theme.px(_CAP), bar.height() // 4)
        rows = np.arange(height, dtype=np.int32)[:, None]
        pale = (cap + 1 + np.round((height - cap - 1) * share)).astype(np.int32)
        upper = np.where(some, _rgb(mix(hue, ground, 0.28)), _rgb(ground)).astype(np.uint32)
        lower = np.where(some, _rgb(hue), _rgb(ground)).astype(np.uint32)
        pixels = np.where(rows >= pale, lower, upper)
        pixels[:cap] = np.where(lost > 0, _rgb(self._theme.color("warn")), _rgb(ground))
        pixels[cap] = _rgb(ground)
        draw(painter, bar, pixels)

    def _wide_bars(self, painter: QPainter, bar: QRect, view: View, box: StripLane) -> None:
        """Who held a value for long is who destroys: that is shown even where most writes are part of a column."""
        lane, scale = box.lane, view.scale
        least = _WIDE * self._theme.scale * scale.step
        wide = lane.held(scale.when(0), scale.when(scale.width), least)
        if len(wide) <= _MOST_WIDE:
            middle = bar.adjusted(0, bar.height() // 4, 0, -(bar.height() // 4))
            self._bars(painter, middle, view, box, wide)

    def _bars(self, painter: QPainter, bar: QRect, view: View, box: StripLane, places: Numbers) -> None:
        lane, scale = box.lane, view.scale
        self.bars += len(places)
        hue, survived = lane_color(self._theme, box.hue), view.strip.account.survived[lane.numbers[places]]
        left = np.maximum((lane.read[places] - scale.start) / scale.step - scale.first, -10)
        right = np.minimum((lane.write[places] - scale.start) / scale.step - scale.first, scale.width + 10)
        for x0, x1, alive in zip(left.tolist(), right.tolist(), survived.tolist(), strict=True):
            place = QRectF(bar.left() + x0, bar.top() + 1, max(2.0, x1 - x0), bar.height() - 2)
            if alive:
                painter.fillRect(place, hue)
            else:
                self.hollow(painter, place, hue)

    def hollow(self, painter: QPainter, place: QRectF, hue: QColor) -> None:
        """A lost write: an empty box with a triangle where it was written."""
        painter.fillRect(place, mix(hue, self._theme.color("lane"), 0.16))
        painter.setPen(QPen(hue, max(1.0, self._theme.scale)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        size = min(self._theme.px(_TRIANGLE), max(4.0, place.height() / 2))
        tip = QPointF(place.right(), place.top() + place.height() / 2 - size / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("lane"), 1))
        painter.setBrush(self._theme.color("warn"))
        painter.drawPolygon(
            [tip, QPointF(tip.x() + size * 0.6, tip.y() + size), QPointF(tip.x() - size * 0.6, tip.y() + size)]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _ruler(self, painter: QPainter, ruler: QRect, view: View) -> None:
        painter.setPen(self._theme.color("border"))
        painter.drawLine(ruler.bottomLeft(), ruler.bottomRight())
        for mark in ticks(view.scale, self._theme.px(100)):
            word = self._times.word(mark.text, self._theme.color("muted"), None, 10_000)
            if word is None:
                continue
            size = word.deviceIndependentSize().toSize()
            left = ruler.left() + int(mark.x) - size.width() // 2
            if left >= ruler.left() - size.width() // 3 and left + size.width() <= ruler.right() + 1:
                painter.drawPixmap(max(left, ruler.left()), ruler.bottom() - size.height() - self._theme.px(4), word)


def bar_of(theme: Theme, rect: QRect, box: StripLane) -> QRect:
    """Where the bars of a lane go."""
    gap = theme.px(GAP if box.height > theme.px(30) else 2)
    return QRect(rect.left(), rect.top() + box.top + gap, rect.width(), max(6, box.height - 2 * gap))


def _rgb(color: QColor) -> int:
    return color.rgb() & 0xFFFFFFFF
