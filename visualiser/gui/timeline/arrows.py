"""Paints arrows from where something was handed over to where it was taken: few enough to read, or none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.arrow_words import STYLES, ArrowsTold
from visualiser.gui.timeline.cutting_off import lines_inside
from visualiser.gui.timeline.labels import is_vector
from visualiser.gui.timeline.lane_layout import HeaderBox
from visualiser.gui.timeline.picture import Picture, bar_of
from visualiser.trace.flows import Flow, FlowArrays, FlowKind
from visualiser.trace.lane import Span
from visualiser.trace.track import Track

Ends = tuple[int, int, int, int]  # number of the source, t0 ns, number of the target, t1 ns

MOST = 150  # arrows in one picture
_FEW = 60  # that get a halo
_ROOM = 5  # pixels of width an arrow needs
_HOPELESS = 20  # times as many are counted only
_INSIDE = 0.18  # of a bar's height, from its middle
_NEAR = 3  # pixels beside a span: after a wait its call hands over what it waited for, too soon after to be seen
_THIN = 1.4  # width of a line
_HEAD = 8  # length of an arrow's head, at scale 1


class ArrowPainter:
    """Paints flows in one theme.

    Attributes:
        told: the kinds of arrows in the last picture, those of single spans apart.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._halo, self._quiet, self._loud = theme.color("lane"), theme.color("text"), theme.color("accent_text")
        self.told: tuple[ArrowsTold, ...] = ()

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint the arrows in view, and all of the spans that are hovered, selected or pointed at."""
        self.told = ()
        if not len(picture.run.flows):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture.arrows:
            self.told = tuple(told for kind in FlowKind if any((told := self._some(painter, rect, picture, kind))[1:]))
        for chosen in (picture.hovered, picture.selected):
            if chosen is not None:
                self._of_span(painter, rect, picture, *chosen)
        if picture.shown is not None and picture.shown.flow is not None:
            flow = picture.shown.flow
            self._draw(painter, rect, picture, _ends([flow]), _Pen(self._loud, 3.0, STYLES[flow.kind]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    @property
    def drawn(self) -> int:
        """Number of arrows in the last picture, those of single spans apart."""
        return sum(told.drawn for told in self.told)

    @property
    def left_out(self) -> int:
        """Number of those in view that were too many to draw."""
        return sum(told.left_out for told in self.told)

    def _of_span(self, painter: QPainter, rect: QRect, picture: Picture, track: Track, span: Span) -> None:
        near = int(_NEAR * picture.scale.step)
        flows = picture.run.flows.of_span(track, span.start - near, span.end + near)
        flows = [flow for flow in flows if picture.whole or flow.t1 <= picture.now_ns][:MOST]
        for kind in {flow.kind for flow in flows}:
            mine = _ends(flow for flow in flows if flow.kind is kind)
            self._draw(painter, rect, picture, mine, _Pen(self._loud, 2.0, STYLES[kind]))

    def _some(self, painter: QPainter, rect: QRect, picture: Picture, kind: FlowKind) -> ArrowsTold:
        """All in view of one kind; none where they are too many to read."""
        scale, flows = picture.scale, picture.run.flows
        begin, end = scale.when(0), scale.when(scale.width)
        if not picture.whole:
            end = min(end, picture.now_ns + 1)
        number = flows.number_between(begin, end, kind)
        most = min(MOST, scale.width // _ROOM)
        if number > _HOPELESS * most:  # not even looked at: there may be millions
            return ArrowsTold(kind, 0, number)
        ends = [end for arrays in flows.between(begin, end, (kind,)) for end in _apart(arrays, picture)]
        if len(ends) > most:
            return ArrowsTold(kind, 0, len(ends))
        self._draw(painter, rect, picture, ends, _Pen(self._quiet, _THIN, STYLES[kind]))
        return ArrowsTold(kind, len(ends), 0)

    def _draw(self, painter: QPainter, rect: QRect, picture: Picture, flows: Iterable[Ends], pen: _Pen) -> None:
        shapes = _Shapes(self._theme.scale * (_HEAD + 2 * pen.width - _THIN))
        for source, t0, target, t1 in flows:
            begin, end = (self._bar(rect, picture, track) for track in (source, target))
            if begin is not None and end is not None and not (begin == end and source != target):
                x0, x1 = rect.left() + picture.scale.x(t0), rect.left() + picture.scale.x(t1)
                shapes.add(*self._tips(x0, begin, x1, end), self._theme.px(24))
        if is_vector(painter):
            shapes.cut_off(QRectF(rect))
        self._stroke(painter, shapes, pen)
        painter.setPen(QPen(self._halo, self._theme.scale))
        painter.setBrush(pen.ink)
        for head in shapes.heads:
            painter.drawConvexPolygon(head)
        for dot in shapes.dots:
            painter.drawEllipse(dot, self._theme.scale * 2.2, self._theme.scale * 2.2)

    def _bar(self, rect: QRect, picture: Picture, track: int) -> QRect | None:
        """Where a track's arrows end: on its lane, on its group's header if it is folded away."""
        box = picture.layout.end_of(track)
        if isinstance(box, HeaderBox):
            return QRect(rect.left(), rect.top() + box.top + 2, rect.width(), box.height - 4)
        return bar_of(self._theme, rect, box) if box is not None else None

    def _stroke(self, painter: QPainter, shapes: _Shapes, pen: _Pen) -> None:
        """Many go without the halo that keeps them apart from the bars: it would take most of the time."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        solid = Qt.PenStyle.SolidLine
        strokes = ((self._halo, pen.width + 2.2, solid), (pen.ink, pen.width, pen.style))
        for color, wide, style in strokes if len(shapes.dots) <= _FEW else strokes[1:]:
            painter.setPen(QPen(color, self._theme.scale * wide, style))
            painter.drawLines(shapes.lines)
            painter.drawPath(shapes.arches)

    def _tips(self, x0: float, source: QRect, x1: float, target: QRect) -> tuple[QPointF, QPointF]:
        """Where an arrow begins and ends: a little inside of the bars, on the sides that face each other."""
        way = (target.top() > source.top()) - (target.top() < source.top())
        y0 = source.center().y() + way * source.height() * _INSIDE
        y1 = target.center().y() - way * target.height() * _INSIDE
        return QPointF(x0, y0), QPointF(x1, y1)


class _Pen(NamedTuple):
    """What arrows are drawn with; the width in pixels at scale 1."""

    ink: QColor
    width: float
    style: Qt.PenStyle


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

    def cut_off(self, box: QRectF) -> None:
        """Leave out what lies outside of a box."""
        self.lines, self.arches = lines_inside(self.lines, self.arches, box), QPainterPath()
        self.heads = [head for head in self.heads if box.contains(head[0])]
        self.dots = [dot for dot in self.dots if box.contains(dot)]


def _ends(flows: Iterable[Flow]) -> Iterable[Ends]:
    return ((flow.source.id, flow.t0, flow.target.id, flow.t1) for flow in flows)


def _apart(flows: FlowArrays, picture: Picture) -> list[Ends]:
    """The ends of the flows from one track to another that have arrived."""
    arrived = True if picture.whole else flows.t1 <= picture.now_ns
    apart = np.flatnonzero((flows.source != flows.target) & arrived)
    columns = (flows.source, flows.t0, flows.target, flows.t1)
    return list(zip(*(column[apart].tolist() for column in columns), strict=True))
