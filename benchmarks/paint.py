"""A frame of the timeline beside a frame of an empty pyqtgraph plot of the same size."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from functools import partial

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.made_up_run import make_run
from benchmarks.side_by_side import Ratio, compare, verdict
from visualiser.gui.assets import load_fonts
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.view import TimelineView

GOAL = 1.5
_FRAMES = 12
SIZE = (940, 560)  # what the timeline has in a window of 1280 × 720


class EmptyPlot(pg.PlotWidget):  # type: ignore[misc]
    """The yardstick: pyqtgraph's own plot with a time axis and nothing in it."""

    def __init__(self) -> None:
        super().__init__(background="#151a22")
        self.hideAxis("left")
        self.getViewBox().disableAutoRange()

    def show_range(self, begin: float, end: float) -> None:
        """Show that stretch."""
        self.setXRange(begin, end, padding=0)


def frames(app: QApplication, widget: QWidget, ranges: list[tuple[float, float]]) -> float:
    """Milliseconds of this thread's time a frame takes, from setting the range to pixels flushed."""
    begin = time.thread_time_ns()
    for left, right in ranges:
        widget.show_range(left, right)  # type: ignore[attr-defined]
        app.processEvents()
    return (time.thread_time_ns() - begin) / 1e6 / len(ranges)


def ways(last: float) -> dict[str, list[tuple[float, float]]]:
    """What a viewer does: whole run, panning over a quarter, zooming in, following the end."""
    zooms = [last * 0.5 * 0.7**n for n in range(_FRAMES)]
    return {
        "whole run": [(-last * 0.001 * n, last) for n in range(_FRAMES)],
        "pan": [(last * 0.25 + last * 0.003 * n, last * 0.5 + last * 0.003 * n) for n in range(_FRAMES)],
        "zoom": [(last / 2 - width, last / 2 + width) for width in zooms],
        "follow": [(last * 0.9 + last * 0.0001 * n, last + last * 0.0001 * n) for n in range(_FRAMES)],
    }


def main() -> bool:
    """Print the table; returns whether every goal is met."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    met = True
    print(f"frame of the timeline ÷ frame of an empty plot, {SIZE[0]} × {SIZE[1]}, thread CPU time")
    for spans, lanes in itertools.product((1_000, 100_000, 1_000_000), (8, 64)):
        for way, ratio, coloured in _measure(app, spans, lanes):
            goal = spans == 100_000 and lanes == 8
            met &= not goal or ratio.median <= GOAL
            mark = verdict(ratio.median <= GOAL) if goal else ""
            print(
                f"{spans:>9} spans {lanes:>3} lanes  {way:<9} {ratio.median:5.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]"
                f"  {ratio.a:6.2f} ms ÷ {ratio.b:5.2f} ms  {coloured:>6} columns coloured  {mark}"
            )
    return met


def _measure(app: QApplication, spans: int, lanes: int) -> Iterator[tuple[str, Ratio, int]]:
    run = make_run(spans, lanes)
    view, empty = TimelineView(load_theme("dark")), EmptyPlot()
    for widget in (view, empty):
        widget.resize(*SIZE)
        widget.show()
    view.set_run(run)
    for way, ranges in ways(run.wall_s).items():
        ratio = compare(partial(frames, app, view, ranges), partial(frames, app, empty, ranges), 10)
        assert view.painter.coloured, "the timeline was not painted"
        yield way, ratio, view.painter.coloured
    for widget in (view, empty):
        widget.close()


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
