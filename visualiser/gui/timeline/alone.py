"""Shows only the states chosen in the legend: all others fade to a ground that tells that something is there."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import Picture, lane_color
from visualiser.gui.timeline.second import stretches
from visualiser.gui.timeline.strips import mix
from visualiser.trace.presence import PresenceCache
from visualiser.trace.row import Row
from visualiser.trace.states import STATES, State
from visualiser.trace.track import Track

FADED, BRIEF, FLAG = range(STATES, STATES + 3)  # codes beyond the states: what is not shown, too narrow for its form,
# and the strip below that marks every column in which a chosen state occurs
_PALE = 0.2
_NARROW = 4  # columns in which a form cannot be told


class AloneRows:
    """Makes rows of the chosen states in one theme; keeps columns between frames."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: dict[int, PresenceCache] = {}

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._kept.clear()

    def row(self, picture: Picture, track: Track, row: Row) -> Row:
        """The lane's columns: those in which a chosen state occurs at all show it, the others of ``row`` are FADED."""
        kept = self._kept.setdefault(track.id, PresenceCache())
        present = kept.columns(track.lane, picture.scale, picture.only)
        faded = np.where(row.main == State.NONE, np.uint8(State.NONE), np.uint8(FADED))
        main = np.where(present == State.NONE, faded, present)
        for begin, stop in stretches(present != State.NONE):
            if stop - begin < _NARROW:
                main[begin:stop] = BRIEF
        hidden = np.where(present == State.NONE, np.uint8(State.NONE), np.uint8(FLAG))
        return Row(main, hidden)

    def hues(self, hue: int | None) -> tuple[QColor, ...]:
        """The colours of FADED, BRIEF and FLAG on a lane of that hue."""
        theme, ink = self._theme, lane_color(self._theme, hue)
        return mix(ink, theme.color("lane"), _PALE), ink, theme.color("text")


def told(row: Row) -> Row:
    """The states of a row alone, without the codes beyond them: what edges are drawn around."""
    return Row(np.where(row.main >= STATES, np.uint8(State.NONE), row.main), np.zeros_like(row.hidden))
