"""Paints the phases of a run: faint bands behind the lanes, a titled strip above them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.as_of import is_all, known_phases
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.ruler import brief
from visualiser.gui.timeline.sheet import Ground
from visualiser.gui.timeline.strips import mix, rgb
from visualiser.trace.phases import Phase
from visualiser.trace.run import Run
from visualiser.trace.track import NS

_LINE = 21  # height of a line of titles, at scale 1
_MARGIN = 3
_MANY = 3  # phases, from which on titles take turns on two lines
_TINT = 0.075  # of every other phase, over what lies behind
_LEAST = 46  # pixels of a phase that gets its title


class BandPainter:
    """Paints phases in one theme; they alternate between two tints."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._known = (0, False)
        self._phases: tuple[Phase, ...] = ()
        self._titles = Labels(theme.font("strong"))
        self._times = Labels(theme.font("small"))
        accent, self._line = theme.color("accent"), theme.color("accent")
        self._strip = [mix(accent, theme.color("surface"), share) for share in (0.26, 0.13)]
        self._line.setAlphaF(0.55)
        grounds = (theme.color("surface"), theme.color("lane"))
        self._plain = np.array([[rgb(ground)] for ground in grounds], np.uint32)
        self._tinted = np.array([[rgb(mix(accent, ground, _TINT))] for ground in grounds], np.uint32)

    def forget(self) -> None:
        """Another run."""
        self._known, self._phases = (0, False), ()

    def phases(self, run: Run, until: int | None = None) -> tuple[Phase, ...]:
        """The run's phases up to ``until`` (ns, None: all), asked for anew only when there is another one."""
        key = len(run.phases), run.finished
        if key != self._known:
            self._known, self._phases = key, tuple(run.phases.all)
        return known_phases(self._phases, None if is_all(run, until) else until)

    def height(self, run: Run | None) -> int:
        """Pixels that the strip takes; none while there are no phases."""
        if run is None or not len(run.phases):
            return 0
        return self._theme.px(_LINE * _rows(len(run.phases)) + _MARGIN)

    def grounds(self, picture: Picture) -> Ground:
        """The colours between the lanes and on them, column by column: every other phase tints both."""
        result = np.empty((2, picture.scale.width), np.uint32)
        result[:] = self._plain
        for number, phase in enumerate(picture.phases):
            left, right = _reach(picture, phase)
            if right > left and number % 2 == 0:
                result[:, left:right] = self._tinted
        return result

    def paint_edges(self, painter: QPainter, lanes: QRect, picture: Picture) -> None:
        """A line over the lanes where a phase begins, so that it is seen where all are busy."""
        for phase in picture.phases:
            x = int(picture.scale.x(phase.start))
            if 0 <= x < picture.scale.width:
                painter.fillRect(lanes.left() + x, lanes.top(), max(1, self._theme.px(1.2)), lanes.height(), self._line)

    def paint(self, painter: QPainter, strip: QRect, picture: Picture) -> None:
        """Paint the strip: what of a phase is in view has its title."""
        painter.fillRect(strip, self._theme.color("surface"))
        painter.save()
        painter.setClipRect(strip)
        rows = _rows(len(picture.run.phases))
        free = [strip.left()] * rows  # where each line has room from
        for number, phase in enumerate(picture.phases):
            left, right = _reach(picture, phase)
            if right > left:
                row, high = number % rows, strip.height() // rows
                place = QRect(strip.left() + left, strip.top() + row * high, right - left, high - 1)
                self._tab(painter, place, number, left == int(picture.scale.x(phase.start)))
                end = strip.left() + _next_in_row(picture, number + rows)
                free[row] = self._say(painter, place, (free[row], end), phase, picture)
        painter.restore()

    def _tab(self, painter: QPainter, place: QRect, number: int, begins: bool) -> None:
        """The stretch of a phase that is in view, with an edge if its begin is."""
        painter.fillRect(place, self._strip[number % 2])
        if begins:
            edge = self._theme.px(2)
            painter.fillRect(place.left(), place.top(), edge, place.height(), self._theme.color("accent"))

    def _say(self, painter: QPainter, tab: QRect, free: tuple[int, int], phase: Phase, picture: Picture) -> int:
        """Write the title where the line is ``free`` from and to, at the tab's edge; returns where the words end."""
        pad, ink = self._theme.px(5), self._theme.color("text")
        room = free[1] - tab.left() - pad
        whole = self._titles.word(phase.title, ink, None, 10_000)
        if whole is not None and room < _width(whole) <= tab.left() - free[0] - 2 * pad and _is_last(phase, picture):
            self._put(painter, tab, tab.left() - _width(whole), whole)
            return tab.right()
        title = self._titles.word(phase.title, ink, None, room) if room >= self._theme.px(_LEAST) else None
        if title is None:
            return tab.right()
        time = self._times.word(f"· {duration(phase, picture.now_ns)}", ink, None, 10_000)
        self._put(painter, tab, tab.left() + pad, title)
        end = tab.left() + pad + _width(title) - 1
        if time is not None and end + _width(time) <= free[1]:
            self._put(painter, tab, end, time)
            end += _width(time)
        return max(tab.right(), end)

    def _put(self, painter: QPainter, place: QRect, left: int, word: QPixmap) -> None:
        height = int(word.deviceIndependentSize().height())
        painter.drawPixmap(QPoint(left, place.top() + (place.height() - height) // 2), word)


def duration(phase: Phase, now: int) -> str:
    """How long a phase took, or takes so far, in three digits."""
    return brief((phase_end(phase, now) - phase.start) / NS)


def phase_end(phase: Phase, now: int) -> int:
    """When a phase ended, or now while it lasts, ns."""
    return max(now, phase.start) if phase.end is None else phase.end


def _width(word: QPixmap) -> int:
    return int(word.deviceIndependentSize().width())


def _is_last(phase: Phase, picture: Picture) -> bool:
    """Whether it is the last one in view: its title may stand left of its begin."""
    return picture.scale.x(phase_end(phase, picture.now_ns)) >= picture.scale.width or phase is picture.phases[-1]


def _rows(phases: int) -> int:
    """Lines of titles: of many phases, each may write on over the one after it."""
    return 1 if phases < _MANY else 2


def _next_in_row(picture: Picture, number: int) -> int:
    """The column where the next phase of the same line begins, or the view ends."""
    if number >= len(picture.phases):
        return picture.scale.width
    return int(min(picture.scale.x(picture.phases[number].start), picture.scale.width))


def _reach(picture: Picture, phase: Phase) -> tuple[int, int]:
    """What of a phase is in view: first column, stop."""
    left = max(picture.scale.x(phase.start), 0)
    right = min(picture.scale.x(phase_end(phase, picture.now_ns)), picture.scale.width)
    return int(left), int(right)
