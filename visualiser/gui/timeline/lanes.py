"""Paints what a thread did: a strip of forms, the strip of what it hides, and words where they fit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.alone import AloneRows, told
from visualiser.gui.timeline.core_colours import LEAST, CoreColours, core_word, hues_of, recoloured, ticked
from visualiser.gui.timeline.forms import TAGS
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.picture import STRIP, Picture, bar_of, lane_color
from visualiser.gui.timeline.second import SecondPainter
from visualiser.gui.timeline.strips import Ink, Marks, StripPainter, draw, edges
from visualiser.trace.core_log import Cores
from visualiser.trace.lane import Span
from visualiser.trace.row import Row
from visualiser.trace.row_cache import RowCache
from visualiser.trace.run import Run
from visualiser.trace.states import STATES, State
from visualiser.trace.track import Track

_LABEL_ROOM = 40  # least width of a box that gets a word
_MOST_LABELS = 300


class LanePainter:
    """Paints lanes in one theme; keeps rows, strips and words between frames.

    Attributes:
        coloured: pixels of the last picture that show a state.
        computed: columns the last picture had to reduce.
        exact: whether every column of the last picture shows what truly has the most of it.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rows: dict[int, RowCache] = {}
        self._cores = CoreColours(theme)
        self._second = SecondPainter(theme)
        self._alone = AloneRows(theme)
        self._strips: dict[tuple[int | None, int, bool, bool], StripPainter] = {}
        self._inks: dict[tuple[int | None, bool], QColor] = {}
        self._lane = theme.color("lane")
        self._tick = theme.color("text").rgb()
        self._labels = Labels(theme.font("tag"))
        self._room = 0  # for words, left in this picture
        self.begin()

    def begin(self) -> None:
        """A new picture."""
        self.coloured = self.computed = 0
        self.exact = True
        self._room = _MOST_LABELS

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._rows.clear()
        self._cores.forget()
        self._second.forget()
        self._alone.forget()

    def paint(self, painter: QPainter, rect: QRect, picture: Picture, box: LaneBox) -> bool:
        """Paint one lane; returns whether there is anything in view."""
        row, exact = self._row(picture, box.track)
        alive = np.flatnonzero(row.main)
        if not len(alive):
            return False
        first, stop, main = int(alive[0]), int(alive[-1]) + 1, row.main
        if picture.only:
            row = self._alone.row(picture, box.track, row)
        row = Row(row.main[first:stop], row.hidden[first:stop])
        marked = edges(told(row) if picture.only else row)
        view = self._coloured(_InView(row, marked, first), picture, box.track, exact)
        self.coloured += stop - first
        bar = bar_of(self._theme, rect, box)
        place = QRect(bar.left() + first, bar.top(), stop - first, bar.height())
        self._forms(painter, place, view, picture.scale.first, box.hue, bool(picture.only))
        if box.second:
            self._second.paint(painter, rect, picture, box, main)
        if bar.height() >= self._theme.px(14):
            self._words(painter, place, view, picture, box)
        return True

    def _coloured(self, view: _InView, picture: Picture, track: Track, exact: bool) -> _InView:
        """What is in view, in the hues of the cores where that is wanted."""
        if not picture.by_core or picture.only:
            return view
        seen = slice(view.first, view.first + len(view.row.main))
        row = self._cores.row(picture, track, exact)
        coloured = recoloured(view.row, row.core[seen], view.edges)
        return view._replace(row=coloured, cores=row.core[seen], ticks=ticked(row.moved[seen]))

    def _row(self, picture: Picture, track: Track) -> tuple[Row, bool]:
        """The columns of a track, and whether they are exact."""
        cache = self._rows.setdefault(track.id, RowCache())
        row = cache.row(track.lane, picture.scale, picture.moving)
        self.computed += cache.computed
        self.exact &= cache.exact
        return row, cache.exact

    def _forms(self, painter: QPainter, place: QRect, view: _InView, column: int, hue: int | None, alone: bool) -> None:
        strip = self._strip(hue, place.height(), view.cores is not None, alone)
        pixels, hidden = strip.pixels(view.row, column + view.first, view.edges), strip.hidden(view.row)
        if view.ticks is not None:
            pixels[-self._theme.px(STRIP) :, view.ticks] = hidden[:, view.ticks] = self._tick
        draw(painter, place, pixels)
        if view.row.hidden.any() or view.ticks is not None:
            under = QRect(place.left(), place.bottom() + 2, place.width(), self._theme.px(STRIP))
            draw(painter, under, hidden)

    def _strip(self, hue: int | None, height: int, by_core: bool, alone: bool) -> StripPainter:
        key = (hue if hue is None else hue % len(self._theme.tokens["lanes"]), height, by_core, alone)
        if key not in self._strips:
            more = self._alone.hues(hue) if alone else hues_of(self._theme) if by_core else ()
            self._strips[key] = StripPainter(self._ink(hue), height, max(1, round(self._theme.scale)), more)
        return self._strips[key]

    def _ink(self, hue: int | None) -> Ink:
        theme = self._theme
        return Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))

    def _words(self, painter: QPainter, place: QRect, view: _InView, picture: Picture, box: LaneBox) -> None:
        least = self._theme.px(_LABEL_ROOM)
        for begin, stop in _wide(view.row, view.edges, self._theme.px(LEAST) if view.cores is not None else least):
            if self._room <= 0:
                return
            on_core = view.row.main[begin] >= STATES
            if stop - begin < least and not on_core:
                continue
            room = QRect(place.left() + begin, place.top(), stop - begin, place.height())
            span = box.track.lane.span_at(picture.scale.when(view.first + (begin + stop) / 2))
            if on_core and view.cores is not None:
                self._core_in(painter, room, int(view.cores[begin]), _word(picture.run, span) if span else "")
            elif span and span.state == view.row.main[begin] and (text := _word(picture.run, span)):
                runs = span.state is State.RUN
                self._word_in(painter, room, text, self._word_ink(box.hue, runs), None if runs else self._lane)

    def _core_in(self, painter: QPainter, room: QRect, core: int, label: str) -> None:
        if text := core_word(self._labels, core, label, room.width() - 4):
            self._word_in(painter, room, text, self._cores.ink(core), None)

    def _word_in(self, painter: QPainter, room: QRect, text: str, ink: QColor, ground: QColor | None) -> None:
        word = self._labels.word(text, ink, ground, room.width() - 4)
        self._room -= 1
        if word is not None:
            size = word.deviceIndependentSize().toSize()
            painter.drawPixmap(room.center() - QPoint(size.width() // 2, size.height() // 2), word)

    def _word_ink(self, hue: int | None, runs: bool) -> QColor:
        """Ink of a word on a bar of that hue, or on a waiting box."""
        if (hue, runs) not in self._inks:
            theme = self._theme
            self._inks[hue, runs] = theme.ink(lane_color(theme, hue)) if runs else theme.color("text")
        return self._inks[hue, runs]


class _InView(NamedTuple):
    """What of a lane is in view: its columns, their edges, the number of the first in the view, and the cores."""

    row: Row
    edges: Marks
    first: int
    cores: Cores | None = None  # where they give the hues
    ticks: Marks | None = None  # where it moved to another core


def _word(run: Run, span: Span) -> str:
    """What is written into a span."""
    if span.state in (State.RUN, State.READY):
        return run.names[span.ref].label if span.ref else ""
    return TAGS.get(span.state, "")


def _wide(row: Row, marked: Marks, least: int) -> list[tuple[int, int]]:
    """Stretches of columns of one state, at least ``least`` wide, cut where a wait was left in between: first, stop."""
    main = row.main
    begins = main[1:] != main[:-1]
    begins |= marked[1:]
    cuts = np.concatenate(([0], np.flatnonzero(begins) + 1, [len(main)]))
    wide = np.flatnonzero((np.diff(cuts) >= least) & (main[cuts[:-1]] != State.NONE))
    return [(int(cuts[i]), int(cuts[i + 1])) for i in wide]
