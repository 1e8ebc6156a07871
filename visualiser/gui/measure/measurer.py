"""Measures what the timeline shows and brings it to the page: at once in a drag, calmly while it runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from visualiser.gui.measure.markers import Markers
from visualiser.gui.measure.measure_file import copy_csv, save_csv
from visualiser.gui.measure.measure_panel import MeasurePanel
from visualiser.gui.timeline.panel import TimelinePanel
from visualiser.gui.timeline.time_view import alarm
from visualiser.trace.measure import Measurement, measure, whole
from visualiser.trace.measure_csv import csv_text
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

FEW = 64  # lanes that are all measured while a range is dragged; of more, those in view
_FRAME_MS = 16
_REST_MS = 150


class Measurer(QObject):
    """Keeps the page up to date while it is in front."""

    said = Signal(str)

    def __init__(self, timeline: TimelinePanel, panel: MeasurePanel, markers: Markers) -> None:
        super().__init__(panel)
        self._view = timeline.view
        self._panel = panel
        self._markers = markers
        self._folder = Path.home()
        self._soon = alarm(panel, _FRAME_MS, self.measure_seen)
        self._rest = alarm(panel, _REST_MS, self.measure_all)
        self._view.selection_changed.connect(lambda _: self._soon.start() if not self._soon.isActive() else None)
        timeline.refreshed.connect(self.measure_all)
        markers.changed.connect(self.tell_markers)
        panel.table.bars.hue_of = self._hue
        panel.table.verticalScrollBar().valueChanged.connect(lambda _: self._soon.start())
        panel.copy_wanted.connect(self.copy)
        panel.save_wanted.connect(self.save)

    def measure_seen(self) -> None:
        """Measure the lanes in view now, and the others when nothing has changed for a moment."""
        many = len(self._tracks) > FEW
        if self._panel.isVisible():
            self._show(self._measured(only=self._panel.table.visible_rows() if many else None))
        if many:
            self._rest.start()

    def measure_all(self) -> None:
        """Measure every lane."""
        if self._panel.isVisible() and not self._rest.isActive():
            self._show(self._measured())

    def tell_markers(self) -> None:
        """Say where the markers are and how far apart."""
        run, at = self._view.run, self._markers.at
        moments = [f"{name} {(at[name] - run.start_ns) / 1e9:.6f} s" for name in sorted(at)] if run is not None else []
        self._panel.show_markers(self._markers.delta, " · ".join(moments))
        self._view.repaint_item()

    def copy(self) -> None:
        """Put what is measured on the clipboard."""
        if (text := self.csv()) is not None:
            self.said.emit(copy_csv(text))

    def save(self) -> None:
        """Let the user say where it goes."""
        if (text := self.csv()) is None:
            return
        start = str(self._folder / "measured.csv")
        chosen, _ = QFileDialog.getSaveFileName(self._panel, "Save the measured times", start, "CSV (*.csv)")
        if chosen:
            self._folder = Path(chosen).parent
            self.said.emit(save_csv(text, Path(chosen)))

    def csv(self) -> str | None:
        """What is measured as comma-separated values, None without a run."""
        run, measured = self._view.run, self._measured()
        return csv_text(measured, run.start_ns) if run is not None and measured is not None else None

    @property
    def _tracks(self) -> list[Track]:
        return [box.track for box in self._view.layout_of_lanes.boxes]

    def _measured(self, only: range | None = None) -> Measurement | None:
        run = self._view.run
        if run is None or not run.start_ns:
            return None
        return measure(run, self._tracks, *(self._view.selection or whole(run)), only)

    def _show(self, measured: Measurement | None) -> None:
        run = self._view.run
        if measured is None or run is None:
            self._panel.show_idle()
            return
        self._panel.show_range(self._view.selection, measured, run.start_ns)
        self._panel.table.numbers.show_measurement(measured, _columns(run, self._tracks))

    def _hue(self, row: int) -> int | None:
        boxes = self._view.layout_of_lanes.boxes
        rows = self._panel.table.numbers.measurement.rows
        track = rows[row].track
        if row < len(boxes) and boxes[row].track is track:
            return boxes[row].hue
        return next((box.hue for box in boxes if box.track is track), None)


def _columns(run: Run, tracks: list[Track]) -> list[State]:
    """The states that occur anywhere in the run: a column stays where it is, whatever is selected."""
    seen = {state for track in tracks for state in track.lane.states}
    return [state for state in State if state in seen]
