"""The words in lanes: which stretches are wide enough, and what stands there; kept while the view scrolls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.core_colours import LEAST, CoreColours, core_word
from visualiser.gui.timeline.forms import TAGS
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.picture import Picture, lane_color
from visualiser.gui.timeline.strips import Marks
from visualiser.trace.core_log import Cores
from visualiser.trace.lane import Lane
from visualiser.trace.most import Columns
from visualiser.trace.states import STATES, State

_LABEL_ROOM = 40  # least width of a box that gets a word
_MOST_LABELS = 300
_MOST_KEPT = 5000


class Word(NamedTuple):
    """A word ready to be drawn, and its size in pixels."""

    pixmap: QPixmap
    width: int
    height: int


class Stretches(NamedTuple):
    """Neighbouring columns of one state: the lane, the first column and the one after the last of each."""

    lane: list[int]
    begin: list[int]
    stop: list[int]


class WordPainter:
    """Writes into lanes in one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._least = theme.px(_LABEL_ROOM)
        self._labels = Labels(theme.font("tag"))
        self._ground = theme.color("lane")
        self._inks: dict[tuple[int | None, bool], QColor] = {}
        self._words: dict[tuple[str, int | None, bool, int], Word | None] = {}
        self._kept: dict[tuple[int, int, int], Word | None] = {}
        self._kept_for: tuple[float, int, int] = (0.0, 0, 0)

    def forget(self) -> None:
        """Another run: nothing that is kept for a place is of use."""
        self._kept.clear()

    def paint(
        self,
        painter: QPainter,
        picture: Picture,
        places: list[tuple[LaneBox, QRect]],
        main: Columns,
        marked: Marks,
    ) -> None:
        """Write into every lane of ``places``, lanes and their bars.

        ``main`` has the states, (lane, column); ``marked`` tells where a stretch ends although the state stays.
        """
        self._keep_for(picture)
        first = picture.scale.first
        found = wide(main, marked, self._least)
        for lane, begin, stop in list(zip(*found, strict=True))[:_MOST_LABELS]:
            box, bar = places[lane]
            key = box.track.id, first + begin, first + stop
            if key not in self._kept:
                state = State(int(main[lane, begin]))
                self._kept[key] = self._word(picture, box, state, begin, stop)
            word = self._kept[key]
            if word is not None:
                _put(painter, bar, begin, stop, word)

    def paint_cores(
        self,
        painter: QPainter,
        picture: Picture,
        places: list[tuple[LaneBox, QRect]],
        main: Columns,
        marked: Marks,
        cores: list[Cores],
        colours: CoreColours,
    ) -> None:
        """The same where what runs has the hue of its core: its number is written into it."""
        found = wide(main, marked, self._theme.px(LEAST))
        room = _MOST_LABELS
        for lane, begin, stop in zip(*found, strict=True):
            box, bar = places[lane]
            on_core = main[lane, begin] >= STATES
            if room <= 0 or (stop - begin < self._least and not on_core):
                continue
            if on_core:
                core = int(cores[lane][begin])
                label = self._label(picture, box.track.lane, State.RUN, begin, stop)
                text = core_word(self._labels, core, label, stop - begin - 4)
                word = self._made(text, colours.ink(core), None, stop - begin - 4) if text else None
            else:
                word = self._word(picture, box, State(int(main[lane, begin])), begin, stop)
            room -= 1
            if word is not None:
                _put(painter, bar, begin, stop, word)

    def _keep_for(self, picture: Picture) -> None:
        """What is kept for a place is good under one scale, with the names that are known."""
        wanted = picture.scale.step, picture.scale.start, len(picture.run.names)
        if wanted != self._kept_for or len(self._kept) > _MOST_KEPT:
            self._kept_for = wanted
            self._kept.clear()

    def _word(self, picture: Picture, box: LaneBox, state: State, begin: int, stop: int) -> Word | None:
        text = self._label(picture, box.track.lane, state, begin, stop)
        runs = state is State.RUN
        room = stop - begin - 4
        if not text:
            return None
        key = text, box.hue, runs, room if not self._labels.fits(text, room) else -1
        if key not in self._words:
            if len(self._words) > _MOST_KEPT:
                self._words.clear()
            self._words[key] = self._made(text, self._ink(box.hue, runs), None if runs else self._ground, room)
        return self._words[key]

    def _label(self, picture: Picture, lane: Lane, state: State, begin: int, stop: int) -> str:
        """What is written into a stretch: nothing if another state lies in its middle."""
        named = state in (State.RUN, State.READY)
        if not named and state not in TAGS:
            return ""
        span = lane.span_at(picture.scale.when((begin + stop) / 2))
        if span is None or span.state is not state:
            return ""
        if not named:
            return TAGS[state]
        return picture.run.names[span.ref].label if span.ref else ""

    def _made(self, text: str, ink: QColor, ground: QColor | None, room: int) -> Word | None:
        pixmap = self._labels.word(text, ink, ground, room)
        if pixmap is None:
            return None
        size = pixmap.deviceIndependentSize().toSize()
        return Word(pixmap, size.width(), size.height())

    def _ink(self, hue: int | None, runs: bool) -> QColor:
        """Ink of a word on a bar of that hue, or on a waiting box."""
        if (hue, runs) not in self._inks:
            theme = self._theme
            self._inks[hue, runs] = theme.ink(lane_color(theme, hue)) if runs else theme.color("text")
        return self._inks[hue, runs]


def wide(main: Columns, marked: Marks, least: int) -> Stretches:
    """Stretches of at least ``least`` columns, cut where a wait was left in between, lane after lane."""
    lanes, width = main.shape
    begins = np.ones((lanes, width), np.bool_)
    np.not_equal(main[:, 1:], main[:, :-1], out=begins[:, 1:])
    begins[:, 1:] |= marked[:, 1:]
    cuts = np.append(np.flatnonzero(begins), lanes * width)
    some = np.flatnonzero(np.diff(cuts) >= least)
    some = some[main.ravel()[cuts[some]] != State.NONE]
    lane = cuts[some] // width
    return Stretches(lane.tolist(), (cuts[some] - lane * width).tolist(), (cuts[some + 1] - lane * width).tolist())


def _put(painter: QPainter, bar: QRect, begin: int, stop: int, word: Word) -> None:
    """Draw a word in the middle of its stretch."""
    left = bar.left() + begin + (stop - begin - 1) // 2 - word.width // 2
    painter.drawPixmap(left, bar.top() + (bar.height() - 1) // 2 - word.height // 2, word.pixmap)
