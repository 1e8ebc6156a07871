"""The timeline as of a moment: left of the playhead the plain picture, right of it nothing."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.gui.on_timeline import hovered, open_panel, shown, spot
from tests.gui.pixels import image_of
from tests.gui.told_core_run import told_core_run
from tests.gui.told_run import MS, START, told_batch, told_run
from visualiser.gui.cores import CoresPanel
from visualiser.gui.line_marks import marks_now
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.as_of import spans_until
from visualiser.gui.timeline.gutter import value_text
from visualiser.gui.timeline.stuck import stuck_threads
from visualiser.gui.timeline.telling import highest_until
from visualiser.gui.wait_words import NOBODY, told_waiting
from visualiser.lab.layout import Kind
from visualiser.trace.batch import ThreadKey
from visualiser.trace.run import Run
from visualiser.trace.states import State

from tests.trace.story import ROOT, records  # isort: skip

QUEUE, FIRST, SECOND = 7, 8, 9
PUT, GET = START + 320 * MS, START + 640 * MS
PHASES = (START + 200 * MS, START + 700 * MS)


def rich_run() -> Run:
    """Two workers; one hands an item to the other, and the main thread announces two phases."""
    run, batch = Run(), told_batch()
    for number, label in ((QUEUE, "Queue 1"), (FIRST, "Warm up"), (SECOND, "Race")):
        batch.story.append({"ev": "name", "pid": ROOT, "t": 0, "id": number, "label": label, "file": "", "line": None})
    extra = {
        1: [(PHASES[0], 0, Kind.PHASE, FIRST), (PHASES[1], 0, Kind.PHASE, SECOND)],
        10: [(PUT, PUT, Kind.PUT, QUEUE, 77)],
        11: [(GET, GET, Kind.GET, QUEUE, 77)],
    }
    for tid, rows in extra.items():
        key = ThreadKey(ROOT, tid)
        batch.records[key] = np.concatenate((batch.records[key], records(*rows)))
    run.extend(batch)
    run.finish(START + 1000 * MS)
    return run


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def pixels(panel, until):
    panel.view.show_until(until)
    QApplication.processEvents()
    image = image_of(panel.view)
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return rows[panel.view.layout_of_lanes.top :].copy()


def column(panel, when):
    run = panel.view.run
    return panel.view.area.left() + panel.view.time_scale(run.start_ns).x(when)


@pytest.mark.parametrize("milliseconds", [1, 120, 333, 505, 750, 999])
@pytest.mark.parametrize("make", [told_run, told_core_run])
def test_left_of_the_playhead_is_the_plain_picture_and_right_of_it_nothing(panel, make, milliseconds):
    run = make()
    shown(panel, run)
    panel.set_by_core(make is told_core_run)
    plain, empty = pixels(panel, None), pixels(panel, run.start_ns - 500 * MS)
    when = START + milliseconds * MS
    x, then = int(column(panel, when)), pixels(panel, when)
    assert (plain != empty).any(axis=0).sum() > 700  # else nothing could be missing
    assert np.array_equal(then[:, : max(0, x - 3)], plain[:, : max(0, x - 3)])
    assert np.array_equal(then[:, x + 4 :], empty[:, x + 4 :])


def test_the_end_is_the_plain_picture_to_the_pixel(panel):
    run = shown(panel, rich_run()).view.run
    panel.view.show_range(-0.1, 1.2)
    pixels(panel, None)
    panel.view._still.stop()  # exact columns from now on
    assert np.array_equal(pixels(panel, run.now_ns), pixels(panel, None))
    assert not np.array_equal(pixels(panel, run.now_ns - MS), pixels(panel, None))


def test_going_back_and_forth_leaves_nothing_behind(panel):
    run = shown(panel, rich_run()).view.run
    first = pixels(panel, START + 400 * MS)
    for when in (900, 100, 1000, 650):
        pixels(panel, START + when * MS)
    assert np.array_equal(pixels(panel, START + 400 * MS), first)
    assert panel.view.painter.computed == 0  # the columns of the lanes were kept all the time
    assert run.now_ns == START + 1000 * MS


def test_between_two_columns_the_line_moves_though_no_column_is_added(panel):
    shown(panel, told_run())
    step = panel.view.time_scale(START).step
    middle = START + int(400.4 * step)
    one, other = pixels(panel, middle), pixels(panel, middle + int(step * 0.3))
    different = np.flatnonzero((one != other).any(axis=0))
    assert 0 < len(different) <= 4


def test_an_arrow_comes_when_it_arrives(panel):
    shown(panel, rich_run())
    pixels(panel, GET - MS)
    assert panel.view.painter.arrows.drawn == 0
    pixels(panel, GET)
    assert panel.view.painter.arrows.drawn == 1


def test_a_sign_does_not_reach_out_before_its_moment(panel):
    batch, (without, run) = told_batch(), (told_run(), Run())
    key = ThreadKey(ROOT, 10)
    batch.records[key] = np.concatenate((batch.records[key], records((START + 450 * MS, 0, Kind.SUBMIT, 5))))
    run.extend(batch)
    run.finish(START + 1000 * MS)
    empty = pixels(shown(panel, without), START + 448 * MS)
    assert np.array_equal(pixels(shown(panel, run), START + 448 * MS), empty)
    later = START + 470 * MS
    assert not np.array_equal(pixels(panel, later), pixels(shown(panel, without), later))


def test_phases_have_begun_or_are_not_there(panel):
    run = shown(panel, rich_run()).view.run
    bands = panel.view.painter.bands
    assert bands.phases(run, PHASES[0] - 1) == ()
    (first,) = bands.phases(run, PHASES[0])
    assert (first.title, first.end) == ("Warm up", None)
    assert [(phase.title, phase.end) for phase in bands.phases(run, PHASES[1])] == [
        ("Warm up", PHASES[1]),
        ("Race", None),
    ]
    assert bands.phases(run, run.now_ns) == tuple(run.phases.all)


def test_the_card_tells_nothing_that_was_not_known_and_nothing_of_later(panel, qtbot):
    shown(panel, rich_run())
    panel.view.show_until(START + 150 * MS)
    text = hovered(panel, spot(panel, 1, 0.12), qtbot)
    assert "sleeps" in text
    assert "for 50 ms" in text  # of 200 in the end
    assert hovered(panel, spot(panel, 1, 0.7), qtbot) == ""
    panel.view.show_until(PUT + 100 * MS)
    assert "put into" not in hovered(panel, spot(panel, 1, 0.32), qtbot)
    panel.view.show_until(None)
    assert "put into Queue 1" in hovered(panel, spot(panel, 1, 0.33), qtbot)


def test_only_what_has_begun_can_be_selected(panel, qtbot):
    shown(panel, told_run())
    panel.view.show_until(START + 150 * MS)
    chosen = []
    panel.selected.connect(chosen.append)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot(panel, 1, 0.12))
    qtbot.waitUntil(lambda: bool(chosen) and chosen[-1] is not None)
    assert chosen[-1].duration_s == pytest.approx(0.05)
    qtbot.keyClick(panel.view, Qt.Key.Key_Period)
    assert chosen[-1].state is State.SLEEP


def test_the_names_are_of_those_who_have_come_and_say_what_they_did_then(panel):
    run = shown(panel, told_run()).view.run
    texts = []
    panel.gutter._text = lambda _painter, _room, text, *_rest: texts.append(text)
    panel.view.show_until(START + 5 * MS)
    panel.gutter.grab()
    assert not any("Thread-1" in text for text in texts)
    panel.view.show_until(START + 150 * MS)
    texts.clear()
    panel.gutter.grab()
    assert texts[:2] == ["MainThread", "waits for workers"]
    assert texts[2].startswith("Thread-1")
    assert texts[3].startswith("sleeps")
    panel.view.show_until(run.now_ns)
    texts.clear()
    panel.gutter.grab()
    assert texts[3].startswith("ended")


def test_counters_end_at_the_playhead(panel):
    run = shown(panel, rich_run()).view.run
    (counter,) = run.counters.all
    assert [highest_until(counter, when) for when in (PUT - 1, PUT, None)] == [0.0, 1.0, 1.0]
    assert value_text(counter, PUT, finished=False) == "1 item"


def test_followed_the_playhead_is_kept_in_view(panel):
    shown(panel, told_run())
    view = panel.view
    view.show_range(0.0, 0.1)
    view.show_until(START + 150 * MS)
    assert view.visible_s == pytest.approx((0.0, 0.1))
    view.set_follow(True)
    for milliseconds in (150, 400, 20):
        view.show_until(START + milliseconds * MS)
        begin, end = view.visible_s
        assert begin <= milliseconds / 1000 <= end
        assert end - begin == pytest.approx(0.1)


def test_another_run_is_shown_whole(panel):
    shown(panel, told_run())
    panel.view.show_until(START + 1)
    panel.set_run(told_run())
    assert panel.view.until_ns is None


def test_cores_know_only_the_samples_that_were_taken(qtbot, show):
    run = told_core_run()
    cores = show(CoresPanel(load_theme("dark")), 500, 100)
    cores.set_run(run)
    cores.show_now((3.0, 4.0))
    assert cores.load(0).percent == 3.0  # nothing runs any more
    cores.show_until(START + 500 * MS)
    assert cores.samples == 2
    assert cores.load(0).percent == run.loads.percent(0)[1]
    cores.show_until(START)
    assert (cores.samples, cores.load(0).percent) == (0, 0.0)
    cores.show_until(None)
    assert cores.samples == 5
    assert cores.load(0).percent == 3.0


def test_lines_and_locks_are_those_of_the_moment(qapp):
    run, theme = told_run(), load_theme("dark")
    assert marks_now(run, "two.py", theme, START + 150 * MS) == {12: [theme.lane(0), theme.lane(1)]}
    assert marks_now(run, "two.py", theme, START + 350 * MS) == {}
    assert told_waiting(run, START + 400 * MS).sentence == NOBODY
    assert len(told_waiting(run, START + 550 * MS).drawing.waiting.waits) == 2


def test_spans_are_counted_up_to_the_moment():
    run = told_run()
    begun = [when for track in run.tracks for when in track.lane.t.tolist()]
    for milliseconds in (0, 100, 101, 650, 1000):
        when = START + milliseconds * MS
        assert spans_until(run, when) == sum(one <= when for one in begun)
    assert spans_until(run, run.now_ns) == run.spans


def test_without_a_deadlock_nobody_is_stuck_at_any_moment():
    run = told_run()
    assert [stuck_threads(run, START + when * MS) for when in (0, 550, 1000)] == [[], [], []]
