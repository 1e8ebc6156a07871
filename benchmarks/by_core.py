"""A frame of the timeline coloured by core beside the same frame coloured by worker."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.made_up_run import PID, make_run
from benchmarks.paint import SIZE, frames, ways
from benchmarks.side_by_side import Ratio, compare
from visualiser.gui.assets import load_fonts
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.view import TimelineView
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE
from visualiser.trace.run import Run
from visualiser.trace.states import State


def main() -> bool:
    """Print the table; there is no goal but to see it."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    print(f"frame coloured by core ÷ frame coloured by worker, {SIZE[0]} × {SIZE[1]}, 8 lanes, thread CPU time")
    for spans, cores in itertools.product((100_000, 1_000_000), (2, 8)):
        for way, ratio in _measure(app, spans, cores):
            print(
                f"{spans:>9} spans {cores:>2} cores  {way:<9} {ratio.median:5.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]"
                f"  {ratio.a:6.2f} ms ÷ {ratio.b:5.2f} ms"
            )
    return True


def _measure(app: QApplication, spans: int, cores: int) -> Iterator[tuple[str, Ratio]]:
    run = make_run(spans, 8)
    _put_on_cores(run, cores)
    views = [TimelineView(load_theme("dark")) for _ in range(2)]
    for view in views:
        view.resize(*SIZE)
        view.show()
        view.set_run(run)
    views[0].by_core = True
    for way, ranges in ways(run.wall_s).items():
        by_core, by_worker = (partial(frames, app, view, ranges) for view in views)
        yield way, compare(by_core, by_worker, 8)
        assert all(view.painter.coloured for view in views), "the timeline was not painted"
    for view in views:
        view.close()


def _put_on_cores(run: Run, cores: int) -> None:
    """Each time that a thread runs it is on a core drawn at random: as many moves as can be."""
    random = np.random.default_rng(2)
    for track in run.tracks:
        lane = track.lane
        switches = np.zeros(len(lane), RECORD_DTYPE)
        switches["t0"], switches["object"], switches["value"] = lane.t, track.tid, PID
        switches["kind"] = np.where(lane.state == State.RUN, Kind.SWITCH_IN, Kind.SWITCH_OUT)
        switches["depth"] = random.integers(0, cores, len(lane))
        run.core_logs.take(switches)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
