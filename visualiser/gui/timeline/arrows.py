"""Paints arrows from where something was handed over to where it was taken: few enough to read, or none."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import Picture, bar_of
from visualiser.trace.flows import Flow, FlowKind
from visualiser.trace.lane import Span
from visualiser.trace.track import Track

Ends = tuple[int, int, int, int]  # number of the source, t0 ns, number of the target, t1 ns

MOST = 150  # arrows in one picture
_ROOM = 5  # pixels of width an arrow needs
_INSIDE = 0.18  # of a bar's height, from its middle
_HEAD = 9  # length of an arrow's head, at scale 1

FLOW_WORDS = {
    FlowKind.PUT_GET: "put → get",
    FlowKind.SUBMIT_START: "submitted → started",
    FlowKind.START_FIRST: "started → first moment",
}


class ArrowPainter:
    """Paints flows in one theme.

    Attributes:
        drawn: number of put → get arrows in the last picture.
        left_out: number of those in view that were too many to draw.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._halo, self._quiet, self._loud = theme.color("lane"), theme.color("text"), theme.color("accent_text")
        self._halo.setAlphaF(0.8)
        self._quiet.setAlphaF(0.9)
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
        flows = picture.run.flows.of_span(track, span.start, span.end)[:MOST]
        if flows:
            self._draw(painter, rect, picture, _ends(flows), self._loud, 2.0)

    def _some(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        scale = picture.scale
        for flows in picture.run.flows.between(scale.when(0), scale.when(scale.width), (FlowKind.PUT_GET,)):
            apart = np.flatnonzero(flows.source != flows.target)
            if len(apart) > min(MOST, scale.width // _ROOM):
                self.left_out = len(apart)
                continue
            self.drawn = len(apart)
            columns = (flows.source, flows.t0, flows.target, flows.t1)
            ends = zip(*(column[apart].tolist() for column in columns), strict=True)
            self._draw(painter, rect, picture, ends, self._quiet, 1.4)

    def _draw(
        self, painter: QPainter, rect: QRect, picture: Picture, flows: Iterable[Ends], ink: QColor, width: float
    ) -> None:
        bars = {box.track.id: bar_of(self._theme, rect, box) for box in picture.layout.boxes}
        lines, heads = QPainterPath(), QPainterPath()
        for source, t0, target, t1 in flows:
            if source in bars and target in bars:
                x0, x1 = rect.left() + picture.scale.x(t0), rect.left() + picture.scale.x(t1)
                self._add(lines, heads, *self._tips(x0, bars[source], x1, bars[target]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, wide in ((self._halo, width + 2.2), (ink, width)):
            painter.setPen(QPen(color, self._theme.scale * wide))
            painter.drawPath(lines)
        painter.setPen(QPen(self._halo, self._theme.scale))
        painter.setBrush(ink)
        painter.drawPath(heads)

    def _tips(self, x0: float, source: QRect, x1: float, target: QRect) -> tuple[QPointF, QPointF]:
        """Where an arrow begins and ends: a little inside of the bars, on the sides that face each other."""
        way = (target.top() > source.top()) - (target.top() < source.top())
        y0 = source.center().y() + way * source.height() * _INSIDE
        y1 = target.center().y() - way * target.height() * _INSIDE
        return QPointF(x0, y0), QPointF(x1, y1)

    def _add(self, lines: QPainterPath, heads: QPainterPath, begin: QPointF, end: QPointF) -> None:
        """A straight line, as in a sequence diagram, or an arch where both ends are on one lane; its head."""
        head, dot = self._theme.px(_HEAD), self._theme.scale * 2.2
        before = begin
        lines.moveTo(begin)
        if begin.y() == end.y():
            before = QPointF(end.x(), end.y() - self._theme.px(24))
            lines.cubicTo(QPointF(begin.x(), before.y()), before, end)
        else:
            lines.lineTo(end)
        heads.addEllipse(begin, dot, dot)
        _head(heads, end, math.atan2(end.y() - before.y(), end.x() - before.x()), head)


def _ends(flows: Iterable[Flow]) -> Iterable[Ends]:
    return ((flow.source.id, flow.t0, flow.target.id, flow.t1) for flow in flows)


def _head(heads: QPainterPath, tip: QPointF, angle: float, length: float) -> None:
    heads.moveTo(tip)
    for turn in (2.76, -2.76):
        heads.lineTo(tip.x() + length * math.cos(angle + turn), tip.y() + length * math.sin(angle + turn))
    heads.closeSubpath()
