"""Each core's load over time: a picture to which each sample adds its columns, moved along while the time goes on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.core_shades import Shades, area, colours, load_columns, stacked
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import is_vector
from visualiser.gui.timeline.strips import Pixels, draw
from visualiser.gui.timeline.time_view import TimeView
from visualiser.trace.run import Run
from visualiser.trace.time_scale import TimeScale

_BESIDE = 4  # a picture reaches this part of its width beyond either edge, so that it can be moved


class Loads(Protocol):
    """What is to be shown."""

    theme: Theme

    @property
    def run(self) -> Run | None:
        """The run whose samples these are."""

    @property
    def samples(self) -> int:
        """How many of them."""

    @property
    def splits(self) -> bool:
        """Whether the run's share is told."""

    def rows(self, height: int) -> list[tuple[int, int]]:
        """(top, height) of each core's row."""


class LoadHistory(QWidget):
    """Paints one strip a core, on the time axis of the view it follows; ``painted`` counts the columns worked out."""

    def __init__(self, loads: Loads, parent: QWidget) -> None:
        super().__init__(parent)
        self._loads = loads
        self._visible = (0.0, 1.0)
        self._other: TimeView | None = None
        self._dragged_from: QPointF | None = None
        self._made_of: tuple[object, ...] = ()
        self._first = 0
        self._samples = 0  # of the run, painted so far
        self._pixels: Pixels = np.empty((0, 0), np.uint32)
        self.painted = 0
        # Every pixel is painted: nothing behind has to be.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def visible_s(self) -> tuple[float, float]:
        """Visible seconds since the run's start."""
        return self._other.visible_s if self._other is not None else self._visible

    def show_range(self, begin: float, end: float) -> None:
        """Show that stretch of seconds, as long as no other view is followed."""
        self._visible = (begin, end)
        self.update()

    def follow(self, other: TimeView) -> None:
        """Share the time axis of ``other``; zooming and panning here are done there."""
        self._other = other
        other.box.sigXRangeChanged.connect(lambda *_: self.update())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the history of all cores."""
        painter = QPainter(self)
        run, rect = self._loads.run, self.rect()
        if run is not None and run.start_ns and len(run.loads):
            scale = TimeScale.of_view(run.start_ns, *self.visible_s, width=max(1, rect.width()))
            pixels = self._picture(run, scale, rect.height())
            left = self._first - scale.first
            if is_vector(painter):
                pixels, left = _cut_off(pixels, left, rect.width())
            draw(painter, QRect(left, 0, pixels.shape[1], rect.height()), pixels)
        else:
            self._paint_empty(painter, rect)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse, sideways pan."""
        delta = event.angleDelta()
        self._move(lambda view: view.pan(-delta.x() / 1200), bool(delta.x() and not delta.y()))
        share = event.position().x() / max(1, self.width())
        self._move(lambda view: view.zoom(0.8 ** (delta.y() / 120), share), bool(delta.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the time axis."""
        self._dragged_from = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the time axis."""
        if self._dragged_from is not None:
            by, self._dragged_from = self._dragged_from.x() - event.position().x(), event.position()
            self._move(lambda view: view.pan(by / max(1, self.width())), bool(by))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the time axis."""
        self._dragged_from = None

    def _move(self, how: Callable[[TimeView], None], wanted: bool) -> None:
        if self._other is not None and wanted:
            how(self._other)

    def _paint_empty(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, self._loads.theme.color("surface"))
        for top, height in self._loads.rows(rect.height()):
            painter.fillRect(0, top + 2, rect.width(), max(1, height - 4), self._loads.theme.color("lane"))

    def _picture(self, run: Run, scale: TimeScale, height: int) -> Pixels:
        """The kept picture with what is new, or another one where it is of no use."""
        loads, width = self._loads, self._pixels.shape[1]
        made_of = (run, loads.theme, loads.splits, run.core_logs.told, scale.start, scale.step, scale.width, height)
        inside = self._first <= scale.first and scale.first + scale.width <= self._first + width
        if made_of != self._made_of or not inside or loads.samples < self._samples:
            self._begin(scale, height)
            self._made_of = made_of
        if loads.samples > self._samples:
            self._paint(run, self._fresh(run, scale))
            self._samples = loads.samples
        return self._pixels

    def _begin(self, scale: TimeScale, height: int) -> None:
        """Take an empty picture of these columns and some beside them."""
        beside = scale.width // _BESIDE
        self._first, self._samples = scale.first - beside, 0
        self._pixels = np.full((height, scale.width + 2 * beside), self._color("surface"), np.uint32)
        for top, high in self._loads.rows(height):
            self._pixels[_room(top, high)] = self._color("lane")

    def _fresh(self, run: Run, scale: TimeScale) -> TimeScale:
        """The columns of the picture that the samples since the last time may change."""
        width, t = self._pixels.shape[1], run.loads.t
        whole = TimeScale(scale.start, scale.step, self._first, width)
        begin = math.floor(whole.x(int(t[self._samples - 1]))) - 1 if self._samples else 0
        stop = math.ceil(whole.x(int(t[self._loads.samples - 1]))) + 1
        begin, stop = (min(max(column, 0), width) for column in (begin, stop))
        return TimeScale(scale.start, scale.step, self._first + begin, max(stop - begin, 0))

    def _paint(self, run: Run, columns: TimeScale) -> None:
        if not columns.width:
            return
        table, first = colours(self._loads.theme), columns.first - self._first
        rows = zip(range(run.loads.cores), self._loads.rows(self._pixels.shape[0]), strict=False)
        for core, (top, high) in rows:
            room = self._pixels[_room(top, high), first : first + columns.width]
            room[:] = table[self._shades(run, columns, core, len(room))]
            self.painted += columns.width

    def _shades(self, run: Run, scale: TimeScale, core: int, height: int) -> Shades:
        some, edges, t = slice(self._loads.samples), scale.edges(), run.loads.t
        percent = run.loads.percent(core)[some]
        all_of_it = load_columns(t[: len(percent)], percent, edges, run.start_ns)
        if not self._loads.splits:
            return area(all_of_it, height)
        ours = run.loads.ours(core)[some]
        return stacked(load_columns(t[: len(ours)], ours, edges, run.start_ns), all_of_it, height, scale.first)

    def _color(self, token: str) -> int:
        return self._loads.theme.color(token).rgb() & 0xFFFFFFFF


def _room(top: int, height: int) -> slice:
    """The lines of a row in which its load is painted."""
    return slice(top + 2, top + 2 + max(1, height - 4))


def _cut_off(pixels: Pixels, left: int, width: int) -> tuple[Pixels, int]:
    """The columns within ``width``, of a picture that begins at ``left``, and where they begin."""
    first = max(-left, 0)
    begin = max(left, 0)
    return np.ascontiguousarray(pixels[:, first : first + max(width - begin, 0)]), begin
