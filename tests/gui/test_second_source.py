"""The strip below a lane: what a second source says, and where the two disagree."""

import numpy as np
import pytest

from tests.gui.on_timeline import hovered, open_panel, shown, spot
from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_batch
from tests.trace.story import looked
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.picture import bar_of
from visualiser.gui.timeline.second import disagree, stretches
from visualiser.lab.layout import Seen
from visualiser.trace.run import Run
from visualiser.trace.states import State


def two_sources(*looks: tuple[int, int, Seen]) -> Run:
    """The told run, and what looks (ms, thread, what) found of it."""
    run, told = Run(), told_batch()
    told.sources = ("perf", "peek")
    told.seen = looked(*sorted((START + when * MS, tid, seen) for when, tid, seen in looks))
    told.seen_until = told.now
    run.extend(told)
    run.finish(told.now)
    return run


AGREES = [(when, 10, seen) for when, seen in ((10, Seen.RUN), (700, Seen.CORE), (800, Seen.RUN))]


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def underline(panel, lane: int) -> int:
    """Pixels of the line that says that the two disagree."""
    view, theme = panel.view, load_theme("dark")
    box = view.layout_of_lanes.boxes[lane]
    bottom = bar_of(theme, view.area, box).bottom()
    area = (view.area.left(), bottom + theme.px(10), view.area.right(), box.top + box.height)
    return count(image_of(view), theme.color("warn"), area)


def test_where_two_sources_agree_nothing_is_underlined(panel):
    shown(panel, two_sources(*AGREES))
    assert panel.view.layout_of_lanes.boxes[1].second > 0
    assert underline(panel, 1) == 0
    solid = load_theme("dark").lane(0)
    box = panel.view.layout_of_lanes.boxes[1]
    below = (0, box.top + box.height - 14, panel.view.width(), box.top + box.height)
    assert count(image_of(panel.view), solid, below) > 300, "the strip is solid where the thread runs"


def test_where_they_disagree_it_is_underlined_as_long_as_they_do(panel):
    shown(panel, two_sources(*AGREES, (200, 10, Seen.RUN), (400, 10, Seen.IO), (500, 10, Seen.RUN)))
    width = panel.view.time_scale(START).width
    wrong = underline(panel, 1) / load_theme("dark").px(3)
    assert wrong == pytest.approx(width * 0.1, abs=3), "I/O beside running, for a tenth of the second in view"


def test_with_one_source_there_is_no_strip(panel):
    run = Run()
    run.extend(told_batch())
    shown(panel, run)
    assert panel.view.layout_of_lanes.boxes[1].second == 0


def test_the_legend_and_the_hover_name_the_second_source(panel, qtbot):
    shown(panel, two_sources(*AGREES))
    assert "Strip below a lane: looks from outside" in panel.legend.accessibleDescription()
    assert "looks from outside: waits for a core" in hovered(panel, spot(panel, 1, 0.75), qtbot)


def test_what_a_source_cannot_tell_contradicts_nothing():
    known = np.array([State.RUN, State.GIL, State.SLEEP, State.CORE, State.LOCK], np.uint8)
    assert not disagree(known, np.full(5, State.UNKNOWN, np.uint8)).any()
    assert disagree(known, np.full(5, State.READY, np.uint8)).tolist() == [False, False, True, False, True]
    assert disagree(known, known).tolist() == [False] * 5
    assert disagree(np.uint8([State.RUN]), np.uint8([State.GIL])).all()


def test_stretches_of_flags():
    assert stretches(np.array([True, True, False, True, False], np.bool_)) == [(0, 2), (3, 4)]
    assert stretches(np.zeros(3, np.bool_)) == []
