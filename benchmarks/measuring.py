"""What it costs to measure a range that is being dragged: the engine by itself, and with the page painted."""

from __future__ import annotations

import statistics
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.made_up_run import make_run
from benchmarks.side_by_side import verdict
from visualiser.gui.assets import load_fonts
from visualiser.gui.measure.measure_panel import MeasurePanel
from visualiser.gui.theme import load_theme
from visualiser.trace.measure import Measurement, measure, whole
from visualiser.trace.run import Run
from visualiser.trace.states import State

GOAL_MS = 8.0  # for 64 lanes: half of a frame
_ROUNDS = 60


def main() -> bool:
    """Print the table; the goal is half of a frame for 64 lanes, however many spans lie in the range."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    good = True
    print("a range that moves, thread CPU time: every lane measured; and its page painted")
    for spans, lanes in ((10_000, 8), (1_000_000, 8), (10_000, 64), (1_000_000, 64), (1_000_000, 500)):
        measured, painted = _costs(app, make_run(spans, lanes))
        ok = lanes > 64 or measured <= GOAL_MS
        good &= ok
        print(f"{spans:>9} spans {lanes:>3} lanes  {measured:6.2f} ms  {painted:6.2f} ms  {verdict(ok)}")
    return good


def _costs(app: QApplication, run: Run) -> tuple[float, float]:
    page = MeasurePanel(load_theme("dark"))
    page.resize(640, 300)
    page.show()
    random = np.random.default_rng(3)
    begin, end = whole(run)
    measured, painted = [], []
    for number in range(_ROUNDS):
        stretch = sorted(random.integers(begin, end, 2).tolist())
        before = time.thread_time()
        result = measure(run, run.tracks, stretch[0], stretch[1] + 1)
        between = time.thread_time()
        _show(app, page, result, run)
        if number:  # the first one brings every lane's index up to date
            measured.append((between - before) * 1e3)
            painted.append((time.thread_time() - between) * 1e3)
    page.close()
    return statistics.median(measured), statistics.median(painted)


def _show(app: QApplication, page: MeasurePanel, result: Measurement, run: Run) -> None:
    page.show_range((result.begin, result.end), result, run.start_ns)
    page.table.numbers.show_measurement(result, [state for state in State if state in result.states])
    app.processEvents()


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
