"""The GIL duel, fought by real interpreters."""

import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox, QWidget

from tests.gui.other_pythons import make_python
from visualiser.gui.duel.chooser import DEFAULT
from visualiser.gui.duel.side import CORES, HANDOVERS, WALL, tiles_of
from visualiser.gui.duel.window import LOOKING, DuelWindow
from visualiser.gui.interpreter_choice import InterpreterChoice
from visualiser.host.catalogue import find_scenario
from visualiser.host.duel import IN_TURN, Score
from visualiser.host.interpreter import ask
from visualiser.host.interpreters import Found
from visualiser.host.outcome import Outcome
from visualiser.trace.facts import Fact

LONG_MS = 60_000
PLAY = """
import sys, threading
WORKERS = "QThread"  # @param ["QThread", "threading"]
def work():
    sum(range(200000))
workers = [threading.Thread(target=work) for _ in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
exe = sys.executable
lost = 7
"""
ENDLESS = "import time\nprint('on', flush=True)\nwhile True:\n    time.sleep(0.01)\n"


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make_python(tmp_path_factory.mktemp("pythons") / "other")


@pytest.fixture
def duel(qtbot, dark, settings, script, other):
    """Open the duel's window over a script; closed at the end, whatever goes on in it."""
    parents = []

    def make(text=PLAY, pair=None, found=None, **size):
        parent = QWidget()
        qtbot.addWidget(parent)
        parents.append(parent)
        choice = InterpreterChoice(settings, parent)
        choice.found = found or Found(pair or (ask(sys.executable), other))
        window = DuelWindow(parent, dark, choice, script(text), text)
        window.resize(size.get("width", 1280), size.get("height", 720))
        window.open()
        qtbot.waitExposed(window)
        if pair is not None:
            for place, side in enumerate(window.chooser.sides):
                side.setCurrentIndex(place)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    for parent in parents:
        for window in parent.findChildren(DuelWindow):
            window.close()


def fight(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert window.fight.active
    qtbot.waitUntil(lambda: not window.fight.active, timeout=LONG_MS)


def runs(window):
    return [side.timeline.view.run for side in window.sides]


def test_both_run_the_script_in_turn_and_are_compared(duel, qtbot, other):
    window = duel()
    began = []
    window.fight.began.connect(lambda side, _run: began.append((side, len(window.fight.scores))))
    fight(window, qtbot)
    assert began == [(0, 0), (1, 1)]  # the second begins when the first has its score
    assert [run.results["exe"] for run in runs(window)] == [sys.executable, other.path]
    assert all(len(run.tracks) >= 3 and run.finished for run in runs(window))
    for side, score in zip(window.sides, window.fight.scores, strict=True):
        assert side.tiles.texts()[WALL] == f"{score.wall_s:.2f}"
        assert side.tiles.texts()["lost"] == "7"
        assert side.sentence.text().startswith("Finished in ")
    assert window.headline.text().startswith(other.label)
    assert window.ratio.text().endswith("×")
    assert window.ratio.isVisible()


def test_the_boxes_are_as_wide_as_what_they_say_also_of_interpreters_found_later(duel, qtbot, other):
    window = duel()
    free = replace(other, version=(3, 13, 15), release="3.13.15rc2", free_threaded=True, gil=True)
    window._choice.found = Found((free, ask(sys.executable)))
    window._choice.known.emit()
    QApplication.processEvents()
    assert window.width() == 1280
    for box in (window.chooser.script, *window.chooser.sides):
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
        widest = max(box.fontMetrics().horizontalAdvance(box.itemText(row)) for row in range(box.count()))
        assert widest <= room.width(), box.accessibleName()


def test_the_side_without_qthread_takes_it_from_both(duel, qtbot):
    window = duel()
    assert window.note.text().startswith("Both sides use threading: ")
    fight(window, qtbot)
    assert "WORKERS = threading" in window.chooser.knobs.text()


def test_one_axis_for_both(duel, qtbot):
    window = duel()
    fight(window, qtbot)
    first, second = (side.timeline.view for side in window.sides)
    assert first.visible_s == pytest.approx(second.visible_s)
    longest = max(score.wall_s for score in window.fight.scores)
    assert first.visible_s[0] < 0 < longest <= first.visible_s[1]
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_W)
    QTest.keyClick(second, Qt.Key.Key_D)
    assert first.visible_s == pytest.approx(second.visible_s)
    assert first.visible_s[1] - first.visible_s[0] < longest
    QTest.keyClick(first, Qt.Key.Key_A)
    assert first.visible_s == pytest.approx(second.visible_s)
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert second.visible_s[0] < 0 < longest <= second.visible_s[1]


def test_both_timelines_are_painted(duel, qtbot):
    window = duel()
    before = [colours(side.timeline.view.grab().toImage()) for side in window.sides]
    fight(window, qtbot)
    after = [colours(side.timeline.view.grab().toImage()) for side in window.sides]
    assert all(len(new) > len(old) + 3 for old, new in zip(before, after, strict=True))


def colours(image: QImage):
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


def test_stop_ends_it_and_the_second_does_not_run(duel, qtbot):
    window = duel(ENDLESS)
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: bool(runs(window)[0] and runs(window)[0].start_ns), timeout=LONG_MS)
    assert window.chooser.stop.isEnabled()
    assert not window.chooser.start.isEnabled()
    assert not window.chooser.script.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.fight.active, timeout=LONG_MS)
    assert runs(window)[1] is None
    assert window.headline.text() == "No comparison: one side did not get to its end."
    assert window.sides[0].sentence.text().startswith("■ Stopped by you")
    assert window.chooser.start.isEnabled()
    assert not window.ratio.isVisible()


