"""The forms of the states as lines and areas instead of pixels, for pictures that are printed at any size.

They are the forms of ``forms``, drawn from the same measures, so that a printed picture reads like the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from visualiser.gui.timeline.strips import Ink, mix
from visualiser.trace.states import State

Shapes = Callable[["Hatch"], None]
_WASH, _HALF = 0.16, 0.62  # shares of the hue, as on the screen


class Hatch:
    """A box to be filled with what its wait looks like; lengths are in pixels times ``unit``."""

    def __init__(self, painter: QPainter, box: QRectF, anchor: float, unit: float, ink: QColor) -> None:
        self.painter = painter
        self.box = box
        self.unit = unit
        self.ink = ink
        self._anchor = anchor  # the x at which every pattern begins anew

    def steps(self, period: float, around: float = 0.0) -> Iterable[float]:
        """Left edges of the pattern's repeats that touch the box, or lie up to ``around`` beside it."""
        length = period * self.unit
        first = self._anchor + ((self.box.left() - around - self._anchor) // length) * length
        while first < self.box.right() + around:
            yield first
            first += length

    def levels(self, period: float) -> Iterable[float]:
        """Heights of the repeats, from the middle of the box outwards, as offsets from its middle."""
        half = int(self.box.height() / 2 / (period * self.unit)) + 1
        return (number * period * self.unit for number in range(-half, half + 1))

    def fill(self, x: float, y: float, width: float, height: float) -> None:
        """A rectangle in ink, its centre ``y`` below the middle of the box."""
        unit = self.unit
        top = self.box.center().y() + y - height * unit / 2
        self.painter.fillRect(QRectF(x, top, width * unit, height * unit), self.ink)

    def slant(self, period: float, width: float, down: bool) -> None:
        """Lines at 45 degrees, ``width`` wide as measured along the time."""
        self.painter.setPen(QPen(self.ink, width * self.unit * 0.71, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        reach, middle = self.box.height() / 2 + self.unit, self.box.center().y()
        rise = reach if down else -reach
        lines = [QLineF(x - reach, middle - rise, x + reach, middle + rise) for x in self.steps(period, around=reach)]
        self.painter.drawLines(lines)

    def zigzag(self, period: float, width: float, along: bool) -> None:
        """Arrowheads that point on, or waves ``along`` the time."""
        self.painter.setPen(QPen(self.ink, width * self.unit * 0.71))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        half = self.box.height() / 2
        for x in self.steps(period, around=half):
            middle, crest = self.box.center().y(), period * self.unit / 2
            if along:
                for level in self.levels(8):
                    y = middle + level
                    self._line(QPointF(x, y - crest / 2), QPointF(x + crest, y + crest / 2),
                               QPointF(x + 2 * crest, y - crest / 2))  # fmt: skip
            else:
                self._line(QPointF(x, middle - half), QPointF(x + half, middle), QPointF(x, middle + half))

    def _line(self, *points: QPointF) -> None:
        self.painter.drawPolyline(QPolygonF(points))


def _upright(period: float, width: float) -> Shapes:
    def draw(hatch: Hatch) -> None:
        for x in hatch.steps(period):
            hatch.fill(x, 0, width, hatch.box.height() / hatch.unit)

    return draw


def _dots(across: float, width: float, down: float, height: float) -> Shapes:
    def draw(hatch: Hatch) -> None:
        for x in hatch.steps(across):
            for y in hatch.levels(down):
                hatch.fill(x, y, width, height)

    return draw


def _chequer(hatch: Hatch) -> None:
    for x in hatch.steps(8):
        for number, y in enumerate(hatch.levels(4)):
            hatch.fill(x + (number % 2) * 4 * hatch.unit, y, 4, 4)


def _lines(hatch: Hatch) -> None:
    for y in hatch.levels(5):
        hatch.fill(hatch.box.left(), y, hatch.box.width() / hatch.unit, 1)


def _fence(hatch: Hatch) -> None:
    hatch.slant(6, 1, down=True)
    hatch.slant(6, 1, down=False)


def _broken(hatch: Hatch) -> None:
    for x in hatch.steps(24):
        hatch.fill(x, 0, 18, hatch.box.height() / 2 / hatch.unit)


_HATCH: dict[State, Shapes] = {
    State.SLEEP: lambda hatch: hatch.slant(6, 1, down=False),
    State.LOCK: _fence,
    State.COND: lambda hatch: hatch.zigzag(12, 2, along=True),
    State.EVENT: lambda hatch: hatch.slant(12, 5, down=True),
    State.SEM: _chequer,
    State.BARRIER: _upright(12, 4),
    State.QUEUE: _dots(8, 3, 6, 3),
    State.JOIN: _lines,
    State.IO: _upright(4, 1),
    State.PROC: _broken,
    State.IDLE: lambda _: None,
    State.UNKNOWN: _dots(12, 2, 8, 2),
    State.LOOP: lambda hatch: hatch.zigzag(8, 2, along=False),
}
_UNWASHED = (State.IDLE, State.UNKNOWN)


def paint_form(painter: QPainter, place: QRectF, state: State, ink: Ink, anchor: float, unit: float = 1.0) -> None:
    """Draw a stretch of a lane.

    Args:
        painter: of any device.
        place: the stretch, the whole height of the lane's bar.
        state: what it is to show.
        ink: the lane's colours.
        anchor: the x at which hatches begin anew, so that neighbouring stretches of one wait look like one.
        unit: how thick lines are, 1 at the usual scale.
    """
    if state in _HATCH:
        _box(painter, place, state, ink, anchor, unit)
    elif state is State.RUN:
        painter.fillRect(place, ink.hue)
    elif state is not State.NONE:
        _wish(painter, place, state, ink, anchor, unit)


def _box(painter: QPainter, place: QRectF, state: State, ink: Ink, anchor: float, unit: float) -> None:
    line = ink.hue if state is State.LOCK else mix(ink.hue, ink.ground, _HALF)
    if state not in _UNWASHED:
        painter.fillRect(place, mix(ink.hue, ink.ground, _WASH))
    painter.save()
    painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
    _HATCH[state](Hatch(painter, place, anchor, unit, line))
    painter.restore()
    style = Qt.PenStyle.DashLine if state is State.UNKNOWN else Qt.PenStyle.SolidLine
    painter.setPen(QPen(line, unit, style, Qt.PenCapStyle.FlatCap))
    half = unit / 2
    for y in (place.top() + half, place.bottom() - half):
        painter.drawLine(QLineF(place.left(), y, place.right(), y))


def _wish(painter: QPainter, place: QRectF, state: State, ink: Ink, anchor: float, unit: float) -> None:
    """Lines of those that want to run, and the bar of those of which nobody knows whether they do."""
    height = place.height()
    half = mix(ink.hue, ink.ground, _HALF)
    line = min(max(2 * unit, height * 0.09), 4 * unit)
    if state is State.READY:
        _fill_middle(painter, place, height / 2, half)
    elif state is State.GIL:
        _fill_middle(painter, place, line, half)
    else:
        thick, period, ink_part = (max(3 * line, height * 0.2), 6, 3) if state is State.CORE else (line, 12, 8)
        hatch = Hatch(painter, place, anchor, unit, ink.hue if state is State.CORE else half)
        painter.save()
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        for x in hatch.steps(period):
            hatch.fill(x, 0, ink_part, thick / unit)
        painter.restore()


def _fill_middle(painter: QPainter, place: QRectF, height: float, color: QColor) -> None:
    painter.fillRect(QRectF(place.left(), place.center().y() - height / 2, place.width(), height), color)
