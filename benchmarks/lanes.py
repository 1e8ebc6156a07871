"""Five hundred lanes: a frame while they scroll beside one of eight lanes, folded lanes, and searching their spans."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtWidgets import QApplication

from benchmarks.made_up_run import make_run
from benchmarks.paint import SIZE
from benchmarks.side_by_side import compare, verdict
from visualiser.gui.assets import load_fonts
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.panel import TimelinePanel
from visualiser.trace.run import Run
from visualiser.trace.search import Wanted, in_pieces, neighbour
from visualiser.trace.states import State

LANES, SPANS = 500, 1_000_000
FEW = 20  # lanes that fill the view without scrolling: the yardstick
GOAL = 1.5  # a frame of 500 lanes ÷ a frame of those
PIECE_GOAL_MS = 30.0
_FRAMES = 24
_MANY = 10_000_000


def main() -> bool:
    """Print the figures; returns whether every goal is met."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    print(f"{LANES} lanes of {SPANS // LANES} spans each, {SIZE[0]} × {SIZE[1]}, thread CPU time of a frame")
    many, few = _panel(make_run(SPANS, LANES), app), _panel(make_run(SPANS * FEW // LANES, FEW), app)
    met = _frames(app, many, few)
    _layouts(many)
    for panel in (many, few):
        panel.close()
    return _searches() and met


def _panel(run: Run, app: QApplication) -> TimelinePanel:
    panel = TimelinePanel(load_theme("dark"))
    panel.resize(SIZE[0] + 180, SIZE[1] + 60)
    panel.show()
    panel.set_run(run)
    panel.set_follow(False)
    panel.view.show_range(0.0, run.wall_s)
    app.processEvents()
    return panel


def _frames(app: QApplication, many: TimelinePanel, few: TimelinePanel) -> bool:
    met = True
    for way, frame in (("scroll", _scroll), ("pan", _pan), ("grow", _grow)):
        ratio = compare(partial(frame, app, many), partial(frame, app, few), 8)
        assert many.view.painter.coloured, "the timeline was not painted"
        met &= ratio.median <= GOAL
        mark = verdict(ratio.median <= GOAL)
        print(
            f"  {way:<7} {LANES} lanes ÷ {FEW}: {ratio.median:5.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]"
            f"  {ratio.a:6.2f} ms ÷ {ratio.b:5.2f} ms  {mark}"
        )
    many.view.folding.fold_all(True)
    app.processEvents()
    print(f"  pan, all lanes folded into one strip: {_pan(app, many):6.2f} ms, zoom {_zoom(app, many):6.2f} ms")
    many.view.folding.fold_all(False)
    return met


def _scroll(app: QApplication, panel: TimelinePanel) -> float:
    """A wheel notch a frame, down over the lanes; with few lanes there is nothing to scroll, so these repaint."""
    begin = time.thread_time_ns()
    for number in range(_FRAMES):
        panel.view.scroll_lanes(number * 40)
        panel.gutter.update()
        app.processEvents()
    return (time.thread_time_ns() - begin) / 1e6 / _FRAMES


def _pan(app: QApplication, panel: TimelinePanel) -> float:
    wall = panel.view.run.wall_s if panel.view.run else 1.0
    begin = time.thread_time_ns()
    for number in range(_FRAMES):
        panel.view.show_range(wall * (0.3 + 0.003 * number), wall * (0.5 + 0.003 * number))
        app.processEvents()
    return (time.thread_time_ns() - begin) / 1e6 / _FRAMES


def _zoom(app: QApplication, panel: TimelinePanel) -> float:
    wall = panel.view.run.wall_s if panel.view.run else 1.0
    begin = time.thread_time_ns()
    for number in range(_FRAMES):
        half = wall * 0.4 * 0.9**number
        panel.view.show_range(wall / 2 - half, wall / 2 + half)
        app.processEvents()
    return (time.thread_time_ns() - begin) / 1e6 / _FRAMES


def _grow(app: QApplication, panel: TimelinePanel) -> float:
    """What comes 60 times a second while a run is live, though nothing about its lanes has changed."""
    begin = time.thread_time_ns()
    for _ in range(_FRAMES):
        panel.view.refresh()
        app.processEvents()
    return (time.thread_time_ns() - begin) / 1e6 / _FRAMES


def _layouts(panel: TimelinePanel) -> None:
    view, costs = panel.view, []
    for _ in range(20):
        view.arrangement.grouping.version += 1
        begin = time.thread_time_ns()
        view.refresh()
        costs.append((time.thread_time_ns() - begin) / 1e6)
    made = view.arrangement.plans
    begin = time.thread_time_ns()
    for _ in range(1000):
        view.refresh()
    assert view.arrangement.plans == made, "lanes were laid out though nothing had changed"
    kept = (time.thread_time_ns() - begin) / 1e9
    print(f"  laying out {LANES} lanes anew {sorted(costs)[10]:.2f} ms, with nothing changed {kept:.3f} ms")


def _searches() -> bool:
    """Search spans for the longest of each state: the whole, and the longest time a window would stand still."""
    met = True
    for spans, lanes in ((_MANY, 8), (SPANS, LANES)):
        run = make_run(spans, lanes)
        slices: list[float] = []
        begin = time.thread_time_ns()
        for _ in in_pieces(run.tracks, run.names, Wanted()):
            slices.append((time.thread_time_ns() - begin) / 1e6 - sum(slices))
        begin = time.thread_time_ns()
        assert neighbour(run.tracks, State.LOCK, run.now_ns // 2, True) is not None
        step = (time.thread_time_ns() - begin) / 1e6
        longest = max(slices)
        met &= longest <= PIECE_GOAL_MS
        print(
            f"  longest spans of each state, {spans} in {lanes} lanes: {sum(slices):.0f} ms in {len(slices)} pieces,"
            f" at most {longest:.1f} ms {verdict(longest <= PIECE_GOAL_MS)}; next span of a state {step:.2f} ms"
        )
    return met


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
