"""What the timeline draws besides states: phases, counters, arrows, signs, deadlocks, lanes of tasks and hosts."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from tests.gui.on_timeline import hovered, open_panel, shown, spot
from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_run
from tests.gui.told_stories import (
    deadlocked_run,
    run_on_hosts,
    run_with_event_loop,
    run_with_frames,
    run_with_phases,
    run_with_queue,
    run_with_signs,
    run_with_tasks,
)
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.counters import area, grid
from visualiser.gui.timeline.forms import PERIOD, WAITS, textures
from visualiser.gui.timeline.levels import bar_levels, step_levels
from visualiser.lab.layout import Kind
from visualiser.trace.flows import FlowKind
from visualiser.trace.lane import Span
from visualiser.trace.states import State


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def lane_area(panel, lane, begin_s, end_s):
    """Left, top, right and bottom of a stretch of a lane."""
    box = panel.view.layout_of_lanes.boxes[lane]
    return spot(panel, lane, begin_s).x(), box.top, spot(panel, lane, end_s).x(), box.top + box.height


def counter_area(panel, begin_s, end_s):
    box = panel.view.layout_of_lanes.counters[0]
    return spot(panel, 0, begin_s).x(), box.top + 2, spot(panel, 0, end_s).x(), box.top + box.height - 3


def test_phases_get_a_strip_of_their_own_only_where_there_are_some(panel):
    shown(panel, told_run())
    without = panel.view.layout_of_lanes.top
    shown(panel, run_with_phases())
    assert panel.view.layout_of_lanes.top > without + 10


def test_phases_begin_with_a_line_over_the_busiest_lane(panel):
    run = shown(panel, run_with_phases()).view.run
    image = image_of(panel.view)
    y = panel.view.layout_of_lanes.boxes[1].top + panel.view.layout_of_lanes.boxes[1].height // 2
    x = spot(panel, 1, 0.42).x()
    assert len(run.phases) == 3
    beside, line = image.pixelColor(x - 6, y), [image.pixelColor(x + dx, y) for dx in (-1, 0, 1)]
    assert any(pixel != beside for pixel in line)


def test_neighbouring_phases_differ_and_what_has_no_phase_has_no_tint(panel):
    shown(panel, run_with_phases())
    image = image_of(panel.view)
    lower = panel.view.layout_of_lanes.top - 6
    upper = lower - 21
    places = ((0.01, upper), (0.38, upper), (0.9, lower))
    before, first, second = (image.pixelColor(spot(panel, 0, at).x(), y).name() for at, y in places)
    assert len({before, first, second}) == 3


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_title_of_a_phase_is_readable_ink(panel, theme):
    panel.set_theme(load_theme(theme))
    shown(panel, run_with_phases())
    top = panel.view.layout_of_lanes.top
    where = (spot(panel, 0, 0.03).x(), top - 44, spot(panel, 0, 0.4).x(), top - 22)
    assert count(image_of(panel.view), load_theme(theme).color("text"), where, near=24) > 60


def test_titles_of_many_phases_take_turns_on_two_lines(panel):
    bands = panel.view.painter.bands
    assert bands.height(run_with_phases(3)) > bands.height(run_with_phases(2)) + 15


def test_the_last_title_stands_before_its_phase_where_there_is_no_room_after_it(panel):
    shown(panel, run_with_phases())
    top, ink = panel.view.layout_of_lanes.top, load_theme("dark").color("text")
    begin = spot(panel, 0, 0.98).x()
    upper = (spot(panel, 0, 0.75).x(), top - 44, begin, top - 24)
    assert count(image_of(panel.view), ink, upper, near=24) > 60
    panel.view.show_range(0.9, 1.9)
    QApplication.processEvents()
    after = (spot(panel, 0, 0.99).x(), top - 44, spot(panel, 0, 1.25).x(), top - 24)
    assert count(image_of(panel.view), ink, after, near=24) > 60


def test_hovering_the_strip_tells_the_phase(panel, qtbot):
    shown(panel, run_with_phases())
    at = QPoint(spot(panel, 0, 0.99).x(), panel.view.layout_of_lanes.top - 6)
    assert hovered(panel, at, qtbot).startswith("The very end of it all")


def test_a_queue_is_as_high_as_it_is_full(panel):
    run = shown(panel, run_with_queue(4)).view.run
    (counter,) = run.counters.all
    image, fill = image_of(panel.view), load_theme("dark").color("accent")
    place = spot(panel, 0, (run.counters.all[0].t[0] - run.start_ns) / 1e9).x()
    assert counter.name == "Queue 1"
    assert count(image, fill, counter_area(panel, 0.0, 1.0)) > 10
    assert count(image, fill, (0, counter_area(panel, 0, 1)[1], place - 3, counter_area(panel, 0, 1)[3])) == 0


def test_slow_frames_are_hatched_in_the_warning_ink_and_others_are_not(panel):
    shown(panel, run_with_frames())
    image, warn = image_of(panel.view), load_theme("dark").color("warn")
    assert count(image, warn, counter_area(panel, 0.03, 0.25)) == 0
    slow = counter_area(panel, 0.5, 0.75)
    filled = count(image, warn, slow)
    assert 0.3 < filled / ((slow[2] - slow[0]) * (slow[3] - slow[1])) < 0.95


def test_hovering_a_counter_tells_its_value(panel, qtbot):
    shown(panel, run_with_frames())
    where = counter_area(panel, 0.6, 0.9)
    said = hovered(panel, QPoint(where[0], where[1] + 10), qtbot)
    assert said.startswith("Frame time · 300 ms at ")
    assert "at most 300 ms" in said


def test_levels_show_the_highest_value_of_every_column():
    t, value = np.array([10, 12, 14, 30]), np.array([1.0, 5.0, 2.0, 3.0])
    levels = step_levels(t, value, np.array([0, 10, 20, 30, 40, 50]), now=44)
    assert np.nan_to_num(levels, nan=-1).tolist() == [-1, 5, 2, 3, 3]


def test_a_level_costs_pixels_even_where_there_are_many_changes():
    t = np.arange(1_000_000, dtype=np.int64)
    levels = step_levels(t, (t % 1000).astype(float), np.linspace(0, 1_000_000, 101).astype(np.int64), 10**9)
    assert levels.tolist() == [999.0] * 100


def test_a_frame_covers_the_time_before_it():
    t, ms = np.array([20, 100]) * MS, np.array([10.0, 80.0])
    levels = bar_levels(t, ms, "ms", np.arange(0, 121, 10) * MS)
    assert np.nan_to_num(levels, nan=0).tolist() == [0, 10, 80, 80, 80, 80, 80, 80, 80, 80, 80, 0]


@pytest.mark.parametrize(("top", "most", "lines"), [(3.4, 5, [1, 2, 3]), (23, 5, [5, 10, 15, 20]), (1.15, 4, [1])])
def test_the_grid_of_a_queue_has_whole_numbers(top, most, lines):
    assert grid(top, most) == lines


def test_what_is_higher_than_the_lane_is_cut_open():
    whole, cut = (area(np.array([value]), 100.0, 50, [], 50.0)[:, 0] for value in (100.0, 900.0))
    assert (whole[4:7] > 0).any()
    assert not (cut[4:7] > 0).any()


def test_put_and_get_are_joined_by_arrows_few_enough_to_read(panel):
    shown(panel, run_with_queue(8))
    panel.view.grab()
    assert (panel.view.painter.arrows.drawn, panel.view.painter.arrows.left_out) == (8, 0)
    with_arrows = image_of(panel.view)
    panel.set_arrows(False)
    assert not panel.arrows
    assert image_of(panel.view) != with_arrows


def test_too_many_arrows_are_left_out_and_the_legend_says_how_many(panel):
    shown(panel, run_with_queue(400))
    panel.view.grab()
    panel.set_arrows(True)
    assert panel.view.painter.arrows.drawn == 0
    assert "400 in view" in panel.legend.accessibleDescription()
    panel.view.show_range(0.4, 0.45)
    assert 0 < drawn(panel) < 150


def drawn(panel):
    QApplication.processEvents()
    panel.view.grab()
    return panel.view.painter.arrows.drawn


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_arrows_of_a_selected_span_are_always_drawn(panel, theme):
    panel.set_theme(load_theme(theme))
    run = shown(panel, run_with_tasks()).view.run
    ink = load_theme(theme).color("accent_text")
    between = (spot(panel, 0, 0.04).x(), panel.view.layout_of_lanes.boxes[0].top, spot(panel, 1, 0.6).x(), 400)
    before = count(image_of(panel.view), ink, between)
    lane = run.tracks[1].lane
    panel.view.select((run.tracks[1], lane.span_at(START + 150 * MS)))
    panel.set_arrows(False)
    assert count(image_of(panel.view), ink, between) > before + 40


def test_a_wait_shows_what_its_call_handed_over_too_soon_after_to_be_seen(panel):
    run = shown(panel, run_with_queue(1)).view.run
    panel.set_arrows(False)
    put = run.flows.flow(run.flows.pairs(FlowKind.PUT_GET), 0)
    before = Span(put.t0 - 100 * MS, put.t0 - MS, State.QUEUE, 0)
    plain = image_of(panel.view)
    panel.view.select((put.source, before))
    ink = load_theme("dark").color("accent_text")
    between = (spot(panel, 0, 0.04).x(), panel.view.layout_of_lanes.top, spot(panel, 0, 0.08).x(), 400)
    assert count(image_of(panel.view), ink, between) > count(plain, ink, between) + 40


def test_signs_of_tasks_lie_on_the_lane_and_in_the_legend(panel):
    shown(panel, told_run())
    assert panel.legend.signs == ()
    shown(panel, run_with_signs())
    wanted = {Kind.SUBMIT, Kind.RECEIVED, Kind.SUCCEEDED, Kind.FAILED, Kind.RETRIED}
    assert set(panel.legend.signs) == wanted
    image = image_of(panel.view)
    for at, token in ((0.251, "ok"), (0.551, "danger"), (0.851, "warn")):
        box = lane_area(panel, 1, at - 0.012, at + 0.012)
        assert count(image, load_theme("dark").color(token), box, near=40) > 4, token


def test_signs_differ_without_colour(panel):
    from visualiser.gui.timeline.glyphs import SIGNS, GlyphPainter

    painter = GlyphPainter(load_theme("dark"))
    images = [
        painter.sign(kind).toImage().convertToFormat(image_of(panel).format().Format_Grayscale8) for kind in SIGNS
    ]
    dark = [
        [images[n].pixelColor(x, y).lightness() > 110 for x in range(3, 11) for y in range(3, 11)] for n in range(5)
    ]
    assert len({tuple(shape) for shape in dark}) == len(SIGNS)


def test_a_deadlock_is_framed_and_named_beside_its_lanes(panel):
    shown(panel, deadlocked_run())
    warn = load_theme("dark").color("warn")
    image, gutter = image_of(panel.view), image_of(panel.gutter)
    for lane in (1, 2):
        box = panel.view.layout_of_lanes.boxes[lane]
        assert count(image, warn, lane_area(panel, lane, 0.29, 1.0)) > 100
        assert count(gutter, warn, (100, box.top, gutter.width(), box.top + box.height), near=8) > 20
    box = panel.view.layout_of_lanes.boxes[0]
    assert count(gutter, warn, (100, box.top, gutter.width(), box.top + box.height)) == 0


def test_hovering_a_wait_for_a_lock_tells_who_holds_it(panel, qtbot):
    shown(panel, deadlocked_run())
    assert "Lock 2 is held by Thread-2" in hovered(panel, spot(panel, 1, 0.6), qtbot)


def test_tasks_stand_under_their_event_loop(panel):
    shown(panel, run_with_event_loop())
    names = [box.track.name for box in panel.view.layout_of_lanes.boxes]
    assert names == ["MainThread", "Task-1 fetch", "Task-2 fetch", "Task-3 fetch", "Thread-1 (work)"]
    assert [box.indented for box in panel.view.layout_of_lanes.boxes] == [False, True, True, True, False]


def test_lanes_of_other_machines_come_last_host_by_host(panel):
    shown(panel, run_on_hosts())
    names = [box.track.name for box in panel.view.layout_of_lanes.boxes]
    assert names[2:] == ["alpha · worker 502", "alpha · worker 504", "beta · worker 501", "beta · worker 503"]


@pytest.mark.parametrize("height", [8, 10, 14, 30])
def test_forms_of_waiting_differ_without_colour_though_moved_or_mirrored(height):
    """Who sits at the back of a hall does not see which way a hatch leans: there a mirror image is the same hatch."""
    forms = textures(height)[:, 0]
    for one, other in combinations([state for state in WAITS if state not in (State.IDLE, State.UNKNOWN)], 2):
        images = (forms[other], forms[other][:, ::-1], forms[other][::-1])
        moved = [np.roll(image, by, axis=1) for image in images for by in range(PERIOD)]
        assert min(float(np.mean(forms[one] != image)) for image in moved) > 0.12, (one.name, other.name)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("height", [8, 10, 14, 30])
def test_lines_and_empty_boxes_are_whole_or_broken(height, scale):
    """Whole: it is known what is missing. Broken: it is not. A core is told by squares, thicker than any line."""

    def inked(state):
        return textures(height * scale, scale)[state, 0] > 0

    def thick(state):
        return inked(state).any(axis=1).sum()

    assert inked(State.GIL).any(axis=0).all()
    assert not inked(State.RESUME).any(axis=0).all()
    assert inked(State.IDLE)[0].all()
    assert not inked(State.UNKNOWN)[0].all()
    assert (
        inked(State.CORE).any(axis=1).sum()
        > inked(State.GIL).any(axis=1).sum()
        == inked(State.RESUME).any(axis=1).sum()
    )


def test_twenty_four_lanes_scroll_and_keep_a_bar_of_twelve_pixels(panel):
    shown(panel, told_run(workers=23))
    from visualiser.gui.timeline.picture import bar_of

    box = panel.view.layout_of_lanes.boxes[-1]
    assert bar_of(load_theme("dark"), panel.view.area, box).height() >= 12
    assert panel.view.hidden_height > 0
