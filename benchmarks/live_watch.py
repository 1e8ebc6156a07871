"""Watches one run in the real window: its frames, what they cost, and how late on screen they show what happened."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from visualiser.gui.appearance import Appearance
from visualiser.gui.run_controller import RunController
from visualiser.gui.settings import Settings
from visualiser.gui.window import MainWindow
from visualiser.host.catalogue import scenario_from_file
from visualiser.trace.run import Run

_WARM_S = 0.5  # after the first frame, before anything counts: starting up is most of that
_CALM_S = 1.0  # after the end, before the window counts as being at rest
REST_S = 5.0
_LOOKED_AT = 50  # new spans of a lane in a frame, of more of them every n-th


@dataclass
class Seen:
    """What one live run looked like from the window's side; times in seconds.

    Attributes:
        cpu, gui_cpu: CPU time of the whole process, and of the thread that paints.
        lags: at each frame, how old the newest moment on screen is.
        late: of each span, how long after its begin it was on screen.
        rest: share of a core while nothing runs any more.
    """

    frames: int = 0
    spans: int = 0
    dropped: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    gui_cpu: float = 0.0
    rest: float = 0.0
    lags: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def frames_per_second(self) -> float:
        """Frames painted in a second of the run."""
        return self.frames / self.wall

    @property
    def share(self) -> float:
        """Share of a core that the window took."""
        return self.cpu / self.wall

    @property
    def gui_share(self) -> float:
        """What of it the thread took that folds and paints; the rest is mostly the thread that reads."""
        return self.gui_cpu / self.wall

    def late_ms(self, percent: float) -> float:
        """In how many ms so many percent of the spans were on screen."""
        return float(np.percentile(self.late, percent)) * 1000 if self.late else float("nan")

    @property
    def growth(self) -> float:
        """Median age of the newest moment in the last quarter of the run ÷ in the second one: 1 if it keeps up."""
        quarter = len(self.lags) // 4
        return float(np.median(self.lags[-quarter:]) / np.median(self.lags[quarter : 2 * quarter])) if quarter else 1.0


def watch(app: QApplication, text: str, rest: bool = False) -> Seen:
    """Run ``text`` in a real window and count; ``rest`` also measures the window at rest, which takes seconds."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "bench.py")
        script.write_text(text, encoding="utf-8")
        settings = Settings(Path(folder, "settings.ini"))
        controller = RunController()
        window = MainWindow(Appearance(app, settings), settings, controller)
        window.resize(1280, 720)
        window.show()
        window.open_first(scenario_from_file(script))
        watched = _Watch(window, controller)
        controller.ended.connect(lambda _end: QTimer.singleShot(0, lambda: _leave(app, watched.seen, rest)))
        window.run_script()
        app.exec()
        assert controller.run is not None
        watched.seen.dropped = controller.run.dropped
        window.close()
        return watched.seen


class _Watch:
    """Looks at each frame as soon as it has been painted."""

    def __init__(self, window: MainWindow, controller: RunController) -> None:
        self.seen = Seen()
        self._view = window.panes.timeline.view
        self._paint: Callable[[QPainter, QRect], None] = self._view.paint_area
        self._begun: tuple[float, float, float, int] | None = None
        self._first = 0.0
        self._known: dict[int, int] = {}
        self._view.paint_area = self._counted  # type: ignore[method-assign]

    def _counted(self, painter: QPainter, rect: QRect) -> None:
        self._paint(painter, rect)
        run = self._view.run
        if run is None or run.finished or not run.start_ns or len(run.tracks) < 1:
            return
        now = time.perf_counter()
        self._first = self._first or now
        fresh = list(self._fresh(run))
        if now < self._first + _WARM_S:
            return
        if self._begun is None:
            self._begun = now, time.process_time(), time.thread_time(), run.spans
            return
        self._count(run, now, fresh)

    def _fresh(self, run: Run) -> Iterator[float]:
        """When (s) spans began that were not there in the frame before, of many only some."""
        for track in run.tracks:
            fresh = track.lane.t[self._known.get(track.id, 0) :]
            yield from (fresh[:: max(1, len(fresh) // _LOOKED_AT)] / 1e9).tolist()
            self._known[track.id] = len(track.lane)

    def _count(self, run: Run, now: float, fresh: list[float]) -> None:
        assert self._begun is not None
        began, cpu, gui_cpu, spans = self._begun
        seen = self.seen
        seen.frames += 1
        seen.spans = run.spans - spans
        seen.wall = now - began
        seen.cpu, seen.gui_cpu = time.process_time() - cpu, time.thread_time() - gui_cpu
        seen.lags.append(now - run.now_ns / 1e9)
        seen.late += [now - begin for begin in fresh]


def _leave(app: QApplication, seen: Seen, rest: bool) -> None:
    """End the event loop, at once or after having measured what the window takes while nothing runs."""
    if not rest:
        app.quit()
        return

    def begin() -> None:
        cpu, now = time.process_time(), time.perf_counter()

        def end() -> None:
            seen.rest = (time.process_time() - cpu) / (time.perf_counter() - now)
            app.quit()

        QTimer.singleShot(round(REST_S * 1000), end)

    QTimer.singleShot(round(_CALM_S * 1000), begin)
