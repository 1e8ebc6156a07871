"""The account on screen: real runs in the dialog, known accounts in the strip; by keys, mouse and pixels."""

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.gui.on_timeline import move_mouse
from tests.gui.pixels import count, image_of
from tests.trace.account_machine import play
from visualiser.gui.account.dialog import FAILED, IN_WINDOW, RECORD, STOP, AccountDialog
from visualiser.gui.account.key import StripKey
from visualiser.gui.account.recording import Recording
from visualiser.gui.account.strip_layout import Strip
from visualiser.gui.account.strip_panel import FIRST, IDLE, NONE_LOST, NOTHING, PICK, SECOND, StripPanel
from visualiser.gui.account.wording import detected, naive, slowed, stale, told_of
from visualiser.gui.account.worst_list import WorstList
from visualiser.gui.timeline.strips import mix
from visualiser.host.catalogue import find_scenario
from visualiser.host.outcome import Outcome
from visualiser.trace.account import Account
from visualiser.trace.track import NS
from visualiser.trace.versions import read_versions

# Thread 0 reads; thread 1 adds three times; thread 0 writes and destroys them.
DESTRUCTION = [0, 1, 1, 1, 1, 1, 1, 0]
RACE = """
import threading, time
THREADS = 3  # @param {type:"slider", min:1, max:8}
counter = 0
def work():
    global counter
    for _ in range(20):
        held = counter
        time.sleep(0)
        counter = held + 1
threads = [threading.Thread(target=work) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
expected = THREADS * 20
lost = expected - counter
"""


def account_of(turns, stretch=1):
    """An account of those turns; ``stretch``: times as long as the machine's own 10 ns a turn."""
    versions = read_versions(play(turns)[0])
    versions.read *= stretch
    versions.write *= stretch
    return Account(versions)


@pytest.fixture
def panel(show, theme):
    return show(StripPanel(theme), 900, 360)


@pytest.fixture
def destruction(panel):
    panel.show_strip(Strip.of(account_of(DESTRUCTION, 100_000)))
    return panel


@pytest.fixture
def dialog(qtbot, dark, settings, script):
    made = []

    def open_it(text=RACE):
        from PySide6.QtWidgets import QWidget

        parent = QWidget()
        qtbot.addWidget(parent)
        found = AccountDialog(parent, dark, settings, script(text), text)
        found.resize(1100, 700)
        made.append((found, parent))
        with qtbot.waitExposed(found):
            found.show()
        return found

    yield open_it
    for found, _ in made:
        found.reject()


def record(qtbot, dialog):
    qtbot.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    assert dialog.record.text() == STOP
    qtbot.waitUntil(lambda: not dialog.recording, timeout=60_000)


