"""Lanes grouped by process: headers, folding, and a plan that is made only when something changes."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from tests.gui.on_timeline import open_panel, shown, spot
from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_batch, told_run
from tests.trace.story import IN, OUT, ROOT, batch, name, process, thread
from visualiser.gui.actions import Actions
from visualiser.gui.lane_grouping import GROUPED, LaneGrouping
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.group_painter import strip_of
from visualiser.gui.timeline.lane_plan import HEADER
from visualiser.gui.timeline.span_steps import step_to
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run
from visualiser.trace.states import State


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def processes_run(processes=3, threads=3) -> Run:
    """A script and its child processes; the threads of each run from 0 to 0.5 s but for the last, which sleeps."""
    run = Run()
    script = told_batch(1, now=START)
    script.sampled, script.switches = 0, None
    run.extend(script)
    for pid in range(201, 201 + processes):
        run.extend(child(pid, threads))
    run.finish(START + 1000 * MS)
    return run


def child(pid, threads):
    tids = [pid * 10 + n for n in range(threads)]
    story = [process(pid, "fork", name=f"Worker-{pid}")]
    story += [thread(tid, tid, f"Thread-{tid}", pid=pid, main=tid == tids[0]) for tid in tids]
    rows = {tid: [(START, START + 1000 * MS, Kind.THREAD, 0)] for tid in tids}
    rows[tids[-1]].append((START + 10, START + 500 * MS, Kind.SLEEP, 0))
    return batch(START, story=story, rows=rows, pid=pid)


def layout(panel):
    return panel.view.layout_of_lanes


def titles(panel):
    return [header.group.title for header in layout(panel).headers]


def click_header(panel, qtbot, number, x=8):
    header = layout(panel).headers[number]
    qtbot.mouseClick(panel.gutter, Qt.MouseButton.LeftButton, pos=QPoint(x, header.top + header.height // 2))


def test_a_small_run_has_no_headers_and_one_of_many_lanes_or_processes_has(panel):
    assert not layout(shown(panel, told_run())).headers
    assert [header.group.words for header in layout(shown(panel, told_run(60))).headers] == [f"pid {ROOT} · 61 threads"]
    shown(panel, processes_run())
    assert titles(panel) == ["The script", "Worker-201", "Worker-202", "Worker-203"]


def test_a_process_of_one_thread_needs_no_header(panel):
    shown(panel, processes_run(processes=4, threads=1))
    panel.view.folding.group(True)
    assert titles(panel) == ["The script"]
    assert len(layout(panel).boxes) == 6


def test_a_click_on_the_triangle_folds_a_group_and_unfolds_it(panel, qtbot):
    shown(panel, processes_run())
    click_header(panel, qtbot, 1)
    assert [header.folded for header in layout(panel).headers] == [False, True, False, False]
    assert len(layout(panel).boxes) == 2 + 3 + 3
    click_header(panel, qtbot, 1)
    assert len(layout(panel).boxes) == 2 + 9


def test_keys_choose_a_header_fold_it_and_leave_time_alone(panel, qtbot):
    shown(panel, processes_run())
    before = panel.view.visible_s
    for key in (Qt.Key.Key_BracketRight, Qt.Key.Key_BracketRight, Qt.Key.Key_Left):
        qtbot.keyClick(panel.view, key)
    assert [header.folded for header in layout(panel).headers] == [False, True, False, False]
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert not any(header.folded for header in layout(panel).headers)
    assert panel.view.visible_s == before
    qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
    qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    assert panel.view.visible_s != before


def test_a_folded_group_shows_how_many_of_its_threads_run(panel):
    """With recorded calls alone two of three threads may run until 0.5 s, and all three after it."""
    shown(panel, processes_run())
    panel.view.folding.fold_all(True)
    header = layout(panel).headers[1]
    image = image_of(panel.view)
    strip = strip_of(load_theme("dark"), panel.view.area.adjusted(0, 0, 0, 0))
    ground = load_theme("dark").color("lane")
    strip.setTop(header.top + 3)
    strip.setBottom(header.top + header.height - 5)
    filled = []
    for when in (0.25, 0.75):
        x = spot_x(panel, when)
        filled.append(strip.height() - count(image, ground, (x, strip.top(), x + 1, strip.bottom() + 1)))
    assert filled[0] == pytest.approx(strip.height() * 2 / 3, abs=1.5)
    assert filled[1] == pytest.approx(strip.height(), abs=1)


def spot_x(panel, when_s):
    run = panel.view.run
    return panel.view.area.left() + int(panel.view.time_scale(run.start_ns).x(run.start_ns + int(when_s * 1e9)))


def test_the_strip_counts_the_states_that_are_shown_alone(panel):
    shown(panel, processes_run())
    panel.view.folding.fold_all(True)
    picture = panel.view._picture(panel.view.run)
    group = layout(panel).headers[1].group
    panel.view.only = frozenset({State.SLEEP})
    share = panel.view.painter.groups.share(panel.view._picture(panel.view.run), group)
    scale = picture.scale
    inside = int(scale.x(START + 250 * MS)), int(scale.x(START + 750 * MS))
    assert [round(float(share.run[x]) / 60_000, 2) for x in inside] == [1.0, 0.0]


def test_nothing_is_laid_out_anew_while_nothing_changed(panel):
    run = Run()
    panel.set_run(run)
    run.extend(told_batch(30, now=START + 100 * MS, sampled=START + 100 * MS))
    panel.refresh()
    made = panel.view.arrangement.plans
    for now in range(200, 300):
        run.extend(batch(START + now * MS, sampled=START + now * MS))
        panel.refresh()
        panel.view.scroll_lanes(now)
    assert panel.view.arrangement.plans == made
    run.extend(batch(START + 400 * MS, sampled=START + 400 * MS, story=[thread(900, 900, "late")], rows={900: []}))
    panel.refresh()
    assert panel.view.arrangement.plans == made + 1
    assert layout(panel).boxes[-1].track.name == "late"


def test_folds_and_the_place_survive_that_the_run_grows(panel):
    run = Run()
    run.extend(told_batch(1))
    for pid in (201, 202, 203):
        run.extend(child(pid, 6))
    shown(panel, run)
    panel.view.folding.fold(["pid 201"], True)
    panel.view.scroll_lanes(layout(panel).headers[2].top + 30)
    top = layout(panel).headers[2].top
    run.extend(batch(START + 1000 * MS, story=[thread(77, 77, "one more")], rows={77: []}))  # among the script's own
    panel.refresh()
    assert len(layout(panel).headers[0].group.tracks) == 3
    assert layout(panel).headers[1].folded
    assert layout(panel).headers[2].top == top


def test_what_is_pointed_at_is_unfolded(panel):
    run = processes_run()
    shown(panel, run)
    panel.view.folding.fold_all(True)
    track = next(track for track in run.tracks if track.pid == 202)
    step_to(panel.view, (track, track.lane.span(0)))
    assert [header.folded for header in layout(panel).headers] == [True, True, False, True]
    assert layout(panel).box_of(track) is not None


def test_only_what_is_in_view_is_handled(panel):
    shown(panel, told_run(200))
    panel.view.scroll_lanes(1500)
    seen = layout(panel).within(panel.view.area.height())
    expected = [box for box in layout(panel).boxes if box.top + box.height > layout(panel).top]
    expected = [box for box in expected if box.top < panel.view.area.height()]
    assert seen.boxes == expected
    assert 5 < len(expected) < 40
    assert all(layout(panel).at(box.top + 1) == box for box in expected)
    assert layout(panel).header_at(layout(panel).headers[0].top + HEADER // 2) == layout(panel).headers[0]


def test_the_choice_to_group_is_remembered_and_the_tick_tells_what_is_so(panel, settings, qtbot):
    from PySide6.QtWidgets import QMainWindow

    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    grouping = LaneGrouping(actions, settings, panel.view)
    shown(panel, processes_run())
    assert actions["group"].isChecked()
    actions["group"].trigger()
    assert not layout(panel).headers
    assert settings.text(GROUPED) == "no"
    assert not actions["fold_all"].isEnabled()
    shown(panel, told_run())
    actions["group"].trigger()
    assert titles(panel) == ["The script"]
    actions["fold_all"].trigger()
    assert not layout(panel).boxes
    actions["unfold_all"].trigger()
    assert len(layout(panel).boxes) == 3
    grouping.deleteLater()


def locked_run() -> Run:
    """Worker 10 gives a lock back at 300 ms that worker 11 has waited for since 100 ms."""
    ms = [START + n * MS for n in range(1001)]
    rows = {
        10: [(ms[0], ms[1000], Kind.THREAD, 0), (ms[300], ms[300], Kind.RELEASE, 4)],
        11: [(ms[0], ms[1000], Kind.THREAD, 0), (ms[100], ms[100], Kind.HELD_BY, 4, 10)],
    }
    rows[11].append((ms[100], ms[320], Kind.LOCK, 4))
    story = [process(), {"ev": "start", "pid": ROOT, "t": START}, name(4, "Lock 1")]
    story += [thread(10, 10, "A", main=True), thread(11, 11, "B")]
    seen = [(ms[0], 10, IN), (ms[0] + 1, 11, IN), (ms[100], 11, OUT), (ms[320], 11, IN)]
    run = Run()
    run.extend(batch(ms[1000], sampled=ms[1000], story=story, rows=rows, seen=seen))
    run.finish(ms[1000])
    return run


def test_hovering_a_wait_for_a_lock_shows_from_whom_it_came_though_arrows_are_off(panel):
    run = shown(panel, locked_run()).view.run
    panel.set_arrows(False)
    ink = load_theme("dark").color("accent_text")
    QApplication.processEvents()
    area = (spot_x(panel, 0.29), layout(panel).boxes[0].top, spot_x(panel, 0.33), layout(panel).boxes[1].top + 20)
    assert count(image_of(panel.view), ink, area) == 0
    lane = run.tracks[1].lane
    panel.view.select((run.tracks[1], lane.span_at(START + 200 * MS)))
    assert count(image_of(panel.view), ink, area) > 10


def test_all_kinds_of_arrows_are_drawn_on_demand_and_told_in_the_legend(panel):
    shown(panel, locked_run())
    panel.view.grab()
    panel.set_arrows(True)
    assert [(told.drawn, told.left_out) for told in panel.view.painter.arrows.told] == [(1, 0)]
    assert "release → acquire" in panel.legend.accessibleDescription()
    panel.set_arrows(False)
    panel.view.grab()
    panel.set_arrows(False)
    assert "release → acquire" not in panel.legend.accessibleDescription()


def test_an_arrow_to_a_folded_lane_ends_at_the_header(panel):
    run = Run()
    run.extend(told_batch(2))
    run.extend(child(201, 3))
    run.extend(batch(START + 1000 * MS, rows={10: [(START + 400 * MS, START + 400 * MS, Kind.PUT, 0, 5)]}))
    run.extend(batch(START + 1000 * MS, rows={2011: [(START + 600 * MS, START + 600 * MS, Kind.GET, 0, 5)]}, pid=201))
    run.finish(START + 1000 * MS)
    shown(panel, run)
    panel.view.folding.group(True)
    panel.view.folding.fold(["pid 201"], True)
    image = image_of(panel.view)
    assert panel.view.painter.arrows.drawn == 1
    header = next(header for header in layout(panel).headers if header.folded)
    assert layout(panel).end_of(next(track.id for track in run.tracks if track.tid == 2011)) == header
    near = (spot_x(panel, 0.6) - 8, header.top - 4, spot_x(panel, 0.6) + 4, header.top + header.height)
    panel.set_arrows(False)
    ink = load_theme("dark").color("text")
    assert count(image, ink, near) > count(image_of(panel.view), ink, near)


def test_spots_are_found_though_lanes_are_grouped(panel):
    """The first lane lies below the first header."""
    shown(panel, processes_run())
    assert layout(panel).at(spot(panel, 0, 0.5).y()).track is panel.view.run.tracks[0]
    assert np.all(np.diff([box.top for box in layout(panel).boxes]) > 0)
