"""Replay and pause in the real window, by its keys and its mouse."""

import math
import re
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.pixels import image_of
from tests.gui.test_as_of import rich_run
from tests.gui.told_run import MS, START
from visualiser.gui.replay.bar import FINE, time_text
from visualiser.gui.replay.live_pause import OVER, PAUSED
from visualiser.gui.replay.player import FIRST_SPEED, LOOP, SPEED
from visualiser.gui.timeline.reach import busy_reach
from visualiser.trace.document import About, Document, Printed
from visualiser.trace.outcome import Outcome

TEXT = "import time\nprint('one')\n"
ENDLESS = "import time\nprint('on', flush=True)\nwhile True:\n    time.sleep(0.01)\n"
SHORT = "import time\nprint('on', flush=True)\ntime.sleep(0.4)\n"
LONG_MS = 30_000
Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def window(open_window, script):
    window = open_window(script(TEXT, "two.py"))
    about = About(title="Two threads", file="two.py", text=TEXT)
    printed = [Printed(START + when * MS, "out", f"at {when}\n") for when in (100, 500, 1500)]
    window.run_view.show_document(Document(rich_run(), about, Outcome("Finished.", ok=True, wall_s=1.0), printed))
    window.replay.player.clock = Clock()
    window.panes.timeline.setFocus()
    return window


@pytest.fixture
def player(window):
    """Paused at the begin of the run."""
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.panes.timeline.view, Key.Key_K)
    assert not window.replay.player.replay.playing
    return window.replay.player


def ms(player):
    return (player.replay.moment - START) / MS


def pass_time(player, qtbot, seconds):
    """Let seconds go by, no more than a frame may last at a time, and wait until they are shown."""
    frames = math.ceil(seconds / 0.2)
    for _ in range(frames):
        before = player.replay.moment
        player.clock.now += seconds / frames
        qtbot.waitUntil(lambda before=before: player.replay.moment != before or not player.replay.playing)


def status(window, name):
    return window.status_line.parts[name].text().replace("\u202f", " ")


def output(window):
    return window.panes.console.view.toPlainText().split()


def remarks(window):
    return [card.heading.text() for card in (window.panes.results, window.panes.facts)]


def test_it_is_offered_only_for_a_run_that_is_over(open_window, script):
    window = open_window(script(TEXT))
    assert not window.actions_["replay"].isEnabled()
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert window.replay.player.replay is None


def test_it_plays_at_once_and_says_what_it_is(window, qtbot):
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    player = window.replay.player
    assert player.badge.words == "Replay of Two threads, × 0.2"
    assert player.badge.isVisible()
    assert player.bar.isVisible()
    assert window.actions_["replay"].isChecked()
    assert status(window, "state") == "● replay"
    pass_time(player, qtbot, 1.0)
    assert ms(player) == pytest.approx(1000 * FIRST_SPEED, abs=0.01)
    assert window.panes.timeline.view.until_ns == player.replay.moment


def test_paused_no_timer_runs_and_nothing_moves(window, player, qtbot):
    assert not player._frames.isActive()
    player.clock.now += 5
    QApplication.processEvents()
    assert ms(player) == 0
    assert player.bar.buttons["play"].accessibleName() == "Play"
    QTest.keyClick(window.panes.timeline.view, Key.Key_Space)
    assert player._frames.isActive()
    assert player.bar.buttons["play"].accessibleName() == "Pause"


def test_j_and_l_step_from_event_to_event(window, player):
    view = window.panes.timeline.view
    run = view.run
    events = sorted({when for track in run.tracks for when in (*track.lane.t.tolist(), *track.marks.t.view.tolist())})
    later = [when for when in events if when > START]
    for when in later[:6]:
        QTest.keyClick(view, Key.Key_L)
        assert player.replay.moment == when
    QTest.keyClick(view, Key.Key_J)
    assert player.replay.moment == later[4]
    QTest.mouseClick(player.bar.buttons["back"], Qt.MouseButton.LeftButton)
    assert player.replay.moment == later[3]
    QTest.mouseClick(player.bar.buttons["on"], Qt.MouseButton.LeftButton)
    assert player.replay.moment == later[4]