def box_middle(view, number):
    """Where the bar of a write is, in pixels of the view."""
    strip = view.strip
    versions = strip.account.versions
    scale = view.time_scale(strip.start)
    x = view.area.left() + (scale.x(int(versions.read[number])) + scale.x(int(versions.write[number]))) / 2
    name = versions.writers[int(versions.writer[number])].name
    box = next(box for box in view.boxes if box.lane.name == name)
    return QPoint(round(x), box.top + box.height // 2)


def test_the_dialog_counts_an_ordinary_run_and_accounts_for_a_recorded_one(dialog, qtbot):
    found = dialog()
    said = []
    assert found.strip.words.text() == IDLE
    found.strip.view.selected.connect(lambda _: said.append(found.strip.words.text()))
    record(qtbot, found)
    assert said[:2] == [FIRST, SECOND]
    account = found.account
    assert account is not None, found.status.text()
    assert account.exact
    assert account.by_ones
    tiles = found.recorded.tiles.texts()
    assert (tiles["expected"], tiles["counter"]) == ("60", str(account.actual))
    assert tiles["lost"] == str(account.lost)
    assert set(found.ordinary.tiles.texts()) == {"expected", "counter", "lost"}
    assert f"Detected by their parents: {account.lost} = expected − actual, exactly." in found.recorded.words.text()
    assert "lowed" in found.recorded.words.text()
    assert found.record.text() == RECORD
    assert found.worst.list.count() == min(50, len(account.most_destructive(100)))


def test_keys_step_from_one_lost_write_to_the_next(destruction, qtbot):
    view = destruction.view
    assert destruction.words.text() == PICK
    view.setFocus()
    for expected in (1, 2, 3, 3):
        qtbot.keyClick(view, Qt.Key.Key_N)
        assert view.chosen == expected
    assert "▲ lost" in destruction.words.text()
    assert "destroyed by write 4 of Thread-0" in destruction.words.text()
    for expected in (2, 1, 1):
        qtbot.keyClick(view, Qt.Key.Key_P)
        assert view.chosen == expected
    begin, end = view.visible_s
    versions = view.strip.account.versions
    assert begin <= (versions.read[1] - view.strip.start) / NS
    assert (versions.write[4] - view.strip.start) / NS <= end


def test_a_click_selects_a_write_and_the_mouse_tells_of_it(destruction, qtbot):
    view = destruction.view
    at = box_middle(view, 2)

    def told():
        move_mouse(view.viewport(), at)  # again and again: pyqtgraph leaves out moves that follow each other too fast
        return "write 2 of Thread-1" in destruction._card.text

    qtbot.waitUntil(told)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: view.chosen == 2)
    empty = QPoint(at.x(), 5)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=empty)
    qtbot.waitUntil(lambda: view.chosen == 0)


def test_solid_survives_and_hollow_with_a_triangle_is_lost(destruction, theme):
    view = destruction.view
    image = image_of(view)
    survivor, lost = theme.lane(0), theme.lane(1)
    assert view.painter.bars == 4
    first, second = (next(box for box in view.boxes if box.hue == hue) for hue in (0, 1))
    solid, hollow = (box.lane.name for box in (first, second))
    assert {solid, hollow} == {"Thread-0", "Thread-1"}
    lanes = {box.lane.name: (0, box.top, image.width(), box.top + box.height) for box in (first, second)}
    hues = {first.lane.name: survivor, second.lane.name: lost}
    solid_pixels = count(image, hues["Thread-0"], lanes["Thread-0"])
    edge_pixels = count(image, hues["Thread-1"], lanes["Thread-1"])
    pale = mix(hues["Thread-1"], theme.color("lane"), 0.16)
    assert solid_pixels > 4 * edge_pixels > 0
    assert count(image, pale, lanes["Thread-1"]) > edge_pixels
    assert count(image, theme.color("warn"), lanes["Thread-1"], near=3) > 20
    assert count(image, theme.color("warn"), lanes["Thread-0"], near=3) == 0


def test_hues_are_those_of_the_timeline_else_in_the_order_of_the_names():
    account = account_of([10, 10, 2, 2, 0, 0])
    strip = Strip.of(account)
    assert [(lane.name, hue) for lane, hue in zip(strip.lanes, strip.hues, strict=True)] == [
        ("Thread-0", 0),
        ("Thread-2", 1),
        ("Thread-10", 2),
    ]
    zero, two, ten = (lane.tid for lane in strip.lanes)
    known = Strip.of(account, {ten: 4, two: None, zero: 7})
    assert [(lane.name, hue) for lane, hue in zip(known.lanes, known.hues, strict=True)] == [
        ("Thread-2", None),
        ("Thread-10", 4),
        ("Thread-0", 7),
    ]
    assert Strip.of(account, {ten: 4}).hues == (0, 1, 2)


def test_a_recorded_run_has_the_hues_of_its_threads_in_the_order_of_their_starts(dialog, qtbot):
    found = dialog()
    record(qtbot, found)
    strip = found.strip.view.strip
    assert [lane.name for lane in strip.lanes] == [f"Thread-{number} (work)" for number in (1, 2, 3)]
    assert strip.hues == (0, 1, 2)


