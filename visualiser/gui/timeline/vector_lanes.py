"""Paints lanes as lines and areas with text, for devices without pixels: the same columns as on screen, only finer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.alone import AloneRows, told
from visualiser.gui.timeline.core_colours import CoreColours, hues_of, recoloured
from visualiser.gui.timeline.forms import TAGS
from visualiser.gui.timeline.grounds import ground_of, paint_grounds
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.picture import GAP, STRIP, Picture, bar_of, lane_color
from visualiser.gui.timeline.second import disagree, stretches
from visualiser.gui.timeline.sheet import Ground
from visualiser.gui.timeline.strips import NARROW, Ink, Marks, edges, hidden_colours
from visualiser.gui.timeline.vector_forms import paint_edge, paint_form
from visualiser.gui.timeline.words import Place, wide
from visualiser.trace.lane import Lane
from visualiser.trace.most import Columns
from visualiser.trace.row import Row, row
from visualiser.trace.states import STATES, State
from visualiser.trace.time_scale import TimeScale

FINER = 4  # columns where the screen has one
_LABEL_ROOM = 40
_NAMED = (State.RUN, State.READY)  # have the name of what they work on


def finer(scale: TimeScale) -> TimeScale:
    """The same time on more columns."""
    return TimeScale(scale.start, scale.step / FINER, scale.first * FINER, scale.width * FINER)


class VectorLanes:
    """Paints lanes in one theme; keeps nothing, since a picture is painted once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._cores = CoreColours(theme)
        self._alone = AloneRows(theme)

    def paint(
        self, painter: QPainter, rect: QRect, picture: Picture, boxes: list[LaneBox], ground: Ground
    ) -> list[Place]:
        """Paint the lanes ``boxes`` with what lies between them; returns them and their bars."""
        lanes = rect.adjusted(0, picture.layout.top, 0, 0)
        gap = self._theme.px(GAP)
        paint_grounds(painter, lanes, [ground_of(rect, box, gap) for box in boxes], ground)
        places = [(box, bar_of(self._theme, rect, box)) for box in boxes]
        fine = replace(picture, scale=finer(picture.scale))
        for box, bar in places:
            self._paint_lane(painter, QRectF(bar), fine, box)
        return places

    def _paint_lane(self, painter: QPainter, bar: QRectF, picture: Picture, box: LaneBox) -> None:
        plain = _until(row(box.track.lane, picture.scale.edges()), picture)
        if not plain.main.any():
            return
        ink, more = self._ink(box.hue), self._more(picture, box.hue)
        shown, marked = self._shown(picture, box, plain)
        self._forms(painter, bar, shown.main, marked, picture.scale, ink, more)
        self._hidden(painter, bar, shown, ink, more)
        if box.second:
            self._second(painter, bar, box.track.second, picture, plain.main, ink)
        if bar.height() >= self._theme.px(14):
            self._words(painter, bar, shown.main, marked, picture, box)

    def _more(self, picture: Picture, hue: int | None) -> tuple[QColor, ...]:
        """The colours of codes beyond the states."""
        return self._alone.hues(hue) if picture.only else hues_of(self._theme)

    def _shown(self, picture: Picture, box: LaneBox, plain: Row) -> tuple[Row, Marks]:
        """The columns with codes beyond the states, for what is left out or for the hue of a core, and their edges."""
        if picture.only:
            alone = self._alone.row(picture, box.track, plain)
            return alone, edges(told(alone), NARROW * FINER)
        marked = edges(plain, NARROW * FINER)
        if not picture.by_core:
            return plain, marked
        cores = self._cores.row(picture, box.track, exact=True)
        return recoloured(plain, cores.core, marked), marked

    def _ink(self, hue: int | None) -> Ink:
        theme = self._theme
        return Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))

    def _forms(
        self,
        painter: QPainter,
        bar: QRectF,
        main: Columns,
        marked: Marks,
        scale: TimeScale,
        ink: Ink,
        more: Sequence[QColor] = (),
    ) -> None:
        unit = max(1.0, round(self._theme.scale))
        anchor = bar.left() - scale.first % (24 * FINER * unit) / FINER
        for begin, stop in _stretches(main, marked):
            place = QRectF(bar.left() + begin / FINER, bar.top(), (stop - begin) / FINER, bar.height())
            code = int(main[begin])
            if code >= STATES:
                painter.fillRect(place, more[code - STATES])
                continue
            paint_form(painter, place, State(code), ink, anchor, unit)
            if marked[begin]:
                paint_edge(painter, place, State(code), ink, unit)

    def _hidden(self, painter: QPainter, bar: QRectF, columns: Row, ink: Ink, more: Sequence[QColor]) -> None:
        """The strip of what is too brief to see."""
        colours = [*hidden_colours(ink), *more]
        top, height = bar.bottom() + 1, self._theme.px(STRIP)
        for begin, stop in _changes(columns.hidden):
            code = int(columns.hidden[begin])
            if code:
                place = QRectF(bar.left() + begin / FINER, top, (stop - begin) / FINER, height)
                painter.fillRect(place, colours[code])

    def _second(self, painter: QPainter, bar: QRectF, lane: Lane, picture: Picture, first: Columns, ink: Ink) -> None:
        theme, scale = self._theme, picture.scale
        columns = _until(row(lane, scale.edges()), picture)
        strip = QRectF(bar.left(), bar.bottom() + 2 + theme.px(STRIP), bar.width(), theme.px(8))
        self._forms(painter, strip, columns.main, np.zeros(len(columns.main), np.bool_), scale, ink)
        for begin, stop in stretches(disagree(first, columns.main)):
            line = QRectF(bar.left() + begin / FINER, strip.bottom(), (stop - begin) / FINER, theme.px(3))
            painter.fillRect(line, theme.color("warn"))

    def _words(
        self, painter: QPainter, bar: QRectF, main: Columns, marked: Marks, picture: Picture, box: LaneBox
    ) -> None:
        font, least = self._theme.font("tag"), self._theme.px(_LABEL_ROOM)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for begin, stop in _stretches(main, marked, least * FINER):
            width, code = (stop - begin) / FINER, int(main[begin])
            text = self._word(picture, box, code, (begin + stop) / 2)
            if text:
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 10)
                room = QRectF(bar.left() + begin / FINER, bar.top(), width, bar.height())
                self._say(painter, room, shown, metrics, self._solid(picture, code, box.hue))

    def _word(self, picture: Picture, box: LaneBox, code: int, column: float) -> str:
        span = box.track.lane.span_at(picture.scale.when(column))
        if span is None or (code < STATES and span.state != code):
            return ""
        return picture.run.names[span.ref].label if span.state in _NAMED and span.ref else TAGS.get(span.state, "")

    def _solid(self, picture: Picture, code: int, hue: int | None) -> QColor | None:
        """The colour of a bar without a hatch, None of one with."""
        if code >= STATES:
            return self._more(picture, hue)[code - STATES]
        return lane_color(self._theme, hue) if code == State.RUN else None

    def _say(self, painter: QPainter, room: QRectF, text: str, metrics: QFontMetricsF, solid: QColor | None) -> None:
        """A word in the middle, on a solid bar of that colour; on a hatch it gets a ground of its own."""
        theme = self._theme
        if solid is None:
            plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
            plate.moveCenter(room.center())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("lane"))
            painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(theme.ink(solid) if solid is not None else theme.color("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def _until(columns: Row, picture: Picture) -> Row:
    """Without what has not come to pass at the playhead."""
    known = max(0, math.floor(picture.scale.x(picture.now_ns))) if not picture.whole else len(columns.main)
    columns.main[known:] = columns.hidden[known:] = State.NONE
    return columns


def _stretches(main: Columns, marked: Marks, least: int = 1) -> Iterator[tuple[int, int]]:
    """Stretches of one state, of at least so many columns: first, stop."""
    found = wide(main[None, :], marked[None, :], least)
    return zip(found.begin, found.stop, strict=True)


def _changes(codes: Columns) -> list[tuple[int, int]]:
    """Stretches of equal codes: first, stop."""
    cuts = np.concatenate(([0], np.flatnonzero(np.diff(codes)) + 1, [len(codes)])).tolist()
    return list(pairwise(cuts))