def test_every_panel_shows_what_was_known_and_in_the_end_all_of_it(window, player):
    before = image_of(window.panes.timeline.view).size()
    player.seek(START + 250 * MS)
    assert status(window, "time") == "0.25 s"
    assert output(window) == ["at", "100"]
    assert remarks(window) == ["of the whole run"] * 2
    assert set(window.panes.editor.editor._gutter._marks) == {12}
    player.seek(START + 550 * MS)
    assert output(window) == ["at", "100", "at", "500"]
    assert window.panes.editor.editor._gutter._marks == {}
    assert window.panes.bottom.offers("locks")
    assert "2 threads wait" in window.panes.locks.sentence.text()
    player.seek(START + 50 * MS)
    assert output(window) == []
    player.seek(START + 1000 * MS)
    assert output(window) == ["at", "100", "at", "500", "at", "1500"]
    assert remarks(window) == ["", ""]
    assert image_of(window.panes.timeline.view).size() == before


def test_esc_brings_back_what_was_there(window, qtbot):
    view = window.panes.timeline.view
    view.show_range(0.2, 0.4)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not view._still.isActive())
    window.panes.timeline.finish()
    seen = view.visible_s, view.following, status(window, "time"), status(window, "state"), status(window, "spans")
    QApplication.processEvents()
    before = image_of(view)
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    player = window.replay.player
    assert ms(player) == pytest.approx(200, abs=1)  # what is seen begins there
    player.scrub(0.9)
    view.pan(0.5)
    QTest.keyClick(window, Key.Key_Escape)
    assert player.replay is None
    assert not player.bar.isVisible()
    assert not player.badge.isVisible()
    assert window.panes.timeline_card.note.isVisible()
    now = view.visible_s, view.following, status(window, "time"), status(window, "state"), status(window, "spans")
    assert now == (pytest.approx(seen[0]), *seen[1:])
    assert output(window) == ["at", "100", "at", "500", "at", "1500"]
    qtbot.waitUntil(lambda: view.size() == before.size())
    view._still.stop()
    view.repaint_item()
    qtbot.waitUntil(lambda: image_of(view) == before)


def test_the_keys_for_speed_are_remembered(window, player, qtbot):
    view = window.panes.timeline.view
    QTest.keyClick(view, Key.Key_Less, Shift)
    QTest.keyClick(view, Key.Key_Semicolon, Shift)  # what some keyboards make of Shift and comma
    assert player.replay.speed == 0.05
    QTest.keyClick(view, Key.Key_Greater, Shift)
    assert player.replay.speed == 0.1
    assert player.badge.words.endswith("× 0.1")
    assert player.bar.factor.text() == "× 0.1"
    assert window.settings.text(SPEED) == "0.1"
    QTest.keyClick(window, Key.Key_Escape)
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert player.replay.speed == 0.1


def test_comma_without_shift_still_steps_the_selection(window, player):
    view = window.panes.timeline.view
    player.seek(START + 900 * MS)
    track = view.run.tracks[1]
    view.select((track, track.lane.span(2)))
    QTest.keyClick(view, Key.Key_Comma)
    assert view._focus.selected[1] == track.lane.span(1)
    assert player.replay.speed == FIRST_SPEED


def test_the_sliders_scrub_and_set_the_speed(window, player):
    bar = player.bar
    middle = bar.scrub.rect().center()
    QTest.mouseClick(bar.scrub, Qt.MouseButton.LeftButton, pos=middle)
    assert ms(player) == pytest.approx(500, abs=15)
    bar.scrub.setFocus()
    QTest.keyClick(bar.scrub, Key.Key_Home)
    assert ms(player) == 0
    QTest.keyClick(bar.scrub, Key.Key_End)
    assert player.replay.at_end
    assert bar.scrub.value() == FINE
    bar.speed.setFocus()
    QTest.keyClick(bar.speed, Key.Key_Home)
    assert player.replay.speed == 0.001
    QTest.keyClick(bar.speed, Key.Key_J)  # keys of the replay work on the bar, too
    assert player.replay.moment < player.replay.end


