"""Pointing: a lesson's link brings what it means into view, and the card tells what a span is connected with."""

import pytest

from tests.gui.on_timeline import hovered, open_panel, shown, spot
from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_run
from tests.gui.told_stories import mark, run_with_frames, run_with_phases, run_with_queue, run_with_tasks, told
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.hover_card import HoverCard
from visualiser.lab.layout import Kind
from visualiser.trace.pointers import Found, find
from visualiser.trace.states import State


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def pointed(panel, run, pointer):
    shown(panel, run)
    found = find(run, pointer)
    assert found is not None
    assert panel.point_at(found)
    return found


def test_a_long_span_is_shown_in_the_whole_run_and_selected(panel):
    chosen = []
    panel.selected.connect(chosen.append)
    run = told_run()
    pointed(panel, run, "longest/SLEEP@Thread-2")
    begin, end = panel.view.visible_s
    assert begin < 0.01
    assert end > 1.0
    assert (chosen[-1].track, chosen[-1].state) == (run.tracks[2], State.SLEEP)


def test_a_short_span_is_zoomed_to_with_context(panel):
    run = told({1: [], 2: [(400, 401, Kind.LOCK, 1, 0)]}, ["Lock 1"])
    pointed(panel, run, "longest/LOCK")
    begin, end = panel.view.visible_s
    assert begin < 0.4 < 0.401 < end
    assert 0.003 < end - begin < 0.02


def test_a_lane_out_of_view_is_scrolled_to(panel):
    run = told_run(workers=40)
    shown(panel, run)
    found = find(run, "longest/SLEEP@Thread-40")
    assert panel.point_at(found)
    box = panel.view.layout_of_lanes.box_of(run.tracks[40])
    assert panel.view.layout_of_lanes.top <= box.top
    assert box.top + box.height <= panel.view.area.height()
    assert panel.point_at(find(run, "longest/SLEEP@Thread-1 "))
    assert panel.view.layout_of_lanes.box_of(run.tracks[1]).top >= panel.view.layout_of_lanes.top


def test_what_is_pointed_at_is_outlined_for_a_while(panel, qtbot):
    run = told_run()
    panel.view._shown.setInterval(50)
    pointed(panel, run, "track/Thread-2")
    accent = load_theme("dark").color("accent")
    outlined = count(image_of(panel.view), accent)
    assert outlined > 500
    qtbot.waitUntil(lambda: not panel.view._shown.isActive())
    assert count(image_of(panel.view), accent) < outlined / 2


def test_a_phase_is_pointed_at_across_all_lanes(panel):
    run = run_with_phases()
    panel.set_run(run)
    accent = load_theme("dark").color("accent")
    before = count(image_of(panel.view), accent)
    pointed(panel, run, "phase/in_threads")
    assert count(image_of(panel.view), accent) > before + 300


def test_an_arrow_is_pointed_at_even_where_arrows_are_off(panel):
    run = run_with_queue(8)
    shown(panel, run)
    panel.set_arrows(False)
    ink = load_theme("dark").color("accent_text")
    before = count(image_of(panel.view), ink)
    pointed(panel, run, "flow/put_get")
    assert count(image_of(panel.view), ink) > before + 40


def test_a_counter_is_pointed_at_on_its_own_lane(panel):
    run = run_with_queue(4)
    pointed(panel, run, "counter/Queue 1")
    box = panel.view.layout_of_lanes.counters[0]
    where = (0, box.top - 4, panel.view.width(), box.top + box.height + 4)
    assert panel.view._focus.shown.counter is run.counters.all[0]
    assert count(image_of(panel.view), load_theme("dark").color("accent"), where) > 50


def test_the_slowest_frame_is_pointed_at_where_its_bar_is(panel):
    run = run_with_frames()
    pointed(panel, run, "counter/Frame time")
    shown_now = panel.view._focus.shown
    assert shown_now.end - shown_now.start == 300 * MS
    assert shown_now.end == run.counters.all[0].t[run.counters.all[0].value.argmax()]


def test_what_is_not_shown_cannot_be_pointed_at(panel):
    run = told_run()
    run.tracks[2].kind = "helper"
    shown(panel, run)
    assert not panel.point_at(Found("track", run.tracks[2], START, START + MS))
    panel.set_run(None)
    assert not panel.point_at(Found("track", run.tracks[1], START, START + MS))


def test_pointing_ends_following(panel):
    run = told_run()
    panel.set_run(run)
    assert panel.following
    panel.point_at(find(run, "longest/SLEEP"))
    assert not panel.following


def test_a_task_tells_how_long_it_waited_since_it_was_submitted(panel, qtbot):
    shown(panel, run_with_tasks())
    assert "started 50.0 ms after MainThread had submitted it" in hovered(panel, spot(panel, 1, 0.2), qtbot)


def test_an_item_tells_its_queue_and_where_it_went(panel, qtbot):
    run = told({1: [mark(200, Kind.PUT, 1, 5)], 2: [mark(600, Kind.GET, 1, 5)]}, ["Queue 1"])
    shown(panel, run)
    at = hovered(panel, spot(panel, 0, 0.2, share=0.5), qtbot)
    assert "puts an item into Queue 1" in at
    assert "took it 400 ms later" in at
    assert "takes an item from Queue 1" in hovered(panel, spot(panel, 1, 0.6, share=0.5), qtbot)


def test_the_card_goes_with_the_run_it_speaks_of(panel, qtbot):
    run = told_run()
    shown(panel, run)
    assert hovered(panel, spot(panel, 2, 0.5), qtbot)
    assert panel.findChild(HoverCard).isVisible()
    panel.set_run(None)
    assert not panel.findChild(HoverCard).isVisible()
