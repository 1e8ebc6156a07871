"""The load of every core, beside the timeline and on its time axis: what the run took of it, and everything else."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QWidget

from visualiser.gui.load_history import LoadHistory
from visualiser.gui.load_legend import ALL, OTHERS, OURS, LoadLegend
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.gutter import WIDTH as GUTTER
from visualiser.gui.timeline.time_view import TimeView
from visualiser.trace.run import Run

_LEAST, _MOST = 14, 46  # height of a core's row at scale 1


class Load(NamedTuple):
    """Load of one core, 0 … 100, and what of it is the run's; NaN where that is not known."""

    percent: float
    ours: float

    @property
    def text(self) -> str:
        """``48 % + 31 %``, or ``all 79 %``."""
        if math.isnan(self.ours):
            return f"{ALL} {self.percent:.0f} %"
        return f"{self.ours:.0f} % + {self.percent - self.ours:.0f} %"

    @property
    def words(self) -> str:
        """As for a reader of the screen: ``this run 48 %, everything else 31 %``."""
        if math.isnan(self.ours):
            return self.text
        return f"{OURS} {self.ours:.0f} %, {OTHERS} {self.percent - self.ours:.0f} %"


class CoresPanel(QWidget):
    """A bar with the present load of each core, and its history to the right.

    ``legend`` explains the forms; it stands where there is room, for example in the heading of a card.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._run: Run | None = None
        self._idle: tuple[float, ...] = ()
        self._told = -1  # samples the words are of
        self.theme = theme
        self.view = LoadHistory(self, self)
        self.bars = _Bars(theme, self)
        self.legend = LoadLegend(theme)
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
        self.legend.set_theme(theme)
        self.bars.setFixedWidth(theme.px(GUTTER))
        self.setMinimumHeight(theme.px(_LEAST) * max(1, min(self.cores, 8)))
        self.bars.update()
        self.refresh()

    def set_run(self, run: Run | None) -> None:
        """Show another run's load."""
        self._run = run
        self._told = -1
        self.legend.show_others(None)
        self.refresh()

    def show_now(self, percent: tuple[float, ...]) -> None:
        """The load while nothing runs, 0 … 100 for each core."""
        self._idle = percent
        self.bars.update()

    def refresh(self) -> None:
        """The run has grown."""
        run = self._run
        if run is None or run.finished or self.samples != self._told:
            self.bars.update()
        if run is not None and self.samples != self._told:
            self.legend.show_shares(self.splits)
            self.legend.show_others(run.loads.others_percent)
            self._told = self.samples
            self.setAccessibleDescription("; ".join(self.words(core) for core in range(self.cores)))
        self.view.update()

    def follow_view(self, other: TimeView) -> None:
        """Share the time axis of ``other``; zooming and panning here count as done there."""
        self.view.follow(other)

    def set_right_margin(self, pixels: int) -> None:
        """Keep that much free on the right, so that both axes stay aligned."""
        self._layout.setContentsMargins(0, 0, pixels, 0)

    @property
    def cores(self) -> int:
        """Number of cores known so far."""
        known = self._run.loads.cores if self._run else 0
        return known or len(self._idle)

    @property
    def samples(self) -> int:
        """Samples of the run to show: where its share is told, the latest ones wait until it is."""
        run = self._run
        return 0 if run is None else run.loads.shared if run.core_logs.told else len(run.loads)

    @property
    def splits(self) -> bool:
        """Whether the share of the run is known of any sample."""
        return self._run is not None and self._run.loads.others_percent is not None

    def load(self, core: int) -> Load:
        """Present load of one core; of all programs while nothing runs."""
        run, number = self._run, self.samples - 1
        if run is not None and number >= 0 and (not run.finished or not self._idle):
            ours = run.loads.ours(core)
            return Load(float(run.loads.percent(core)[number]), float(ours[number]) if number < len(ours) else math.nan)
        return Load(self._idle[core] if core < len(self._idle) else 0.0, math.nan)

    def words(self, core: int) -> str:
        """``Core 0: this run 48 %, everything else 31 %``."""
        return f"Core {core}: {self.load(core).words}"

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
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing behind has to be painted

    def event(self, event: QEvent) -> bool:
        """Say in words what the bar under the mouse shows."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            rows = enumerate(self._panel.rows(self.height())[: self._panel.cores])
            told = [self._panel.words(core) for core, (top, high) in rows if top <= event.pos().y() < top + high]
            QToolTip.showText(event.globalPos(), "".join(told), self)
            return True
        return super().event(event)

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
        load = self._panel.load(core)
        words = QFontMetrics(theme.font("caption")).height()
        bar = theme.px(6)
        if room.height() >= words + bar + 2:
            top = room.top() + (room.height() - words - bar - 3) // 2
            line = QRect(room.left(), top, room.width(), words)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("text"))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"Core {core}")
            painter.setPen(theme.color("muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, load.text)
            room = QRect(room.left(), line.bottom() + 3, room.width(), bar)
        self._bar(painter, room, load)

    def _bar(self, painter: QPainter, room: QRect, load: Load) -> None:
        """The run's part solid, everything else hatched behind it; all of it solid where they cannot be told apart."""
        theme, round_by = self._panel.theme, self._panel.theme.px(6) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(room, round_by, round_by)
        solid, end = (
            round(room.width() * min(share, 100) / 100)
            for share in (load.percent if math.isnan(load.ours) else load.ours, load.percent)
        )
        path = QPainterPath()
        path.addRoundedRect(QRectF(room), round_by, round_by)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(room.left(), room.top(), solid, room.height(), theme.color("accent"))
        self._hatched(painter, QRect(room.left() + solid, room.top(), end - solid, room.height()))
        painter.restore()

    def _hatched(self, painter: QPainter, place: QRect) -> None:
        if place.width() < 2:
            return
        line = self._panel.theme.color("muted")
        painter.setPen(QPen(line, 1))
        painter.setBrush(QBrush(line, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
