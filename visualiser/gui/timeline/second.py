"""The thin strip below a lane: what a second source says of it, underlined where the two disagree."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.lane_layout import LaneBox
from visualiser.gui.timeline.picture import STRIP, Picture, bar_of, lane_color
from visualiser.gui.timeline.strips import Ink, StripPainter, draw
from visualiser.trace.most import Columns
from visualiser.trace.row import Row
from visualiser.trace.row_cache import RowCache
from visualiser.trace.states import STATES, State

HEIGHT = 14  # of strip and underline together, at scale 1
_STRIP, _LINE = 8, 3

# A source that cannot tell says so by states of its own: these do not contradict what another one knows better.
_AGREE = np.eye(STATES, dtype=np.bool_)
_VAGUE = {
    State.READY: (State.RUN, State.GIL, State.CORE, State.RESUME, State.UNKNOWN),
    State.RESUME: (State.RUN, State.GIL, State.CORE),
    State.UNKNOWN: tuple(State),
    State.NONE: tuple(State),
}
for _state, _others in _VAGUE.items():
    for _other in _others:
        _AGREE[_state, _other] = _AGREE[_other, _state] = True


class SecondPainter:
    """Paints the second source's strips in one theme; keeps rows and strips between frames."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rows: dict[int, RowCache] = {}
        self._strips: dict[int | None, StripPainter] = {}

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._rows.clear()

    def paint(self, painter: QPainter, rect: QRect, picture: Picture, box: LaneBox, first: Columns) -> None:
        """Paint one lane's strip; ``first``: the states that the lane itself shows, column by column."""
        row = self._rows.setdefault(box.track.id, RowCache()).row(box.track.second, picture.scale, picture.moving)
        bar, theme = bar_of(self._theme, rect, box), self._theme
        top = bar.bottom() + 2 + theme.px(STRIP) + 1
        strip = self._strip(box.hue)
        pixels = strip.pixels(Row(row.main, np.zeros_like(row.main)), picture.scale.first)
        draw(painter, QRect(rect.left(), top, rect.width(), pixels.shape[0]), pixels)
        under = top + pixels.shape[0]
        for begin, stop in stretches(disagree(first, row.main)):
            painter.fillRect(rect.left() + begin, under, stop - begin, theme.px(_LINE), theme.color("warn"))

    def _strip(self, hue: int | None) -> StripPainter:
        key = hue if hue is None else hue % len(self._theme.tokens["lanes"])
        if key not in self._strips:
            theme = self._theme
            ink = Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))
            self._strips[key] = StripPainter(ink, theme.px(_STRIP), max(1, round(theme.scale)))
        return self._strips[key]


def disagree(one: Columns, other: Columns) -> npt.NDArray[np.bool_]:
    """True where two sources say what cannot both be true."""
    result: npt.NDArray[np.bool_] = ~_AGREE[one, other]
    return result


def stretches(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where neighbouring flags are set: first, stop."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