def test_escape_closes_and_leaves_nothing_behind(duel, qtbot):
    window = duel(ENDLESS)
    gone = []
    window.destroyed.connect(lambda: gone.append(True))
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: bool(runs(window)[0] and runs(window)[0].start_ns), timeout=LONG_MS)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(gone))  # processes and threads: the fixtures look for them


def test_an_interpreter_that_vanished_is_said_in_place(duel, qtbot, tmp_path, other):
    gone = make_python(tmp_path / "gone")
    window = duel(pair=(gone, other))
    (tmp_path / "gone").rename(tmp_path / "away")
    fight(window, qtbot)
    assert window.sides[0].sentence.text().startswith(f"▲ There is no interpreter {gone.path}")
    assert runs(window)[1].results["exe"] == other.path
    assert window.headline.text() == "No comparison: one side did not get to its end."


def test_a_script_that_fails_is_not_compared(duel, qtbot):
    window = duel("import sys\nif 'other' in sys.executable:\n    1 / 0\n")
    fight(window, qtbot)
    assert window.headline.text().startswith("No comparison: with ")
    assert "ZeroDivisionError" in window.sides[1].sentence.text()
    assert not window.ratio.isVisible()


def test_a_text_python_cannot_read_does_not_start(duel):
    window = duel("x = (\n")
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert not window.fight.active
    assert window.headline.text().startswith("▲ Line 1: Python cannot read this")


def test_other_choices_take_away_what_the_old_ones_gave(duel, qtbot):
    window = duel()
    fight(window, qtbot)
    window.chooser.script.setCurrentIndex(1)
    assert runs(window) == [None, None]
    assert window.headline.text() == IN_TURN
    assert not window.ratio.isVisible()
    assert window.chooser.scenario.id == DEFAULT


def test_without_a_free_threaded_one_the_way_out_is_said_and_two_others_can_fight(duel):
    window = duel()
    for way in ("uv python install", "pyenv install", "python3.13-nogil"):
        assert way in window.headline.text()
    assert window.chooser.start.isEnabled()


def test_our_own_against_the_one_without_gil_at_first(duel, other):
    free = replace(other, path="/free", release="3.14.1", free_threaded=True, gil=False)
    window = duel(found=Found((other, ask(sys.executable), free)))
    assert [one.path for one in window.chooser.pair] == [sys.executable, "/free"]
    assert window.headline.text() == IN_TURN
    assert [side.heading.text().partition(" · ")[2] for side in window.sides] == ["with a GIL", "no GIL"]
    assert all("at least one was" in side.tiles.toolTip() for side in window.sides)


def test_it_looks_for_interpreters_itself(qtbot, dark, settings, script, monkeypatch, other):
    from visualiser.gui import interpreter_search

    found = Found((ask(sys.executable), other))
    monkeypatch.setattr(interpreter_search, "find_interpreters", lambda **_: found)
    parent = QWidget()
    qtbot.addWidget(parent)
    window = DuelWindow(parent, dark, InterpreterChoice(settings, parent), script(PLAY), PLAY)
    window.open()
    assert window.headline.text() == LOOKING
    assert not window.chooser.start.isEnabled()
    qtbot.waitUntil(window.chooser.start.isEnabled)
    window.close()


def test_a_script_that_needs_the_window_gives_way_to_the_usual_one(duel):
    window = duel("# @runs in the window\nprint(1)\n")
    assert window.chooser.scenario == find_scenario(DEFAULT)
    assert all("runs in the window" not in text for _, text, _ in window.chooser.scripts)


def test_cores_that_others_took_are_told_as_large_as_the_headline(duel, qtbot):
    window = duel()
    fight(window, qtbot)
    assert not window.caution.isVisible() or window.caution.text().startswith("▲ Other programs")
    window.fight.scores = [replace(score, crowd=1.5) for score in window.fight.scores]
    window._end()
    assert window.caution.isVisible()
    assert window.caution.text().startswith("▲ Other programs used 1.5 cores meanwhile")
    assert window.caution.fontInfo().pixelSize() == window.headline.fontInfo().pixelSize()
    window._show_sides()
    assert not window.caution.isVisible()


def test_the_numbers_of_a_side(other):
    facts = {name: Fact(name, value, "", name) for name, value in (("cores_used", 1.25), ("handovers", 12))}
    results = {"lost": 3, "word": "hello"}
    gil = Score(other, Outcome("", ok=True, wall_s=1.5), facts, results)
    assert tiles_of(gil) == {WALL: "1.50", CORES: "1.25", HANDOVERS: 12, "lost": 3}
    free = Score(replace(other, gil=False), Outcome("", ok=True, wall_s=1.5), {}, {})
    assert tiles_of(free) == {WALL: "1.50", HANDOVERS: "no GIL"}


def test_the_window_opens_it_and_takes_it_along(open_window, script, qtbot):
    window = open_window(script(PLAY))
    window.interpreters.choice.found = Found((ask(sys.executable),))
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    (opened,) = window.findChildren(DuelWindow)
    assert opened.isVisible()
    assert opened.isModal()
    assert opened.chooser.text == PLAY
    window.close()
    assert not opened.isVisible()
