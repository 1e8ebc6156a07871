"""Turns rows of states into the pixels of a lane: one texture look-up a lane, whatever it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from visualiser.gui.timeline.forms import PERIOD, WAITS, textures
from visualiser.trace.row import Row
from visualiser.trace.states import STATES, State

Pixels = npt.NDArray[np.uint32]
Marks = npt.NDArray[np.bool_]
_NARROW = 4  # columns

_IS_WAIT = np.zeros(STATES, np.bool_)
_IS_WAIT[list(WAITS)] = True
_IS_AWAKE = ~_IS_WAIT
_IS_AWAKE[State.NONE] = False


@dataclass(frozen=True)
class Ink:
    """Colours of one lane."""

    hue: QColor
    ground: QColor
    text: QColor
    warn: QColor


class StripPainter:
    """Paints lanes of one height in one colour; keeps what does not change between frames.

    A row may hold codes beyond those of the states: they run, in one of the ``more`` hues.
    """

    def __init__(self, ink: Ink, height: int, scale: int, more: Sequence[QColor] = ()) -> None:
        self.height = height
        self._period = PERIOD * scale
        shades = np.array([_rgb(ink.ground), _mix(ink, 0.16), _mix(ink, 0.62), _rgb(ink.hue)], np.uint32)
        forms = shades[textures(height, scale)]
        solid = [np.full_like(forms[:1], _rgb(hue)) for hue in more]
        forms = np.concatenate([forms, *solid])
        # (row, state · edge · column of the period): one take along the last axis gives a whole lane
        self._table: Pixels = np.ascontiguousarray(np.moveaxis(forms, 2, 0).reshape(height, -1))
        self._strip = np.append(_strip_colours(ink), np.array([_rgb(hue) for hue in more], np.uint32))

    def pixels(self, row: Row, first: int, marked: Marks | None = None) -> Pixels:
        """The lane's pixels, (height, columns) RGB32; ``first`` numbers the leftmost column and anchors the hatch.

        ``marked`` are the row's ``edges`` where the caller has them already.
        """
        columns = (first + np.arange(len(row.main))) % self._period
        index = (row.main.astype(np.intp) * 2 + (edges(row) if marked is None else marked)) * self._period + columns
        return np.take(self._table, index, axis=1)

    def hidden(self, row: Row) -> Pixels:
        """One row of pixels that tells what each column holds besides its main state."""
        return self._strip[row.hidden][None, :]


def edges(row: Row) -> Marks:
    """True in the columns where a wait begins or ends, also if the thread ran for less than a column in between.

    Waits narrower than a few columns get none: side by side, edges would look like running.
    """
    main = row.main
    waits = _IS_WAIT[main]
    result = waits & _IS_AWAKE[row.hidden]
    changes = main[1:] != main[:-1]
    result[1:] |= changes & waits[1:]
    result[:-1] |= changes & waits[:-1]
    places = np.flatnonzero(result)
    if len(places):
        before = np.diff(places, prepend=-_NARROW - 1)
        after = np.diff(places, append=len(main) + _NARROW)
        lone = (before > _NARROW) | (after > _NARROW)
        result[places[~lone]] = False
    return result


def draw(painter: QPainter, place: QRect, pixels: Pixels) -> None:
    """Draw ``pixels`` into ``place``, stretched where it has another size."""
    height, width = pixels.shape
    # The image does not own its pixels: both live until it has been drawn.
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
    painter.drawImage(place, image)


def hidden_colours(ink: Ink) -> list[QColor]:
    """By state, the colour that tells of it in the strip of what is too brief to see; the ground's for none."""
    result = [mix(ink.hue, ink.ground, 0.45)] * STATES
    for state in (State.NONE, State.GIL, State.CORE, State.RESUME):
        result[state] = ink.ground
    for state in (State.RUN, State.READY):
        result[state] = ink.hue
    result[State.LOCK] = ink.warn
    return result


def _strip_colours(ink: Ink) -> Pixels:
    return np.array([_rgb(color) for color in hidden_colours(ink)], np.uint32)


def _rgb(color: QColor) -> int:
    return color.rgb() & 0xFFFFFFFF


def mix(color: QColor, ground: QColor, share: float) -> QColor:
    """``share`` of a colour over an opaque ground."""

    def channel(over: float, under: float) -> float:
        return over * share + under * (1 - share)

    return QColor.fromRgbF(
        channel(color.redF(), ground.redF()),
        channel(color.greenF(), ground.greenF()),
        channel(color.blueF(), ground.blueF()),
    )


def _mix(ink: Ink, share: float) -> int:
    """The lane's hue over its ground."""
    return _rgb(mix(ink.hue, ink.ground, share))
