"""Paints counters: how many items lie in a queue as a stepped area, how long a window's frames take as bars."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.lane_layout import CounterBox
from visualiser.gui.timeline.levels import Values, bar_levels, is_duration, step_levels
from visualiser.gui.timeline.picture import GAP, Picture, lane_color
from visualiser.gui.timeline.strips import draw, mix
from visualiser.trace.counters import Counter

SMOOTH_MS, SLOW_MS = 1000 / 60, 50.0  # a frame at 60 a second; one that everybody notices
_HIGHEST_MS = 100.0  # bars above are cut off, else one stall would flatten all others
_GRID_ROOM = 12  # pixels between two lines of the grid, at scale 1
_GROUND, _GRID, _FILL, _EDGE, _SLOW = range(5)

Shades = npt.NDArray[np.uint8]


class CounterPainter:
    """Paints counters' lanes in one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._words = Labels(theme.font("tag"))

    def paint(self, painter: QPainter, rect: QRect, picture: Picture, box: CounterBox) -> None:
        """Paint one counter's lane."""
        gap = self._theme.px(GAP)
        room = QRect(rect.left(), rect.top() + box.top + gap // 2, rect.width(), box.height - gap)
        levels, top = levels_of(box.counter, picture), highest(box.counter)
        frames = is_duration(box.counter)
        lines = [SMOOTH_MS, SLOW_MS] if frames else grid(top, room.height() / self._theme.px(_GRID_ROOM))
        shades = area(levels, top, room.height(), lines, SLOW_MS if frames else math.inf)
        draw(painter, room, self._table(box)[shades])
        if frames:
            for line in lines:
                self._at_line(painter, room, f"{line:.3g} ms", line / top)
        self._peak(painter, room, box.counter, levels, frames)

    def _table(self, box: CounterBox) -> npt.NDArray[np.uint32]:
        theme = self._theme
        ground = theme.color("lane")
        hue = theme.color("accent") if box.hue is None else lane_color(theme, box.hue)
        colors = [ground, mix(theme.color("outline"), ground, 0.45), mix(hue, ground, 0.38), hue, theme.color("warn")]
        return np.array([color.rgb() for color in colors], np.uint32)

    def _at_line(self, painter: QPainter, room: QRect, text: str, share: float) -> None:
        word = self._words.word(text, self._theme.color("muted"), self._theme.color("lane"), 10_000)
        if word is not None:
            size = word.deviceIndependentSize().toSize()
            y = room.bottom() - round(share * (room.height() - 1)) - size.height() // 2
            painter.drawPixmap(QPoint(room.right() - size.width(), max(room.top(), y)), word)

    def _peak(self, painter: QPainter, room: QRect, counter: Counter, levels: Values, frames: bool) -> None:
        """Say the highest value in view where it is."""
        if not len(levels) or np.isnan(levels).all():
            return
        x = int(np.nanargmax(levels))
        value = float(levels[x])
        if value <= (SLOW_MS if frames else 0):
            return
        text = f"{value:.0f} ms" if frames else f"max {value:g}"
        word = self._words.word(text, self._theme.color("text"), self._ground(), 10_000)
        if word is not None:
            size = word.deviceIndependentSize().toSize()
            left = (
                x + self._theme.px(5) if x + size.width() + self._theme.px(70) < room.width() else x - size.width() - 3
            )
            painter.drawPixmap(
                QPoint(room.left() + max(0, left), room.top() + (self._theme.px(9) if frames else 1)), word
            )

    def _ground(self) -> QColor:
        return self._theme.color("lane")


def levels_of(counter: Counter, picture: Picture) -> Values:
    """Its highest value in each visible column, NaN where there is none."""
    edges, known = picture.scale.edges(), slice(None)
    if not picture.whole:
        known = slice(int(counter.t.searchsorted(np.int64(picture.now_ns), "right")))
    if is_duration(counter):
        return bar_levels(counter.t[known], counter.value[known], counter.unit, edges)
    return step_levels(counter.t[known], counter.value[known], edges, picture.now_ns)


def highest(counter: Counter) -> float:
    """The value that the full height of its lane stands for."""
    most = float(counter.value.max()) if len(counter) else 0.0
    if is_duration(counter):
        return min(max(most, SLOW_MS * 1.2), _HIGHEST_MS)
    return max(most, 1.0) * 1.15


def grid(top: float, most: float) -> list[float]:
    """Whole numbers up to ``top``, at round steps, not more than ``most`` of them."""
    least = max(top / max(most, 1), 1.0)
    power = 10 ** math.floor(math.log10(least))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999)
    return [float(line) for line in np.arange(step, top, step)]


def area(levels: Values, top: float, height: int, lines: list[float], slow: float) -> Shades:
    """Shade of every pixel of a lane; what is ``slow`` is hatched and full, what is higher than ``top`` cut open."""
    deep = np.nan_to_num(np.round(np.minimum(levels, top) / top * (height - 1)), nan=-1.0)
    from_below = np.arange(height - 1, -1, -1)[:, None]
    rows = [height - 1 - round(line / top * (height - 1)) for line in lines]
    result = np.zeros((height, len(levels)), np.uint8)
    result[rows] = _GRID
    filled = (from_below <= deep) & (deep > 0)
    result[filled] = _FILL
    result[(np.abs(from_below - deep) < 0.5) & (deep >= 0)] = _EDGE
    is_slow = levels > slow
    if is_slow.any():
        result[filled & is_slow] = _SLOW
        result[filled & is_slow & ((np.arange(len(levels)) + from_below) % 5 == 0)] = _GROUND
    result[4:7, levels > top] = _GROUND
    if slow < math.inf:  # bars would hide the lines they are measured by
        for row in rows:
            result[row, ::3] = _GRID
    return np.ascontiguousarray(result)