def test_a_drag_on_the_ruler_moves_the_playhead_and_not_the_view(window, player):
    view = window.panes.timeline.view
    seen = view.visible_s
    port = view.viewport()
    at = [QPoint(view.area.left() + round(view.area.width() * share), 8) for share in (0.3, 0.5, 0.6)]
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at[0])
    assert player.replay.moment == view.moment_at(at[0].x())
    for place in at[1:]:
        QTest.mouseMove(port, place)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at[2])
    assert player.replay.moment == view.moment_at(at[2].x())
    assert view.visible_s == seen


def test_without_a_replay_the_ruler_pans_as_before(window):
    view = window.panes.timeline.view
    seen, port = view.visible_s, view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(300, 8))
    for x in range(290, 200, -10):
        QTest.mouseMove(port, QPoint(x, 8))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(200, 8))
    assert view.visible_s != seen
    assert view.until_ns is None


def test_the_loop_goes_round_in_the_selection_and_is_remembered(window, player, qtbot):
    view = window.panes.timeline.view
    view.select_time((START + 300 * MS, START + 320 * MS))
    QTest.keyClick(view, Key.Key_L, Shift)
    assert player.bar.buttons["loop"].isChecked()
    assert window.settings.text(LOOP) == "yes"
    QTest.keyClick(view, Key.Key_Space)
    seen = []
    for _ in range(4):
        pass_time(player, qtbot, 0.06)  # 12 ms of the run
        seen.append(ms(player))
    assert all(300 <= moment < 320 for moment in seen)
    assert any(later < earlier for earlier, later in pairwise(seen))
    QTest.mouseClick(player.bar.buttons["loop"], Qt.MouseButton.LeftButton)
    assert player.replay.loop is None
    assert window.settings.text(LOOP) == ""


def test_without_a_selection_the_loop_is_what_is_seen(window, player, qtbot):
    view = window.panes.timeline.view
    player.toggle_loop()
    view.show_range(0.5, 0.6)
    QTest.keyClick(view, Key.Key_Space)
    pass_time(player, qtbot, 0.4)
    assert 500 <= ms(player) <= 600
    assert view.visible_s == pytest.approx((0.5, 0.6))


def test_at_the_end_it_stops_and_shows_the_plain_picture(window, player, qtbot):
    view = window.panes.timeline.view
    player.seek(START + 990 * MS)
    player.set_speed(8.0)
    QTest.keyClick(view, Key.Key_Space)
    pass_time(player, qtbot, 0.2)
    assert player.replay.at_end
    assert not player._frames.isActive()
    QApplication.processEvents()
    last = image_of(view)
    view.show_until(None)
    QApplication.processEvents()
    assert image_of(view) == last


def test_another_document_and_another_run_end_it(window, player, qtbot):
    window.run_view.show_document(Document(rich_run(), About(title="Other", text=TEXT)))
    assert player.replay is None
    assert not player.bar.isVisible()
    assert remarks(window) == ["", ""]
    assert not window.actions_["replay"].isChecked()
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert player.badge.words.startswith("Replay of Other")
    QTest.keyClick(window, Key.Key_F9)
    assert player.replay is None
    assert window.panes.timeline.view.until_ns is None
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)
    assert status(window, "state") == "○ finished"


