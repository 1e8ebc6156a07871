"""A frame of the timeline beside a frame of an empty pyqtgraph plot, of a naive bar graph, and of other runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.made_up_run import make_run
from benchmarks.side_by_side import Ratio, compare, verdict
from visualiser.gui.assets import load_fonts
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.run import Run
from visualiser.trace.states import State

GOALS = {8: 1.25, 64: 2.0}  # frames of an empty plot, by lanes
GOAL_OF_MANY = 1.1  # frame of 10^7 spans ÷ frame of 10^4
GOAL_BYTES = 24.0
SPANS = tuple(10**n for n in range(3, 8))
_NAIVE_MOST = 100_000  # more than that takes many seconds a frame
_FRAMES = 12
_ROUNDS = 8
SIZE = (856, 673)  # what the timeline has in a window of 1920 × 1080

Ranges = list[tuple[float, float]]


class EmptyPlot(pg.PlotWidget):  # type: ignore[misc]
    """The yardstick: pyqtgraph's own plot with a time axis and nothing in it."""

    def __init__(self) -> None:
        super().__init__(background="#151a22")
        self.hideAxis("left")
        self.getViewBox().disableAutoRange()

    def show_range(self, begin: float, end: float) -> None:
        """Show that stretch."""
        self.setXRange(begin, end, padding=0)


class NaivePlot(EmptyPlot):
    """What a tutorial does: a bar for every span, made anew for every frame; brushes and numbers are ready, though."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.getViewBox().setYRange(0, len(run.tracks))
        lanes = [track.lane for track in run.tracks]
        begin = np.concatenate([lane.t for lane in lanes])
        end = np.concatenate([np.append(lane.t[1:], lane.now) for lane in lanes])
        hues = {state: pg.mkBrush(pg.intColor(state, len(State))) for state in State}
        self._bars = {
            "x0": (begin - run.start_ns) / 1e9,
            "width": (end - begin) / 1e9,
            "y0": np.repeat(np.arange(len(lanes)) + 0.1, [len(lane) for lane in lanes]),
            "height": 0.8,
            "brushes": [hues[State(state)] for lane in lanes for state in lane.state.tolist()],
        }
        self._item: pg.BarGraphItem | None = None

    def show_range(self, begin: float, end: float) -> None:
        """Show that stretch, with new bars."""
        if self._item is not None:
            self.removeItem(self._item)
        self._item = pg.BarGraphItem(pen=pg.mkPen(None), **self._bars)
        self.addItem(self._item)
        super().show_range(begin, end)


def frames(app: QApplication, widget: QWidget, ranges: Ranges) -> float:
    """Milliseconds of this thread's time a frame takes, from setting the range to pixels flushed."""
    for _ in range(3):
        app.processEvents()  # what another widget has left to do is not this one's
    begin = time.thread_time_ns()
    for left, right in ranges:
        widget.show_range(left, right)  # type: ignore[attr-defined]
        app.processEvents()
    return (time.thread_time_ns() - begin) / 1e6 / len(ranges)


def ways(last: float) -> dict[str, Ranges]:
    """What a viewer does: whole run, panning over a quarter, zooming in, following the end."""
    zooms = [last * 0.5 * 0.7**n for n in range(_FRAMES)]
    return {
        "whole run": [(-last * 0.001 * n, last) for n in range(_FRAMES)],
        "pan": [(last * 0.25 + last * 0.003 * n, last * 0.5 + last * 0.003 * n) for n in range(_FRAMES)],
        "zoom": [(last / 2 - width, last / 2 + width) for width in zooms],
        "follow": [(last * 0.9 + last * 0.0001 * n, last + last * 0.0001 * n) for n in range(_FRAMES)],
    }


