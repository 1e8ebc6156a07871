"""The words in lanes: which stretches are wide enough, and what stands there; kept while the view scrolls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
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
from visualiser.trace.most import Columns
from visualiser.trace.states import STATES, State

_LABEL_ROOM = 40  # least width of a box that gets a word
_MOST_LABELS = 300
_MOST_KEPT = 5000
_NAMED = (int(State.RUN), int(State.READY))  # have the name of what they work on
_TAG_OF = {int(state): tag for state, tag in TAGS.items()}


Place = tuple[LaneBox, QRect]  # a lane and its bar
Stretch = tuple[int, int, int]  # lane, first column, stop
Key = tuple[int, int, int]  # track, the run's first column, stop


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
        self._kept_for: tuple[float, int, int, frozenset[State]] = (0.0, 0, 0, frozenset())

    def forget(self) -> None:
        """Another run: nothing that is kept for a place is of use."""
        self._kept.clear()

    def paint(
        self,
        painter: QPainter,
        picture: Picture,
        places: list[Place],
        main: Columns,
        marked: Marks,
    ) -> None:
        """Write into every lane of ``places``, lanes and their bars.

        ``main`` has the states, (lane, column); ``marked`` tells where a stretch ends although the state stays.
        """
        self._keep_for(picture)
        first = picture.scale.first
        found = wide(main, marked, self._least)
        stretches = [one for one in zip(*found, strict=True) if main[one[0], one[1]] < STATES][:_MOST_LABELS]
        keys = [(places[lane][0].track.id, first + begin, first + stop) for lane, begin, stop in stretches]
        new = [number for number, key in enumerate(keys) if key not in self._kept]
        self._say(picture, places, main, [stretches[number] for number in new], [keys[number] for number in new])
        for (lane, begin, stop), key in zip(stretches, keys, strict=True):
            word = self._kept[key]
            if word is not None:
                _put(painter, places[lane][1], begin, stop, word)

    def paint_cores(
        self,
        painter: QPainter,
        picture: Picture,
        places: list[Place],
        main: Columns,
        marked: Marks,
        cores: list[Cores],
        colours: CoreColours,
    ) -> None:
        """The same where what runs has the hue of its core: its number is written into it."""
        found = list(zip(*wide(main, marked, self._theme.px(LEAST)), strict=True))
        some = [one for one in found if one[2] - one[1] >= self._least or main[one[0], one[1]] >= STATES]
        del some[_MOST_LABELS:]
        for (lane, begin, stop), (state, text) in zip(some, _texts(picture, places, main, some), strict=True):
            box, bar = places[lane]
            room = stop - begin - 4
            if main[lane, begin] >= STATES:
                core = int(cores[lane][begin])
                shown = core_word(self._labels, core, text if state == State.RUN else "", room)
                word = self._made(shown, colours.ink(core), None, room) if shown else None
            else:
                word = self._word(text, box.hue, False, room) if text else None
            if word is not None:
                _put(painter, bar, begin, stop, word)

    def _keep_for(self, picture: Picture) -> None:
        """What is kept for a place is good under one scale, with the names that are known."""
        wanted = picture.scale.step, picture.scale.start, len(picture.run.names), picture.only
        if wanted != self._kept_for or len(self._kept) > _MOST_KEPT:
            self._kept_for = wanted
            self._kept.clear()

    def _say(
        self, picture: Picture, places: list[Place], main: Columns, stretches: list[Stretch], keys: list[Key]
    ) -> None:
        """Find the words of stretches and keep them by their keys."""
        texts = _texts(picture, places, main, stretches)
        for (lane, begin, stop), key, (state, text) in zip(stretches, keys, texts, strict=True):
            hue = places[lane][0].hue
            self._kept[key] = self._word(text, hue, state == State.RUN, stop - begin - 4) if text else None

    def _word(self, text: str, hue: int | None, runs: bool, room: int) -> Word | None:
        key = text, hue, runs, -1 if self._labels.fits(text, room) else room // 8
        if key not in self._words:
            if len(self._words) > _MOST_KEPT:
                self._words.clear()
            self._words[key] = self._made(text, self._ink(hue, runs), None if runs else self._ground, room)
        return self._words[key]

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


def _texts(picture: Picture, places: list[Place], main: Columns, stretches: list[Stretch]) -> Iterator[tuple[int, str]]:
    """What stands in the middle of each stretch: its state, and its words if it is what the stretch shows."""
    names, scale = picture.run.names, picture.scale
    for number, some in groupby(stretches, itemgetter(0)):
        lane, mine = places[number][0].track.lane, list(some)
        moments = np.array([scale.when((begin + stop) / 2) for _, begin, stop in mine], np.int64)
        spans = np.maximum(lane.t.searchsorted(moments, "right") - 1, 0)
        shown = main[number, [begin for _, begin, _ in mine]].tolist()
        refs, states = lane.ref[spans].tolist(), lane.state[spans].tolist()
        for code, state, ref in zip(shown, states, refs, strict=True):
            if code != state and not (code >= STATES and state == State.RUN):
                yield state, ""
            elif state in _NAMED:
                yield state, names[ref].label if ref else ""
            else:
                yield state, _TAG_OF.get(state, "")


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