def test_in_presentation_esc_ends_the_replay_first(window, qtbot):
    QTest.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(window.isFullScreen)
    QTest.keyClick(window, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    player = window.replay.player
    assert player.bar.isVisible()
    bar = player.bar
    parts = [part for part in (*bar.buttons.values(), bar.scrub, bar.time, bar.speed, bar.factor) if part.isVisible()]
    places = sorted((part.geometry() for part in parts), key=lambda place: place.left())
    assert all(one.right() < other.left() for one, other in pairwise(places))
    assert bar.scrub.width() > 60
    QTest.keyClick(window, Key.Key_Escape)
    assert player.replay is None
    assert window.presentation.on
    QTest.keyClick(window, Key.Key_Escape)
    assert not window.presentation.on


def test_times_are_read_to_the_microsecond_where_that_can_be_read():
    assert time_text(1_234_567_890, fine=False) == "1.23 s"
    assert time_text(1_234_567_890, fine=True) == "1.234\u202f567 s"
    assert time_text(0, fine=True) == "0.000\u202f000 s"


def start_printing(open_window, script, qtbot, text=ENDLESS):
    window = open_window(script(text))
    QTest.keyClick(window, Key.Key_F9)
    run = window.controller.run
    qtbot.waitUntil(lambda: run.start_ns and run.now_ns > run.start_ns, timeout=LONG_MS)
    return window, run


def test_space_holds_the_picture_of_a_run_that_goes_on(open_window, script, qtbot):
    window, run = start_printing(open_window, script, qtbot)
    view, pause = window.panes.timeline.view, window.replay.pause
    QTest.keyClick(view, Key.Key_Space)
    held = view.until_ns
    assert held == pause.moment == window.panes.cores.until_ns
    spans = run.spans
    qtbot.waitUntil(lambda: run.now_ns - held > 300 * MS, timeout=LONG_MS)
    qtbot.waitUntil(lambda: float(re.search("[0-9.]+", pause.badge.words)[0]) >= 0.3)
    assert pause.badge.words.startswith(PAUSED.partition("{")[0])
    assert pause.badge.isVisible()
    assert run.spans > spans
    assert view.until_ns == held
    assert not view.following
    QTest.keyClick(view, Key.Key_Space)
    assert view.until_ns is None
    assert view.following
    assert not pause.badge.isVisible()
    begin, end = view.visible_s
    assert begin <= run.wall_s <= end


def test_scrolled_back_it_says_so_until_the_newest_moment_is_seen(open_window, script, qtbot):
    window, _run = start_printing(open_window, script, qtbot)
    view, badge = window.panes.timeline.view, window.replay.pause.badge
    view.show_range(-1.0, 0.001)
    view._on_moved()
    qtbot.waitUntil(lambda: badge.words.startswith("Scrolled back – recording goes on, 0."), timeout=LONG_MS)
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    assert view.following
    assert not badge.isVisible()


def test_a_held_picture_stays_when_the_run_is_over_and_space_shows_the_rest(open_window, script, qtbot):
    window, run = start_printing(open_window, script, qtbot, SHORT)
    view, pause = window.panes.timeline.view, window.replay.pause
    QTest.keyClick(view, Key.Key_Space)
    held, seen = view.until_ns, view.visible_s
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)
    assert view.until_ns == held
    assert view.visible_s == seen
    assert pause.badge.words.startswith(OVER.partition("{")[0])
    QTest.keyClick(view, Key.Key_Space)
    assert view.until_ns is None
    assert view.visible_s == pytest.approx(busy_reach(run))
    assert not pause.badge.isVisible()


def test_follow_and_a_new_run_let_go_of_the_picture(open_window, script, qtbot):
    window, _run = start_printing(open_window, script, qtbot)
    view, pause = window.panes.timeline.view, window.replay.pause
    QTest.keyClick(view, Key.Key_Space)
    QTest.keyClick(window, Key.Key_F6)
    assert (pause.moment, view.until_ns) == (None, None)
    QTest.keyClick(view, Key.Key_Space)
    assert pause.moment is not None
    window.controller.stop()
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)
    QTest.keyClick(window, Key.Key_F9)
    assert (pause.moment, view.until_ns, view.following) == (None, None, True)
