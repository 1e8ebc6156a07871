"""The forms of the states as lines and areas instead of pixels, for pictures that are printed at any size.

They are the forms of ``forms``, drawn from the same measures, so that a printed picture reads like the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from visualiser.gui.timeline.cutting_off import inside
from visualiser.gui.timeline.strips import Ink, mix
from visualiser.trace.states import State

Shapes = Callable[["Hatch"], None]
_WASH, _HALF = 0.16, 0.62  # shares of the hue, as on the screen
_THIN = 2  # pixels; the ends of lines that thin may stick out of their box by half as much


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
        part = QRectF(x, top, width * unit, height * unit) & self.box
        if part.isValid():
            self.painter.fillRect(part, self.ink)

    def slant(self, period: float, width: float, down: bool) -> None:
        """Lines at 45 degrees, ``width`` wide as measured along the time."""
        reach, middle = self.box.height() / 2, self.box.center().y()
        rise = reach if down else -reach
        ends = [(x - reach, middle - rise, x + reach, middle + rise) for x in self.steps(period, reach)]
        if width <= _THIN:
            self._lines(width, ends)
        else:
            self._stripes(width * self.unit, ends)

    def _stripes(self, width: float, ends: Iterable[tuple[float, float, float, float]]) -> None:
        """Lines so broad that their ends must be cut along the box."""
        box = QPolygonF(self.box)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.ink)
        for x, y, x2, y2 in ends:
            corners = [QPointF(x, y), QPointF(x + width, y), QPointF(x2 + width, y2), QPointF(x2, y2)]
            part = QPolygonF(corners).intersected(box)
            if not part.isEmpty():
                self.painter.drawPolygon(part)

    def arrowheads(self, period: float, width: float) -> None:
        """Tips that point on in time, as high as the box."""
        half, middle = self.box.height() / 2, self.box.center().y()
        tips = [(x, x + half) for x in self.steps(period, half)]
        self._lines(width, ((x, middle - half, tip, middle) for x, tip in tips))
        self._lines(width, ((tip, middle, x, middle + half) for x, tip in tips))

    def waves(self, period: float, width: float, below: float) -> None:
        """Zigzags along the time, one ``below`` the other."""
        crest, middle = period * self.unit / 2, self.box.center().y()
        for y in (middle + level for level in self.levels(below)):
            high, low = y - crest / 2, y + crest / 2
            places = list(self.steps(period))
            self._lines(width, ((x, high, x + crest, low) for x in places))
            self._lines(width, ((x + crest, low, x + 2 * crest, high) for x in places))

    def _lines(self, width: float, ends: Iterable[tuple[float, float, float, float]]) -> None:
        self.painter.setPen(QPen(self.ink, width * self.unit * 0.71, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        lines = [line for each in ends if (line := inside(QLineF(*each), self.box)) is not None]
        if lines:
            self.painter.drawLines(lines)


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
    State.COND: lambda hatch: hatch.waves(12, 2, below=8),
    State.EVENT: lambda hatch: hatch.slant(12, 5, down=True),
    State.SEM: _chequer,
    State.BARRIER: _upright(12, 4),
    State.QUEUE: _dots(8, 3, 6, 3),
    State.JOIN: _lines,
    State.IO: _upright(4, 1),
    State.PROC: _broken,
    State.IDLE: lambda _: None,
    State.UNKNOWN: _dots(12, 2, 8, 2),
    State.LOOP: lambda hatch: hatch.arrowheads(8, 2),
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


def paint_edge(painter: QPainter, place: QRectF, state: State, ink: Ink, unit: float = 1.0) -> None:
    """Draw the left edge of a wait, which tells it from one before it."""
    if state in _HATCH:
        painter.fillRect(QRectF(place.left(), place.top(), unit, place.height()), _line_of(state, ink))


def _line_of(state: State, ink: Ink) -> QColor:
    return ink.hue if state is State.LOCK else mix(ink.hue, ink.ground, _HALF)


def _box(painter: QPainter, place: QRectF, state: State, ink: Ink, anchor: float, unit: float) -> None:
    line = _line_of(state, ink)
    if state not in _UNWASHED:
        painter.fillRect(place, mix(ink.hue, ink.ground, _WASH))
    _HATCH[state](Hatch(painter, place, anchor, unit, line))
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
        for x in hatch.steps(period):
            hatch.fill(x, 0, ink_part, thick / unit)


def _fill_middle(painter: QPainter, place: QRectF, height: float, color: QColor) -> None:
    painter.fillRect(QRectF(place.left(), place.center().y() - height / 2, place.width(), height), color)