def main() -> bool:
    """Print the tables; returns whether every goal is met."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    print(f"frame of the timeline ÷ frame of an empty plot, {SIZE[0]} × {SIZE[1]}, thread CPU time")
    met = [_beside_empty(app, spans, lanes) for lanes in GOALS for spans in SPANS]
    print("frame of a naive bar graph ÷ frame of the timeline, 8 lanes")
    for spans in SPANS:
        if spans <= _NAIVE_MOST:
            _beside_naive(app, spans)
    print("frame of 10 000 000 spans ÷ frame of 10 000")
    met += [_beside_few(app, lanes) for lanes in GOALS]
    return all(met)


def _beside_empty(app: QApplication, spans: int, lanes: int) -> bool:
    run = make_run(spans, lanes)
    view, empty = Watched(run), EmptyPlot()
    met = True
    for way, ratio in _compared(app, view, empty, run.wall_s):
        ok = ratio.median <= GOALS[lanes]
        met &= ok
        print(f"{spans:>9} spans {lanes:>3} lanes  {way:<9} {_told(ratio)}  {view.told()}  {verdict(ok)}")
    for track in run.tracks:
        track.lane.total(State.RUN)  # its running totals are made when somebody asks
    used = sum(track.lane.nbytes for track in run.tracks) / run.spans
    fits = spans < 10_000 or used <= GOAL_BYTES  # a run of few spans is mostly what every lane has
    print(f"{'':>9} {used:.1f} bytes a span with all levels of detail  {verdict(fits)}")
    print(f"{'':>9} {_at_rest(app, view):.1f} ms for the one exact frame of the whole run, once it stands still")
    _close(view, empty)
    return met and fits


def _at_rest(app: QApplication, view: Watched) -> float:
    """Milliseconds of a frame that shows the whole run exactly and finds nothing kept."""
    assert view.run is not None
    view.show_range(0.0, view.run.wall_s)
    costs = []
    for _ in range(5):
        app.processEvents()
        view.painter.forget()
        view.repaint_item()
        begin = time.thread_time_ns()
        app.processEvents()
        costs.append((time.thread_time_ns() - begin) / 1e6)
    return sorted(costs)[len(costs) // 2]


def _beside_naive(app: QApplication, spans: int) -> None:
    run = make_run(spans, 8)
    view, naive = Watched(run), NaivePlot(run)
    _show(naive)
    ranges = ways(run.wall_s)["pan"][:2]
    ratio = compare(partial(frames, app, naive, ranges), partial(frames, app, view, ranges), 4)
    assert _colours(naive) > 4, "the bars were not painted"
    print(f"{spans:>9} spans   8 lanes  pan       {_told(ratio)}  {view.told()}")
    _close(view, naive)


def _beside_few(app: QApplication, lanes: int) -> bool:
    many, few = (Watched(make_run(spans, lanes)) for spans in (10_000_000, 10_000))
    ranges = ways(1.0)
    met = True
    for way, shares in ranges.items():
        measures = [partial(frames, app, view, _stretched(shares, view)) for view in (many, few)]
        ratio = compare(measures[0], measures[1], _ROUNDS)
        met &= ratio.median <= GOAL_OF_MANY
        print(f"  {lanes:>3} lanes  {way:<9} {_told(ratio)}  {many.told()}  {verdict(ratio.median <= GOAL_OF_MANY)}")
    _close(many, few)
    return met


class Watched(TimelineView):
    """A timeline that counts how often it was painted."""

    def __init__(self, run: Run) -> None:
        self.painted = 0
        super().__init__(load_theme("dark"))
        _show(self)
        self.set_run(run)

    def paint_area(self, painter: QPainter, rect: QRect) -> None:
        """Paint, and count it."""
        self.painted += 1
        super().paint_area(painter, rect)

    def told(self) -> str:
        """How much of the widget was really coloured; asserts that it was."""
        pixels, columns = _colours(self), self.painter.coloured
        assert self.painted, "the timeline was not painted"
        assert columns, "no column of the timeline has a state"
        assert pixels > columns, "the states of the timeline have no pixels"
        return f"{columns:>6} columns, {pixels / 1e3:4.0f} thousand pixels coloured"


def _compared(app: QApplication, view: Watched, empty: EmptyPlot, last: float) -> Iterator[tuple[str, Ratio]]:
    _show(empty)
    for way, ranges in ways(last).items():
        before = view.painted
        ratio = compare(partial(frames, app, view, ranges), partial(frames, app, empty, ranges), _ROUNDS)
        assert view.painted - before >= _ROUNDS * (_FRAMES - 1), "frames were left out"
        yield way, ratio


def _stretched(shares: Ranges, view: TimelineView) -> Ranges:
    last = view.run.wall_s if view.run is not None else 1.0
    return [(begin * last, end * last) for begin, end in shares]


def _colours(widget: QWidget) -> int:
    """Pixels of a widget that have another colour than its commonest four: grounds, borders and lines."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    counts = np.unique(pixels, return_counts=True)[1]
    return int(counts.sum() - np.sort(counts)[-4:].sum()) if len(counts) > 4 else 0


def _show(widget: QWidget) -> None:
    widget.resize(*SIZE)
    widget.show()


def _told(ratio: Ratio) -> str:
    return f"{ratio.median:6.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]  {ratio.a:7.2f} ms ÷ {ratio.b:5.2f} ms"


def _close(*widgets: QWidget) -> None:
    for widget in widgets:
        widget.close()


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
