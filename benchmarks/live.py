"""The live window: frames a second beside a lab full of CPU-bound workers, and whether it keeps up with many spans."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from benchmarks.side_by_side import verdict
from visualiser.gui.app import application
from visualiser.gui.appearance import Appearance
from visualiser.gui.run_controller import RunController
from visualiser.gui.settings import Settings
from visualiser.gui.window import MainWindow
from visualiser.host.catalogue import scenario_from_file

SECONDS = 5.0
LEAST_FRAMES = 55.0
SPANS_PER_SECOND = 10_000

IDLE = f"import time\ntime.sleep({SECONDS})\n"
THREADS = f"""
import threading, time
end = time.perf_counter() + {SECONDS}
def spin():
    while time.perf_counter() < end:
        sum(range(500))
threads = [threading.Thread(target=spin) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
"""
PROCESSES = f"""
import multiprocessing, time
def spin():
    end = time.perf_counter() + {SECONDS}
    while time.perf_counter() < end:
        sum(range(500))
if __name__ == "__main__":
    workers = [multiprocessing.Process(target=spin) for _ in range(8)]
    for w in workers: w.start()
    for w in workers: w.join()
"""
MANY = f"""
import threading, time
end = time.perf_counter() + {SECONDS}
def nap():
    while time.perf_counter() < end:
        time.sleep(0.0006)
threads = [threading.Thread(target=nap) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
"""


@dataclass
class Seen:
    """What one live run looked like from the window's side; times in seconds."""

    frames: int = 0
    spans: int = 0
    dropped: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    lags: list[float] = field(default_factory=list)

    @property
    def frames_per_second(self) -> float:
        """Frames painted in a second of the run."""
        return self.frames / self.wall

    @property
    def lag_ms(self) -> float:
        """Median age of the newest moment on screen, in ms."""
        return sorted(self.lags)[len(self.lags) // 2] * 1000


def watch(app: QApplication, text: str) -> Seen:
    """Run ``text`` in a real window and count."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "bench.py")
        script.write_text(text, encoding="utf-8")
        settings = Settings(Path(folder, "settings.ini"))
        controller = RunController()
        window = MainWindow(Appearance(app, settings), settings, controller)
        window.resize(1280, 720)
        window.show()
        window.open_first(scenario_from_file(script))
        seen = Seen()
        _count(window, controller, seen)
        controller.ended.connect(lambda _end: QTimer.singleShot(0, app.quit))
        window.run_script()
        app.exec()
        assert controller.run is not None
        seen.spans, seen.dropped = controller.run.spans, controller.run.dropped
        window.close()
        return seen


def _count(window: MainWindow, controller: RunController, seen: Seen) -> None:
    view = window.panes.timeline.view
    paint = view.paint_area
    begun: list[tuple[float, float]] = []

    def counted(painter: QPainter, rect: QRect) -> None:
        paint(painter, rect)
        run = view.run
        if run is None or run.finished or not run.start_ns or len(run.tracks) < 1:
            return
        now = time.perf_counter()
        if not begun:
            begun.append((now, time.process_time()))
            return
        seen.frames += 1
        seen.wall, seen.cpu = now - begun[0][0], time.process_time() - begun[0][1]
        seen.lags.append(now - run.now_ns / 1e9)

    view.paint_area = counted  # type: ignore[method-assign]


def main() -> bool:
    """Print the table; returns whether every goal is met."""
    app = application()
    print(f"the live window at 1280 × 720, runs of {SECONDS:.0f} s")
    idle = watch(app, IDLE)
    met = True
    for name, text, has_goal in (
        ("a sleeping script", None, False),
        ("8 CPU-bound threads", THREADS, True),
        ("8 CPU-bound processes", PROCESSES, True),
        ("many spans", MANY, False),
    ):
        seen = watch(app, text) if text else idle
        ok = seen.frames_per_second >= LEAST_FRAMES
        met &= ok or not has_goal
        print(
            f"  {name:<22} {seen.frames_per_second:5.1f} frames/s  {100 * seen.cpu / seen.wall:4.0f} % of a core"
            f"  {seen.spans / seen.wall:8.0f} spans/s  newest moment {seen.lag_ms:4.0f} ms old"
            f"  {seen.dropped} dropped  {verdict(ok) if has_goal else ''}"
        )
        if text is MANY:
            late = seen.lags[-len(seen.lags) // 4 :]
            keeps_up = seen.spans / seen.wall >= SPANS_PER_SECOND and sum(late) / len(late) < 0.2 and not seen.dropped
            met &= keeps_up
            print(f"  at the end the newest moment is {1000 * sum(late) / len(late):.0f} ms old  {verdict(keeps_up)}")
    return met


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
