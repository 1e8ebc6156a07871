"""At rest, every pixel of the timeline shows what truly has the most of its column: held against every single span."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from benchmarks.made_up_run import make_run
from tests.gui.brute_force import check_pixels, times_by_column
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.lane import Lane
from visualiser.trace.states import State

LANES = 30  # so many that they are too low for words


@pytest.fixture(scope="module")
def run():
    return make_run(LANES * 3000, LANES)


@pytest.fixture
def view(run, qtbot):
    return opened(run, qtbot, load_theme("dark"))


def opened(run, qtbot, theme):
    view = TimelineView(theme)
    qtbot.addWidget(view)
    view.resize(700, 420)
    view.show()
    qtbot.waitExposed(view)
    view.set_run(run)
    view.set_follow(False)
    return view


def at_rest(view, qtbot, begin, end):
    view.show_range(begin, end)
    qtbot.waitUntil(lambda: painted_exactly(view))
    return view


def painted_exactly(view) -> bool:
    QApplication.processEvents()
    return view.painter.coloured > 0 and view.painter.exact and not view._still.isActive()


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize(("share", "mixed"), [(1.1, 900), (0.3, 900), (0.02, 30), (0.002, 1)])
def test_at_any_zoom_every_pixel_shows_the_state_with_the_most_of_it(run, qtbot, name, share, mixed):
    theme = load_theme(name)
    view = opened(run, qtbot, theme)
    middle, half = run.wall_s * 0.5, run.wall_s * share / 2
    at_rest(view, qtbot, middle - half, middle + half)
    seen = check_pixels(view, theme)
    assert seen.columns == 3 * view.width()
    assert seen.mixed >= mixed
    assert len(seen.states) >= 3


def test_panning_there_and_back_leaves_the_same_pixels_as_going_there_at_once(view, qtbot):
    theme = load_theme("dark")
    width = view.run.wall_s / 20
    column = width / view.area.width()
    at_rest(view, qtbot, width, 2 * width)
    for steps in (3, 17, -5, 250, -330, 1):  # over the edge of what is kept, and around it
        begin = view.visible_s[0] + steps * column
        at_rest(view, qtbot, begin, begin + width)
        assert view.painter.lanes.filled < view.area.width() - 200, "it was scrolled, not painted anew"
    check_pixels(view, theme)


def test_zooming_in_motion_ends_in_exact_pixels(view, qtbot):
    QApplication.processEvents()
    for _ in range(12):
        view.zoom(0.8, 0.3)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: painted_exactly(view))
    check_pixels(view, load_theme("dark"))


def test_scrolled_lanes_are_exact_and_only_those_in_view_are_reduced(view, qtbot):
    at_rest(view, qtbot, 0.0, view.run.wall_s / 50)
    for pixels in (7, 40, 95):
        view.scroll_lanes(pixels)
        QApplication.processEvents()
        check_pixels(view, load_theme("dark"))
    assert view.painter.computed <= 6 * view.area.width()


def test_the_brute_force_painter_itself_adds_up_what_is_known():
    lane = Lane()
    states = np.array([State.RUN, State.LOCK, State.NONE, State.RUN], np.uint8)
    lane.append(np.array([10, 25, 26, 30]), states, np.zeros(4, np.uint32), 35)
    assert times_by_column(lane, np.array([0, 10, 20, 30, 40])) == [
        {},
        {State.RUN: 10},
        {State.RUN: 5, State.LOCK: 1},
        {State.RUN: 5},
    ]
