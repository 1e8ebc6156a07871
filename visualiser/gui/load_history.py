"""Each core's load over time: a picture that is made anew when a sample comes, and moved while the time goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.core_shades import area, colours, load_columns, stacked
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.strips import draw
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
    """Paints one strip a core, on the time axis of the view it follows; ``painted`` counts the pictures made."""

    def __init__(self, loads: Loads, parent: QWidget) -> None:
        super().__init__(parent)
        self._loads = loads
        self._visible = (0.0, 1.0)
        self._other: TimeView | None = None
        self._dragged_from: QPointF | None = None
        self._made_of: tuple[object, ...] = ()
        self._first = 0
        self._pixels: npt.NDArray[np.uint32] = np.empty((0, 0), np.uint32)
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
            draw(painter, QRect(self._first - scale.first, 0, pixels.shape[1], rect.height()), pixels)
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

    def _picture(self, run: Run, scale: TimeScale, height: int) -> npt.NDArray[np.uint32]:
        """The kept picture if it still says all there is to see, else a new one."""
        loads, width = self._loads, self._pixels.shape[1]
        parts = (run, loads.theme, loads.samples, loads.splits, run.core_logs.told)
        made_of = (*parts, scale.start, scale.step, scale.width, height)
        inside = self._first <= scale.first and scale.first + scale.width <= self._first + width
        if made_of != self._made_of or not inside:
            beside = scale.width // _BESIDE
            wide = TimeScale(scale.start, scale.step, scale.first - beside, scale.width + 2 * beside)
            self._made_of, self._first, self._pixels = made_of, wide.first, self._paint(run, wide, height)
            self.painted += 1
        return self._pixels

    def _paint(self, run: Run, scale: TimeScale, height: int) -> npt.NDArray[np.uint32]:
        theme, table = self._loads.theme, colours(self._loads.theme)
        pixels = np.full((height, scale.width), theme.color("surface").rgb(), np.uint32)
        rows = zip(range(run.loads.cores), self._loads.rows(height), strict=False)
        for core, (top, high) in rows:
            room = pixels[top + 2 : top + 2 + max(1, high - 4)]
            room[:] = table[self._shades(run, scale, core, len(room))]
        return pixels

    def _shades(self, run: Run, scale: TimeScale, core: int, height: int) -> npt.NDArray[np.uint8]:
        some, edges, t = slice(self._loads.samples), scale.edges(), run.loads.t
        percent = run.loads.percent(core)[some]
        all_of_it = load_columns(t[: len(percent)], percent, edges, run.start_ns)
        if not self._loads.splits:
            return area(all_of_it, height)
        ours = run.loads.ours(core)[some]
        return stacked(load_columns(t[: len(ours)], ours, edges, run.start_ns), all_of_it, height, scale.first)