def test_selecting_links_a_lost_write_to_its_destroyer(destruction, theme):
    view = destruction.view
    before = count(image_of(view), theme.color("warn"), near=3)
    view.select(1)
    assert count(image_of(view), theme.color("warn"), near=3) > before + 100


def test_a_destroyer_shades_what_it_undid(destruction, theme):
    view = destruction.view
    plain = image_of(view)
    view.select(4)
    shaded = image_of(view)
    below = view.boxes[-1].top + view.boxes[-1].height
    assert below < shaded.height()
    at = box_middle(view, 4).x()
    assert plain.pixelColor(at, below + 1) != shaded.pixelColor(at, below + 1)


def test_many_writes_become_columns_that_tell_what_share_is_lost(panel, theme):
    turns = ([0] + [1, 1] * 3000 + [0]) * 2 + [1, 1] * 3000  # two thirds of what thread 1 writes is destroyed
    account = account_of(turns, 1000)
    panel.show_strip(Strip.of(account))
    view = panel.view
    image = image_of(view)
    assert view.painter.columns > 500
    assert view.painter.bars <= 4
    box = next(box for box in view.boxes if box.lane.name == "Thread-1")
    area = (0, box.top, image.width(), box.top + box.height)
    hue = theme.lane(box.hue)
    solid, pale = count(image, hue, area), count(image, mix(hue, theme.color("lane"), 0.28), area)
    assert pale == pytest.approx(2 * solid, rel=0.15)
    assert account.lost == 6000


def test_more_lanes_than_fit_can_be_scrolled(panel, qtbot):
    panel.show_strip(Strip.of(account_of([one for one in range(60) for _ in (0, 1)], 1000)))
    view = panel.view
    assert view.hidden_height > 0
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.scrolled > 0
    assert panel._scroll.value() == view.scrolled
    view.go_to(60)
    box = view.boxes[-1]
    assert box.top + box.height <= view.area.height() + 1


def test_nothing_lost_is_said(panel):
    panel.show_strip(Strip.of(account_of([0, 0, 1, 1])))
    assert panel.words.text() == NONE_LOST
    panel.view.step(1)
    assert panel.view.chosen == 0


