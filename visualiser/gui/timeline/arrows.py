"""Paints arrows from where something was handed over to where it was taken: few enough to read, or none."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import Picture, bar_of
from visualiser.trace.flows import Flow, FlowKind
from visualiser.trace.lane import Span
from visualiser.trace.track import Track

Ends = tuple[int, int, int, int]  # number of the source, t0 ns, number of the target, t1 ns

MOST = 150  # arrows in one picture
_FEW = 60  # that get a halo
_ROOM = 5  # pixels of width an arrow needs
_INSIDE = 0.18  # of a bar's height, from its middle
_THIN = 1.4  # width of a line
_HEAD = 8  # length of an arrow's head, at scale 1


class ArrowPainter:
    """Paints flows in one theme.

    Attributes:
        drawn: number of put → get arrows in the last picture.
        left_out: number of those in view that were too many to draw.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._halo, self._quiet, self._loud = theme.color("lane"), theme.color("text"), theme.color("accent_text")
        self.drawn = self.left_out = 0

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint the arrows in view, and all of the spans that are hovered, selected or pointed at."""
        self.drawn = self.left_out = 0
        if not len(picture.run.flows):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture.arrows:
            self._some(painter, rect, picture)
        for chosen in (picture.hovered, picture.selected):
            if chosen is not None:
                self._of_span(painter, rect, picture, *chosen)
        if picture.shown is not None and picture.shown.flow is not None:
            self._draw(painter, rect, picture, _ends([picture.shown.flow]), self._loud, 3.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _of_span(self, painter: QPainter, rect: QRect, picture: Picture, track: Track, span: Span) -> None:
        flows = picture.run.flows.of_span(track, span.start, span.end)
        flows = [flow for flow in flows if flow.t1 <= picture.now_ns or picture.whole][:MOST]
        if flows:
            self._draw(painter, rect, picture, _ends(flows), self._loud, 2.0)

    def _some(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        scale = picture.scale
        for flows in picture.run.flows.between(scale.when(0), scale.when(scale.width), (FlowKind.PUT_GET,)):
            arrived = True if picture.whole else flows.t1 <= picture.now_ns
            apart = np.flatnonzero((flows.source != flows.target) & arrived)
            if len(apart) > min(MOST, scale.width // _ROOM):
                self.left_out = len(apart)
                continue
            self.drawn = len(apart)
            columns = (flows.source, flows.t0, flows.target, flows.t1)
            ends = zip(*(column[apart].tolist() for column in columns), strict=True)
            self._draw(painter, rect, picture, ends, self._quiet, _THIN)

    def _draw(
        self, painter: QPainter, rect: QRect, picture: Picture, flows: Iterable[Ends], ink: QColor, width: float
    ) -> None:
        bars = {box.track.id: bar_of(self._theme, rect, box) for box in picture.layout.boxes}
        shapes = _Shapes(self._theme.scale * (_HEAD + 2 * width - _THIN))
        for source, t0, target, t1 in flows:
            if source in bars and target in bars:
                x0, x1 = rect.left() + picture.scale.x(t0), rect.left() + picture.scale.x(t1)
                shapes.add(*self._tips(x0, bars[source], x1, bars[target]), self._theme.px(24))
        self._stroke(painter, shapes, ink, width)
        painter.setPen(QPen(self._halo, self._theme.scale))
        painter.setBrush(ink)
        for head in shapes.heads:
            painter.drawConvexPolygon(head)
        for dot in shapes.dots:
            painter.drawEllipse(dot, self._theme.scale * 2.2, self._theme.scale * 2.2)

    def _stroke(self, painter: QPainter, shapes: _Shapes, ink: QColor, width: float) -> None:
        """Many go without the halo that keeps them apart from the bars: it would take most of the time."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strokes = ((self._halo, width + 2.2), (ink, width))
        for color, wide in strokes if len(shapes.dots) <= _FEW else strokes[1:]:
            painter.setPen(QPen(color, self._theme.scale * wide))
            painter.drawLines(shapes.lines)
            painter.drawPath(shapes.arches)

    def _tips(self, x0: float, source: QRect, x1: float, target: QRect) -> tuple[QPointF, QPointF]:
        """Where an arrow begins and ends: a little inside of the bars, on the sides that face each other."""
        way = (target.top() > source.top()) - (target.top() < source.top())
        y0 = source.center().y() + way * source.height() * _INSIDE
        y1 = target.center().y() - way * target.height() * _INSIDE
        return QPointF(x0, y0), QPointF(x1, y1)


class _Shapes:
    """What many arrows are made of: lines as in a sequence diagram, arches where both ends are on one lane."""

    def __init__(self, head: float) -> None:
        self.lines: list[QLineF] = []
        self.arches = QPainterPath()
        self.heads: list[list[QPointF]] = []
        self.dots: list[QPointF] = []
        self._head = head

    def add(self, begin: QPointF, end: QPointF, arch: float) -> None:
        """One arrow; ``arch`` is the height of an arch, in pixels."""
        before = begin
        if begin.y() == end.y():
            before = QPointF(end.x(), end.y() - arch)
            self.arches.moveTo(begin)
            self.arches.cubicTo(QPointF(begin.x(), before.y()), before, end)
        else:
            self.lines.append(QLineF(begin, end))
        self.dots.append(begin)
        angle = math.atan2(end.y() - before.y(), end.x() - before.x())
        sides = [
            QPointF(end.x() + self._head * math.cos(angle + turn), end.y() + self._head * math.sin(angle + turn))
            for turn in (2.76, -2.76)
        ]
        self.heads.append([end, *sides])


def _ends(flows: Iterable[Flow]) -> Iterable[Ends]:
    return ((flow.source.id, flow.t0, flow.target.id, flow.t1) for flow in flows)
