"""Lesson, facts and locks in the real window on real runs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.lessons import RACE_LESSON
from visualiser.gui import lesson_view
from visualiser.gui.choice_button import Judgement
from visualiser.gui.run_controller import RunState
from visualiser.trace.facts import facts_of

LONG_MS = 30_000
RACE = """import threading, time
USE_LOCK = False  # @param {type:"boolean"}
def work():
    time.sleep(0.05)
print("== One ==")
t = threading.Thread(target=work, name="worker")
t.start(); t.join()
print("== Two ==")
expected = 10000
counter = expected if USE_LOCK else 7
lost = expected - counter
"""
DEADLOCK = """import threading, time
a, b = threading.Lock(), threading.Lock()
both = threading.Barrier(2)
def take(first, second):
    with first:
        both.wait()
        with second:
            pass
threads = [threading.Thread(target=take, args=pair, daemon=True) for pair in ((a, b), (b, a))]
for t in threads:
    t.start()
print("on", flush=True)
for t in threads:
    t.join()
"""


@pytest.fixture
def lesson(script):
    """Write a script with a lesson beside it."""

    def write(text, markdown=RACE_LESSON, name="mine.py"):
        scenario = script(text, name)
        scenario.path.with_suffix(".md").write_text(markdown, encoding="utf-8")
        return scenario

    return write


@pytest.fixture
def window(open_window, lesson):
    return open_window(lesson(RACE))


def key(window, pressed, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window, pressed, modifier)


def run_to_end(window, qtbot):
    key(window, Qt.Key.Key_F9)
    wait_for_end(window, qtbot)


def wait_for_end(window, qtbot):
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=LONG_MS)


def test_two_keys_show_the_lesson_and_it_is_remembered(window, open_window):
    panes = window.panes
    assert panes.editor.isVisible()
    key(window, Qt.Key.Key_F2)
    assert panes.lesson.isVisible()
    assert not panes.editor.isVisible()
    key(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert panes.editor.isVisible()
    key(window, Qt.Key.Key_F2)
    key(window, Qt.Key.Key_F3)
    window.close()
    again = open_window()
    assert again.panes.lesson.isVisible()
    assert again.panes.facts.isVisible()
    key(again, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert again.panes.editor.editor.isVisible()
    again.actions_["reset_layout"].trigger()
    assert again.panes.results.isVisible()


def test_a_run_that_is_stopped_is_told_of_nothing_that_it_did_not_get_to(open_window, lesson, qtbot):
    markdown = (
        "# Waits\n\n## Explain\n\n- `threads > 0` {threads} threads.\n- `sleep_s > 0` It slept.\n- `pids == 1` One.\n"
    )
    window = open_window(lesson(DEADLOCK, markdown))
    key(window, Qt.Key.Key_F2)
    key(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.panes.console.view.toPlainText().strip() == "on", timeout=LONG_MS)
    key(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.controller.state is RunState.STOPPED, timeout=LONG_MS)
    rows = window.panes.lesson.explain.rows
    assert [(row.sign.text(), row.text.accessibleName()) for row in rows] == [("✓", "2 threads."), ("✓", "One.")]


def test_a_run_explains_itself_and_judges_the_prediction(window, qtbot):
    panes = window.panes
    key(window, Qt.Key.Key_F2)
    panes.lesson.predict.choices[1].click()
    run_to_end(window, qtbot)
    assert panes.lesson.explain.rows[0].text.accessibleName() == "9,993 of 10,000 updates were lost."
    assert [button.judgement for button in panes.lesson.predict.choices] == [Judgement.RIGHT, Judgement.WRONG]


def test_facts_are_counted_though_nobody_looked_until_the_end(window, qtbot):
    run_to_end(window, qtbot)
    assert window.panes.facts.first.facts == []
    key(window, Qt.Key.Key_F3)
    shown = [fact.name for fact in window.panes.facts.first.facts]
    assert shown[:2] == ["lost", "expected"]
    assert "wall_s" in [fact.name for fact in window.panes.facts.rest.facts]
    assert [bar.title for bar in window.panes.facts.phases.bars] == ["One", "Two"]


def test_a_link_shows_it_on_the_timeline_or_says_that_there_is_none(window, qtbot):
    watch = window.panes.lesson.watch
    key(window, Qt.Key.Key_F2)
    watch.rows[0].text.linkActivated.emit("show:longest/SLEEP")
    assert watch.rows[0].hint.text() == "run it first"
    run_to_end(window, qtbot)
    picked = []
    window.panes.timeline.selected.connect(picked.append)
    watch.rows[0].text.linkActivated.emit("show:longest/SLEEP")
    assert watch.rows[0].hint.text() == ""
    assert picked[-1].track.name.startswith("worker")
    watch.rows[1].text.linkActivated.emit("show:longest/BARRIER")
    assert watch.rows[1].hint.text() == "not in this run"
    assert window.panes.lesson.isVisible()  # the link must not take away the page it is on


def test_asking_before_a_run(window, qtbot, open_window):
    window.actions_["ask"].trigger()
    key(window, Qt.Key.Key_F9)
    predict = window.panes.lesson.predict
    assert not window.controller.active
    assert window.panes.lesson.isVisible()
    assert predict.skip.isVisible()
    assert not predict.choices[0].visibleRegion().isEmpty()
    assert predict.choices[0].hasFocus()
    QTest.keyClick(predict.choices[0], Qt.Key.Key_1)
    assert window.controller.active
    wait_for_end(window, qtbot)
    assert predict.choices[0].judgement is Judgement.RIGHT
    key(window, Qt.Key.Key_F9)
    assert not window.controller.active
    key(window, Qt.Key.Key_F9)  # once more: without an answer
    assert window.controller.active
    wait_for_end(window, qtbot)
    window.close()
    assert open_window().actions_["ask"].isChecked()


def test_without_a_question_a_run_asks_nothing(open_window, script, qtbot):
    window = open_window(script("print(1)\n", "plain.py"))
    window.actions_["ask"].trigger()
    run_to_end(window, qtbot)
    assert window.panes.editor.isVisible()


def test_another_scenario_ends_the_asking_and_the_answers_are_kept(window, script):
    first = window.scripts.current
    predict = window.panes.lesson.predict
    predict.choices[1].click()
    window.actions_["ask"].trigger()
    key(window, Qt.Key.Key_F9)
    assert predict.asking
    window.scripts.open(script("print(2)\n", "other.py"))
    assert not predict.asking
    assert "no lesson" in window.panes.lesson.shows.accessibleName()
    window.scripts.open(first)
    assert predict.choice == 1
    assert not window.controller.active


def test_a_lesson_that_cannot_be_read_says_so(open_window, lesson):
    window = open_window(lesson(RACE, RACE_LESSON.replace("{lost:,}", "{lost")))
    assert "cannot be read" in window.panes.lesson.shows.accessibleName()


def test_a_deadlock_comes_to_the_front_with_its_way_out(open_window, script, qtbot):
    window = open_window(script(DEADLOCK, "dead.py"))
    locks = window.panes.locks
    assert not window.panes.bottom.tabs["locks"].isVisible()
    key(window, Qt.Key.Key_F9)
    qtbot.waitUntil(locks.isVisible, timeout=LONG_MS)
    assert locks.graph.drawing.middle.startswith("deadlock since ")
    assert len(locks.graph.drawing.waiting.ring()) == 4
    assert "same order" in locks.sentence.text()
    assert "Stop" in locks.sentence.text()
    window.panes.bottom.turn_to("result")
    before = locks.graph.drawing.waiting
    key(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.controller.state is RunState.STOPPED, timeout=LONG_MS)
    assert window.panes.results.isVisible()  # brought to the front once, then it is the user's
    assert locks.graph.drawing.waiting == before
    assert "Stop" not in locks.sentence.text()
    window.scripts.open(script("print(2)\n", "other.py"))
    assert not window.panes.bottom.tabs["locks"].isVisible()


def test_presentation_has_the_knobs_in_a_line_and_the_lesson_by_its_key(window):
    key(window, Qt.Key.Key_F5)
    line = window.panes.editor.knob_line
    assert line.isVisible()
    assert line.text() == "USE_LOCK = False"
    window.panes.editor.turn("USE_LOCK", True)
    assert line.text() == "USE_LOCK = True"
    key(window, Qt.Key.Key_F2)
    assert window.panes.lesson.isVisible()
    key(window, Qt.Key.Key_Escape)
    assert not line.isVisible()


def test_arrows_are_turned_on_and_off_by_their_key(window):
    assert not window.panes.timeline.arrows
    key(window, Qt.Key.Key_F4)
    assert window.panes.timeline.arrows
    key(window, Qt.Key.Key_F4)
    assert not window.panes.timeline.arrows


def test_facts_that_take_too_long_to_count_wait_for_the_end(open_window, script, qtbot, monkeypatch):
    monkeypatch.setattr(lesson_view, "DEAR_S", -1.0)
    counted = []
    monkeypatch.setattr(lesson_view, "facts_of", lambda run: (counted.append(run.finished), facts_of(run))[1])
    window = open_window(script("import time\nprint('on', flush=True)\nwhile True:\n    time.sleep(0.01)\n", "long.py"))
    key(window, Qt.Key.Key_F3)
    key(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: "again at the end" in window.panes.facts.note.text(), timeout=LONG_MS)
    for _ in range(3):
        with qtbot.waitSignal(window.lesson_view._words.timeout, timeout=LONG_MS):
            pass
    assert counted == [False]
    key(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.controller.state is RunState.STOPPED, timeout=LONG_MS)
    assert counted == [False, True]
    assert window.panes.facts.note.text() == ""
