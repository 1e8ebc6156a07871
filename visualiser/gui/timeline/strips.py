"""Turns rows of states into the pixels of a lane: one texture look-up a lane, whatever it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from visualiser.gui.timeline.forms import PERIOD, WAITS, textures
from visualiser.trace.most import Columns
from visualiser.trace.row import Row
from visualiser.trace.states import STATES, State

Pixels = npt.NDArray[np.uint32]
Marks = npt.NDArray[np.bool_]
NARROW = 4  # columns
_WANTS = 0.24  # share of the hue in the strip of what wants to run: there, and quieter than any wait
_HIGH = 32  # pixels of a lane, from which on its rows are looked up only once each

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
        shades = np.array([rgb(ink.ground), _mix(ink, 0.16), _mix(ink, 0.62), rgb(ink.hue)], np.uint32)
        forms = shades[textures(height, scale)]
        solid = [np.full_like(forms[:1], rgb(hue)) for hue in more]
        forms = np.concatenate([forms, *solid])
        # (row, state · edge · column of the period): one take along the last axis gives a whole lane
        self._table: Pixels = np.ascontiguousarray(np.moveaxis(forms, 2, 0).reshape(height, -1))
        self._strip = np.append(_strip_colours(ink), np.array([rgb(hue) for hue in more], np.uint32))
        self._tables: dict[bytes, tuple[Pixels, npt.NDArray[np.intp]]] = {}  # by the states in view

    def pixels(self, row: Row, first: int, marked: Marks | None = None) -> Pixels:
        """The lane's pixels, (height, columns) RGB32; ``first`` numbers the leftmost column and anchors the hatch.

        ``marked`` are the row's ``edges`` where the caller has them already.
        """
        result: Pixels = np.empty((self.height, len(row.main)), np.uint32)
        self.fill(result, row.main, edges(row) if marked is None else marked, first)
        return result

    def fill(self, pixels: Pixels, main: Columns, marked: Marks, first: int) -> None:
        """Write the lane's ``pixels``, (height, columns)."""
        columns = (first + np.arange(len(main))) % self._period
        index = (main * np.intp(2) + marked) * self._period + columns
        if self.height < _HIGH:
            np.take(self._table, index, axis=1, mode="clip", out=pixels)
            return
        table, rows = self._distinct(main)
        np.take(np.take(table, index, axis=1, mode="clip"), rows, axis=0, mode="clip", out=pixels)

    def hidden(self, row: Row) -> Pixels:
        """One row of pixels that tells what each column holds besides its main state."""
        return self.strip(row.hidden)[None, :]

    def strip(self, hidden: Columns) -> Pixels:
        """The colours of the strip below a lane that tells of the ``hidden`` states."""
        return self._strip[hidden]

    def _distinct(self, main: Columns) -> tuple[Pixels, npt.NDArray[np.intp]]:
        """The table without rows that look like an earlier one to these states, and which stands for each.

        Hatches repeat: of a high lane's rows a third or less differ, and copying a row is quicker than looking it up.
        """
        present = np.flatnonzero(np.bincount(main))
        key = present.tobytes()
        if key not in self._tables:
            seen = self._table.reshape(self.height, -1, 2 * self._period)[:, present].reshape(self.height, -1)
            _, first, rows = np.unique(seen, axis=0, return_index=True, return_inverse=True)
            self._tables[key] = np.ascontiguousarray(self._table[first]), rows.ravel()
        return self._tables[key]


def edges(row: Row, narrow: int = NARROW) -> Marks:
    """True in the columns where a wait begins or ends, also if the thread ran for less than a column in between.

    Waits of ``narrow`` columns or fewer get none: side by side, edges would look like running.
    """
    result: Marks = all_edges(row.main[None, :], row.hidden[None, :], narrow)[0]
    return result


def all_edges(main: Columns, hidden: Columns, narrow: int = NARROW) -> Marks:
    """The ``edges`` of many lanes: arrays of (lane, column)."""
    lanes, width = main.shape
    result = np.zeros((lanes, width + narrow + 1), np.bool_)  # lanes far enough apart to have no say in each other
    seen = result[:, :width]
    waits = _IS_WAIT[main]
    np.logical_and(waits, _IS_AWAKE[hidden], out=seen)
    changes = main[:, 1:] != main[:, :-1]
    seen[:, 1:] |= changes & waits[:, 1:]
    seen[:, :-1] |= changes & waits[:, :-1]
    places = np.flatnonzero(result)
    if len(places):
        apart = np.concatenate(([narrow + 1], np.diff(places), [narrow + 1])) > narrow
        result.ravel()[places[~(apart[:-1] | apart[1:])]] = False
    return seen


def draw(painter: QPainter, place: QRect, pixels: Pixels) -> None:
    """Draw ``pixels`` into ``place``, stretched where it has another size."""
    height, width = pixels.shape
    # The image does not own its pixels: both live until it has been drawn.
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
    painter.drawImage(place, image)


def hidden_colours(ink: Ink) -> list[QColor]:
    """By state, the colour that tells of it in the strip of what is too brief to see; the ground's for none."""
    result = [mix(ink.hue, ink.ground, 0.45)] * STATES
    for state in (State.GIL, State.CORE, State.RESUME):
        result[state] = mix(ink.hue, ink.ground, _WANTS)
    for state in (State.RUN, State.READY):
        result[state] = ink.hue
    result[State.NONE], result[State.LOCK] = ink.ground, ink.warn
    return result


def _strip_colours(ink: Ink) -> Pixels:
    return np.array([rgb(color) for color in hidden_colours(ink)], np.uint32)


def rgb(color: QColor) -> int:
    """A colour as a pixel of an RGB32 image."""
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
    return rgb(mix(ink.hue, ink.ground, share))
