"""Paints lanes as lines and areas with text, for devices without pixels: the same columns as on screen, only finer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPaintEngine, QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.core_colours import CoreColours, hues_of, recoloured
from visualiser.gui.timeline.forms import TAGS
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.picture import STRIP, Picture, bar_of, lane_color
from visualiser.gui.timeline.second import disagree, stretches
from visualiser.gui.timeline.strips import Ink, edges, hidden_colours
from visualiser.gui.timeline.vector_forms import paint_form
from visualiser.trace.lane import Lane
from visualiser.trace.row import Columns, Row, row
from visualiser.trace.states import STATES, State
from visualiser.trace.time_scale import TimeScale

FINER = 4  # columns where the screen has one
_LABEL_ROOM = 40
_VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


def is_vector(painter: QPainter) -> bool:
    """Whether what is painted becomes lines, areas and text, to be shown at any size."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() in _VECTOR


def finer(scale: TimeScale) -> TimeScale:
    """The same time on more columns."""
    return TimeScale(scale.start, scale.step / FINER, scale.first * FINER, scale.width * FINER)


class VectorLanes:
    """Paints lanes in one theme; keeps nothing, since a picture is painted once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._cores = CoreColours(theme)
        self._more = hues_of(theme)

    def paint(self, painter: QPainter, rect: QRect, picture: Picture, box: LaneBox) -> bool:
        """Paint one lane; returns whether there is anything in view."""
        fine = replace(picture, scale=finer(picture.scale))
        columns = row(box.track.lane, fine.scale.edges())
        if not columns.main.any():
            return False
        ink = self._ink(box.hue)
        bar = QRectF(bar_of(self._theme, rect, box))
        main = self._by_core(fine, box, columns) if picture.by_core else columns
        self._forms(painter, bar, main, fine.scale, ink)
        self._hidden(painter, bar, main, ink)
        if box.second:
            self._second(painter, bar, box.track.second, fine.scale, columns.main, ink)
        if bar.height() >= self._theme.px(14):
            self._words(painter, bar, main, fine, box)
        return True

    def _ink(self, hue: int | None) -> Ink:
        theme = self._theme
        return Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))

    def _by_core(self, picture: Picture, box: LaneBox, columns: Row) -> Row:
        cores = self._cores.row(picture, box.track, exact=True)
        return recoloured(columns, cores.core, edges(columns))

    def _forms(self, painter: QPainter, bar: QRectF, columns: Row, scale: TimeScale, ink: Ink) -> None:
        unit = max(1.0, round(self._theme.scale))
        anchor = bar.left() - scale.first % (24 * FINER * unit) / FINER
        cuts = [*_changes(columns.main)]
        for begin, stop in cuts:
            place = QRectF(bar.left() + begin / FINER, bar.top(), (stop - begin) / FINER, bar.height())
            code = int(columns.main[begin])
            if code >= STATES:
                painter.fillRect(place, self._more[code - STATES])
            else:
                paint_form(painter, place, State(code), ink, anchor, unit)

    def _hidden(self, painter: QPainter, bar: QRectF, columns: Row, ink: Ink) -> None:
        """The strip of what is too brief to see."""
        colours = hidden_colours(ink)
        top, height = bar.bottom() + 1, self._theme.px(STRIP)
        for begin, stop in _changes(columns.hidden):
            code = int(columns.hidden[begin])
            if code and (code >= STATES or colours[code] != ink.ground):
                color = self._more[code - STATES] if code >= STATES else colours[code]
                painter.fillRect(QRectF(bar.left() + begin / FINER, top, (stop - begin) / FINER, height), color)

    def _second(self, painter: QPainter, bar: QRectF, lane: Lane, scale: TimeScale, first: Columns, ink: Ink) -> None:
        theme = self._theme
        columns = row(lane, scale.edges())
        strip = QRectF(bar.left(), bar.bottom() + 2 + theme.px(STRIP), bar.width(), theme.px(8))
        self._forms(painter, strip, Row(columns.main, np.zeros_like(columns.main)), scale, ink)
        for begin, stop in stretches(disagree(first, columns.main)):
            line = QRectF(bar.left() + begin / FINER, strip.bottom(), (stop - begin) / FINER, theme.px(3))
            painter.fillRect(line, theme.color("warn"))

    def _words(self, painter: QPainter, bar: QRectF, columns: Row, picture: Picture, box: LaneBox) -> None:
        font = self._theme.font("tag")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for begin, stop in _changes(columns.main):
            width = (stop - begin) / FINER
            text = self._word(picture, box, columns, begin, stop) if width >= self._theme.px(_LABEL_ROOM) else ""
            if text:
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 10)
                room = QRectF(bar.left() + begin / FINER, bar.top(), width, bar.height())
                self._say(painter, room, shown, metrics, int(columns.main[begin]), box.hue)

    def _word(self, picture: Picture, box: LaneBox, columns: Row, begin: int, stop: int) -> str:
        span = box.track.lane.span_at(picture.scale.when((begin + stop) / 2))
        if span is None or (columns.main[begin] < STATES and span.state != columns.main[begin]):
            return ""
        if span.state in (State.RUN, State.READY):
            return picture.run.names[span.ref].label if span.ref else ""
        return TAGS.get(span.state, "")

    def _say(
        self, painter: QPainter, room: QRectF, text: str, metrics: QFontMetricsF, code: int, hue: int | None
    ) -> None:
        """A word in the middle; on a hatch it gets a ground of its own."""
        theme = self._theme
        solid = code == State.RUN or code >= STATES
        ink: QColor = theme.color("text")
        if solid:
            ink = theme.ink(self._more[code - STATES] if code >= STATES else lane_color(theme, hue))
        else:
            plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
            plate.moveCenter(room.center())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("lane"))
            painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(ink)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def _changes(codes: Columns) -> list[tuple[int, int]]:
    """Stretches of equal codes: first, stop."""
    cuts = np.concatenate(([0], np.flatnonzero(np.diff(codes)) + 1, [len(codes)])).tolist()
    return list(pairwise(cuts))