def test_the_worst_are_listed_first_and_a_click_goes_there(show, dark, qtbot):
    listed = show(WorstList(dark))
    listed.show_account(account_of([0, 1, 1, 0, 0, 1, 1, 1, 1, 0]))
    assert listed.list.item(0).text().startswith("▲ 2 by write")
    with qtbot.waitSignal(listed.picked) as picked:
        place = listed.list.visualItemRect(listed.list.item(0)).center()
        qtbot.mouseClick(listed.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picked.args == [5]
    listed.show_account(None)
    assert listed.list.count() == 0


def test_words_take_their_numbers_from_the_account():
    account = account_of(DESTRUCTION)
    assert detected(account) == "Detected by their parents: 3 = expected − actual, exactly."
    assert "another had read: 1. It misses the 2" in naive(account)
    assert stale(account) == "1 stale write; the worst destroyed 3 others at a blow."
    assert "× 4.0" in slowed(0.5, 2.0)
    assert "hardly (× 1.0)" in slowed(1.0, 1.0)
    assert "×" not in slowed(0.0, 1.0)
    assert told_of(account, 4)[-2:] == ["stale: 3 writes came in between", "destroyed 3 writes"]
    assert "Every write" in stale(account_of([0, 0]))


def test_where_nothing_is_lost_no_word_is_said_of_losing():
    account = account_of([0, 0, 1, 1])
    assert naive(account) == ""
    assert slowed(0.5, 2.0, loses=False) == "Slowed by recording: × 4.0."
    assert slowed(1.0, 0.7, loses=False) == "Recording slowed it hardly (× 0.7)."
    assert slowed(0.0, 2.0, loses=False) == "Slowed by recording."


def test_a_race_under_the_lock_says_only_that_it_was_slowed(dialog, qtbot):
    locked = RACE.replace("counter = 0", "counter = 0\nlock = threading.Lock()").replace(
        "        held = counter\n        time.sleep(0)\n        counter = held + 1\n",
        "        with lock:\n            counter += 1\n",
    )
    found = dialog(locked)
    record(qtbot, found)
    assert found.account is not None, found.status.text()
    assert found.account.lost == 0
    assert "lowed" in found.recorded.words.text()
    assert "number" not in found.recorded.words.text()
    assert "Writes that read" not in found.recorded.words.text()


def test_a_script_without_a_counter_is_told_so(dialog, qtbot):
    found = dialog("print('nothing to count')")
    record(qtbot, found)
    assert found.account is None
    assert "no counter that several functions share was found" in found.status.text()
    assert found.recorded.words.text() == ""
    assert found.strip.words.text() == NOTHING


def test_a_script_that_fails_is_not_recorded(dialog, qtbot):
    found = dialog("raise SystemExit('no')")
    record(qtbot, found)
    assert found.account is None
    assert "no" in found.ordinary.words.text().splitlines()[-1]
    assert found.status.text() == FAILED
    assert found.strip.words.text() == NOTHING


def test_an_interpreter_that_is_not_there_is_one_sentence(dialog, qtbot):
    found = dialog()
    found.python = "/nowhere/python"
    record(qtbot, found)
    assert "There is no interpreter" in found.status.text()
    assert found.strip.words.text() == NOTHING


def test_a_script_that_runs_inside_the_window_is_not_recorded(dialog):
    found = dialog(find_scenario("freeze_window").text)
    found.start()
    assert not found.recording
    assert found.status.text() == IN_WINDOW


ENDLESS = "import time\nprint('ready', flush=True)\nwhile True:\n    time.sleep(0.01)"


def test_a_run_can_be_stopped(dialog, qtbot):
    found = dialog(ENDLESS)
    found.start()
    qtbot.mouseClick(found.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not found.recording, timeout=20_000)
    assert found.status.text().startswith("Stopped by you")
    assert "topped by you" not in found.ordinary.words.text()
    assert found.strip.words.text() == NOTHING


def test_closing_leaves_no_run_behind(dialog, qtbot):
    found = dialog(ENDLESS)
    found.start()
    threads = found.findChildren(Recording)
    assert len(threads) == 1
    qtbot.keyClick(found, Qt.Key.Key_Escape)
    assert not found.isVisible()
    assert not found.recording


def test_the_legend_has_room_for_its_words(show, theme):
    key = show(StripKey(theme), 600, 24)
    assert key.width() >= key.sizeHint().width()


def test_results_with_lost_updates_lead_there(open_window, qtbot):
    window = open_window(find_scenario("race"))
    results = window.panes.results
    assert not results.account.isVisible()
    results.show_end(Outcome("Finished.", ok=True), {"total": 5})
    assert not results.account.isVisible()
    results.show_end(Outcome("Finished.", ok=True), {"lost": 5})
    qtbot.mouseClick(results.account, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.account.dialog is not None and window.account.dialog.isVisible())


def test_the_window_opens_it_with_the_knobs_as_they_stand(open_window, qtbot):
    window = open_window(find_scenario("race"))
    window.panes.editor.turn("INCREMENTS", 7)
    qtbot.keyClick(window, Qt.Key.Key_F10)
    found = window.account.dialog
    qtbot.waitUntil(found.isVisible)
    record(qtbot, found)
    assert found.account is not None, found.status.text()
    assert found.account.expected == 70
    qtbot.keyClick(found, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.account.dialog is None)
    window.activateWindow()  # a screen without a window manager does not give the keys back by itself
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert window.account.dialog is not None
    window.close()
    assert window.account.dialog is None
