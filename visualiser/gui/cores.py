"""The load of every core, beside the timeline and on its time axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.gutter import WIDTH as GUTTER
from visualiser.gui.timeline.strips import draw, mix
from visualiser.gui.timeline.time_view import TimeView
from visualiser.trace.lane import Times
from visualiser.trace.run import Run

Percent = npt.NDArray[np.float32]
_LEAST, _MOST = 14, 46  # height of a core's row at scale 1


class CoresPanel(QWidget):
    """A bar with the present load of each core, and its history to the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._run: Run | None = None
        self._idle: tuple[float, ...] = ()
        self.view = _History(theme, self)
        self.bars = _Bars(theme, self)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.bars)
        self._layout.addWidget(self.view, 1)
        self.setAccessibleName("Load per core")
        self.set_theme(theme)

    @property
    def run(self) -> Run | None:
        """The run whose time the history shows."""
        return self._run

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self.theme = theme
        self.bars.setFixedWidth(theme.px(GUTTER))
        self.setMinimumHeight(theme.px(_LEAST) * max(1, min(self.cores, 8)))
        self.refresh()

    def set_run(self, run: Run | None) -> None:
        """Show another run's load."""
        self._run = run
        self.refresh()

    def show_now(self, percent: tuple[float, ...]) -> None:
        """The load while nothing runs, 0 … 100 for each core."""
        self._idle = percent
        self.bars.update()

    def refresh(self) -> None:
        """The run has grown."""
        self.view.repaint_item()
        self.bars.update()

    def follow_view(self, other: TimeView) -> None:
        """Share the time axis of ``other``; zooming and panning here count as done there."""
        self.view.box.setXLink(other.box)
        self.view.moved.connect(other.moved)

    def set_right_margin(self, pixels: int) -> None:
        """Keep that much free on the right, so that both axes stay aligned."""
        self._layout.setContentsMargins(0, 0, pixels, 0)

    @property
    def cores(self) -> int:
        """Number of cores known so far."""
        known = self._run.loads.cores if self._run else 0
        return known or len(self._idle)

    def percent(self, core: int) -> float:
        """Present load of one core, 0 … 100."""
        run = self._run
        if run is not None and len(run.loads) and (not run.finished or not self._idle):
            return float(run.loads.percent(core)[-1])
        return self._idle[core] if core < len(self._idle) else 0.0

    def rows(self, height: int) -> list[tuple[int, int]]:
        """(top, height) of each core's row."""
        cores = max(1, self.cores)
        each = min(max(height // cores, 4), self.theme.px(_MOST))
        return [(number * each, each) for number in range(cores)]


class _Bars(QWidget):
    """Name, percentage and bar of each core, as of now."""

    def __init__(self, theme: Theme, panel: CoresPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint one line a core."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._panel.theme
        painter.fillRect(self.rect(), theme.color("surface"))
        for core, (top, height) in enumerate(self._panel.rows(self.height())):
            if core < self._panel.cores:
                self._core(painter, core, QRect(theme.px(4), top, self.width() - theme.px(16), height))
        painter.end()

    def _core(self, painter: QPainter, core: int, room: QRect) -> None:
        theme = self._panel.theme
        percent = self._panel.percent(core)
        words = QFontMetrics(theme.font("caption")).height()
        bar = theme.px(6)
        if room.height() >= words + bar + 2:
            top = room.top() + (room.height() - words - bar - 3) // 2
            line = QRect(room.left(), top, room.width(), words)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("text"))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"Core {core}")
            painter.setPen(theme.color("muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{percent:.0f} %")
            room = QRect(room.left(), line.bottom() + 3, room.width(), bar)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(room, bar / 2, bar / 2)
        filled = QRect(room.left(), room.top(), round(room.width() * min(percent, 100) / 100), room.height())
        painter.setBrush(theme.color("accent"))
        if filled.width() > 1:
            painter.drawRoundedRect(filled, bar / 2, bar / 2)


class _History(TimeView):
    """Each core's load over time, one image a core."""

    def __init__(self, theme: Theme, panel: CoresPanel) -> None:
        self._panel = panel
        super().__init__(panel)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def paint_area(self, painter: QPainter, rect: QRect) -> None:
        """Paint the history of all cores."""
        theme, run = self._panel.theme, self._panel.run
        painter.fillRect(rect, theme.color("surface"))
        for core, (top, height) in enumerate(self._panel.rows(rect.height())):
            room = QRect(rect.left(), rect.top() + top + 2, rect.width(), max(1, height - 4))
            painter.fillRect(room, theme.color("lane"))
            if run is not None and run.start_ns and len(run.loads):
                edges = self.time_scale(run.start_ns).edges()
                self._area(painter, room, load_columns(run.loads.t, run.loads.percent(core), edges, run.start_ns))

    def _area(self, painter: QPainter, room: QRect, percent: Percent) -> None:
        theme = self._panel.theme
        shades = [theme.color("lane"), mix(theme.color("accent"), theme.color("lane"), 0.38), theme.color("accent")]
        table = np.array([shade.rgb() for shade in shades], np.uint32)
        draw(painter, room, table[area(percent, room.height())])


def load_columns(t: Times, percent: Percent, edges: Times, begin: int) -> Percent:
    """Load in each column, NaN where nothing was sampled.

    A sample holds for the time since the one before, the first one since ``begin`` (ns).
    """
    middle = (edges[:-1] + edges[1:]) // 2
    number = t.searchsorted(middle, "left")
    known = (number < len(t)) & (middle >= begin)
    result = np.full(len(middle), np.nan, np.float32)
    result[known] = percent[number[known]]
    return result


def area(percent: Percent, height: int) -> npt.NDArray[np.uint8]:
    """Shade of every pixel: 0 above the load, 1 below it, 2 on its upper edge."""
    level = np.nan_to_num(percent, nan=-1.0).clip(-1, 100) / 100 * (height - 1)
    from_below = np.arange(height - 1, -1, -1)[:, None]
    known = percent == percent
    result = ((from_below <= level) & known).astype(np.uint8)
    edge = np.abs(from_below - np.round(level)) < 0.5
    result[edge & known] = 2
    return np.ascontiguousarray(result)
