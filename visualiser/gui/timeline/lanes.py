"""Paints what the threads did: a strip of forms each, the strip of what it hides, and words where they fit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.alone import AloneRows, told
from visualiser.gui.timeline.columned import Columned
from visualiser.gui.timeline.core_colours import CoreColours, hues_of, recoloured, ticked
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.picture import GAP, STRIP, Picture, bar_of, lane_color
from visualiser.gui.timeline.second import SecondPainter
from visualiser.gui.timeline.sheet import Band, Ground, Sheet
from visualiser.gui.timeline.strips import Ink, StripPainter, all_edges, edges
from visualiser.gui.timeline.words import Place, WordPainter
from visualiser.trace.core_log import Cores
from visualiser.trace.kept_rows import KeptRows
from visualiser.trace.row import Row
from visualiser.trace.states import State


class LanePainter:
    """Paints lanes in one theme; keeps columns, pixels and words between frames.

    Attributes:
        coloured: pixels of the last picture that show a state.
        computed: columns the last picture had to reduce.
        exact: whether every column of the last picture shows what truly has the most of it.
        filled: columns of the view whose pixels the last picture had to make.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept = KeptRows()
        self._cores = CoreColours(theme)
        self._second = SecondPainter(theme)
        self._alone = AloneRows(theme)
        self._words = WordPainter(theme)
        self._sheet = Sheet()
        self._drawn: Columned | None = None
        self._strips: dict[tuple[int | None, int, bool, bool], StripPainter] = {}
        self._tick = theme.color("text").rgb()
        self.coloured = self.computed = self.filled = 0
        self.exact = True

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._kept.forget()
        self._cores.forget()
        self._second.forget()
        self._alone.forget()
        self._words.forget()
        self._drawn = None

    def paint(
        self, painter: QPainter, rect: QRect, picture: Picture, boxes: list[LaneBox], ground: Ground
    ) -> list[Place]:
        """Paint the lanes ``boxes``, all that are in view, with what lies between them; returns them and their bars.

        ``ground``: the colours of each column between the lanes, and on them where nothing lives.
        """
        kept = self._kept.rows([box.track.lane for box in boxes], picture.scale, picture.moving)
        self.computed, self.exact = self._kept.computed, self._kept.exact
        self.coloured = int(np.count_nonzero(kept.main))
        places = [(box, bar_of(self._theme, rect, box)) for box in boxes]
        hues = picture.by_core, picture.only
        columns = Columned(picture.scale, picture.layout, hues, kept.main, kept.hidden, all_edges(*kept), ground)
        by_core = picture.by_core and not picture.only
        if picture.only:
            self._leave_out(picture, boxes, columns)
        cores = self._by_core(picture, boxes, columns) if by_core else []
        self._fill(rect, places, columns)
        self._sheet.draw(painter, rect.left(), rect.top() + picture.layout.top, picture.scale.first)
        for box, main in zip(boxes, kept.main, strict=True):
            if box.second and main.any():
                self._second.paint(painter, rect, picture, box, main)
        self._write(painter, picture, places, columns, cores)
        return places

    def _leave_out(self, picture: Picture, boxes: list[LaneBox], columns: Columned) -> None:
        """Show only the chosen states."""
        columns.main, columns.hidden = columns.main.copy(), columns.hidden.copy()
        columns.edges = columns.edges.copy()
        for place, box in enumerate(boxes):
            alone = self._alone.row(picture, box.track, Row(columns.main[place], columns.hidden[place]))
            columns.main[place], columns.hidden[place] = alone.main, alone.hidden
            columns.edges[place] = edges(told(alone))

    def _by_core(self, picture: Picture, boxes: list[LaneBox], columns: Columned) -> list[Cores]:
        """Put what runs into the hues of its cores; returns the core of every column."""
        columns.main, columns.hidden = columns.main.copy(), columns.hidden.copy()
        columns.ticks = np.zeros(columns.main.shape, np.bool_)
        cores: list[Cores] = []
        for place, box in enumerate(boxes):
            row = self._cores.row(picture, box.track, self.exact)
            plain = Row(columns.main[place], columns.hidden[place])
            coloured = recoloured(plain, row.core, columns.edges[place])
            columns.main[place], columns.hidden[place] = coloured.main, coloured.hidden
            ticks = ticked(row.moved)
            if ticks is not None:
                columns.ticks[place] = ticks
            cores.append(row.core)
        return cores

    def _fill(self, rect: QRect, places: list[Place], columns: Columned) -> None:
        """Bring the sheet up to date."""
        layout, scale = columns.layout, columns.scale
        top, height = rect.top() + layout.top, max(rect.height() - layout.top, 1)
        bands = [self._band(place, columns, number, top) for number, place in enumerate(places)]
        before, self._drawn = self._drawn, columns.kept()
        if before is not None and self._sheet.fits(scale.width, height) and columns.goes_on(before):
            stretches = columns.changed(before)
        else:
            self._sheet.begin(bands, scale.width, height, scale.first)
            stretches = [(0, scale.width)]
        self.filled = sum(stop - begin for begin, stop in stretches)
        for stretch in stretches:
            self._sheet.fill(bands, columns.ground, stretch, scale.first)

    def _band(self, place: Place, columns: Columned, number: int, top: int) -> Band:
        """One lane for the sheet, whose upper edge lies at ``top``."""
        box, bar = place
        gap, begin = self._theme.px(GAP), box.top - columns.layout.top
        ticks = columns.ticks
        return Band(
            (begin + gap // 2, begin + gap // 2 + box.height - gap),
            bar.top() - top,
            (bar.top() - top + bar.height() + 1, self._theme.px(STRIP)),
            self._strip(box.hue, bar.height(), *columns.hues),
            columns.main[number],
            columns.hidden[number],
            columns.edges[number],
            ticks[number] if ticks is not None else None,
            self._tick,
        )

    def _write(
        self, painter: QPainter, picture: Picture, places: list[Place], columns: Columned, cores: list[Cores]
    ) -> None:
        """Words, where lanes are high enough for them."""
        if not places or places[0][1].height() < self._theme.px(14):
            return
        if cores:
            self._words.paint_cores(painter, picture, places, columns.main, columns.edges, cores, self._cores)
        else:
            self._words.paint(painter, picture, places, columns.main, columns.edges)

    def _strip(self, hue: int | None, height: int, by_core: bool, only: frozenset[State]) -> StripPainter:
        key = (hue if hue is None else hue % len(self._theme.tokens["lanes"]), height, by_core, bool(only))
        if key not in self._strips:
            more = self._alone.hues(hue) if only else hues_of(self._theme) if by_core else ()
            self._strips[key] = StripPainter(self._ink(hue), height, max(1, round(self._theme.scale)), more)
        return self._strips[key]

    def _ink(self, hue: int | None) -> Ink:
        theme = self._theme
        return Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))
