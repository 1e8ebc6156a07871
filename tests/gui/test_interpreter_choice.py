"""The choice of an interpreter in the real window."""

import sys
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.gui.other_pythons import make_python
from tests.gui.pixels import count, image_of
from visualiser.gui import interpreter_search
from visualiser.gui.interpreter_choice import OWN
from visualiser.gui.interpreter_menu import ANOTHER, LOOKING
from visualiser.gui.run_controller import RunState
from visualiser.host.interpreter import ask
from visualiser.host.interpreters import Found

LONG_MS = 30_000
WHO = "import sys\nexe = sys.executable\n"
FALLS_BACK = """
import sys, threading
exe = sys.executable
try:
    from visualiser.qthread import Thread
except ImportError:
    print("No QThread here: threading.Thread takes its place.")
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make_python(tmp_path_factory.mktemp("pythons") / "other")


@pytest.fixture
def free(other):
    """The same, as if it were free-threaded: for what is said of one."""
    return replace(other, path=f"{other.path}3", release="3.14.1", free_threaded=True, gil=False)


@pytest.fixture
def machine(monkeypatch, other, free):
    """What a search finds, and how often one was made."""

    def find(added=(), given_up=None):
        machine.searches.append(tuple(added))
        while machine.slow and not given_up():
            time.sleep(0.001)
        more = tuple(filter(None, map(ask, added)))
        return Found((ask(sys.executable), other, free, *more), 1, ("/broken",))

    class Machine:
        searches: list = []  # noqa: RUF012
        slow = False

    machine = Machine()
    machine.searches = []
    monkeypatch.setattr(interpreter_search, "find_interpreters", find)
    return machine


def entries(window):
    return [action.text().partition("\t")[0] for action in menu_of(window).actions() if action.isCheckable()]


def menu_of(window):
    return window.actions_.menus["INTERPRETER"]


def open_menu(window, qtbot):
    window.top_bar.interpreter.menu().popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(lambda: not window.interpreters.choice.search.busy)
    menu_of(window).hide()


def choose(window, text):
    (action,) = [one for one in menu_of(window).actions() if one.text().startswith(text)]
    action.trigger()


def run(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)


def ran_with(window):
    return window.controller.run.results["exe"]


def test_nothing_is_searched_for_before_the_menu_is_opened(open_window, script, machine, qtbot):
    window = open_window(script(WHO))
    run(window, qtbot)
    assert machine.searches == []
    assert entries(window) == [OWN]
    assert ran_with(window) == sys.executable
    assert window.top_bar.interpreter.text() == f"Python {OWN} ▾"


def test_the_menu_says_that_it_looks_and_then_what_there_is(open_window, script, machine, qtbot):
    window = open_window(script(WHO))
    machine.slow = True
    menu_of(window).popup(window.mapToGlobal(window.rect().center()))
    assert LOOKING in [action.text() for action in menu_of(window).actions()]
    machine.slow = False
    qtbot.waitUntil(lambda: len(entries(window)) == 3)
    menu_of(window).hide()
    assert entries(window)[2] == "3.14.1 free-threaded"
    assert LOOKING not in [action.text() for action in menu_of(window).actions()]


def test_the_next_run_takes_the_chosen_one_and_so_does_the_next_window(open_window, script, machine, qtbot, other):
    window = open_window(script(WHO))
    open_menu(window, qtbot)
    choose(window, f"{other.label}\t" + other.path[:1])
    assert window.controller.state is RunState.IDLE
    run(window, qtbot)
    assert ran_with(window) == other.path
    window.close()
    again = open_window(script(WHO))
    assert entries(again) == [OWN, other.short]
    run(again, qtbot)
    assert ran_with(again) == other.path
    choose(again, f"{OWN}\tthe app")
    run(again, qtbot)
    assert ran_with(again) == sys.executable


def test_one_without_gil_is_marked_in_words(open_window, script, machine, qtbot):
    window = open_window(script(WHO))
    open_menu(window, qtbot)
    choose(window, "3.14.1 free-threaded")
    assert window.top_bar.interpreter.text() == "Python 3.14.1 · no GIL ▾"
    assert next(action.text() for action in menu_of(window).actions() if action.isChecked()).startswith("3.14.1 free-t")


def test_one_that_vanished_is_said_and_our_own_takes_its_place(open_window, script, machine, qtbot, tmp_path):
    gone = make_python(tmp_path / "gone")
    window = open_window(script(WHO))
    window.interpreters.choice.choose(gone)
    (tmp_path / "gone").rename(tmp_path / "away")
    run(window, qtbot)
    sentence = f"Python {gone.short} is not there any more: scripts run with the app's own, {OWN}."
    assert window.toast.text() == sentence
    assert ran_with(window) == sys.executable
    assert window.settings.text("interpreter") == ""


def test_one_that_vanished_between_two_starts(open_window, script, machine, settings):
    settings.set_text("interpreter", "/nowhere/python3.9")
    settings.set_text("interpreter_name", "3.99.1")
    window = open_window(script(WHO))
    assert window.toast.isVisible()
    assert "3.99.1 is not there any more" in window.toast.text()
    assert window.top_bar.interpreter.text() == f"Python {OWN} ▾"


def test_while_a_run_goes_on_nothing_can_be_chosen(open_window, script, machine, qtbot):
    window = open_window(script("import time\ntime.sleep(600)\n"))
    assert window.top_bar.interpreter.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert not window.top_bar.interpreter.isEnabled()
    assert not menu_of(window).isEnabled()
    assert not window.actions_["duel"].isEnabled()
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=LONG_MS)
    window.controller.stop()
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)
    assert window.top_bar.interpreter.isEnabled()


def test_a_run_ends_the_search(open_window, script, machine, qtbot):
    window = open_window(script(WHO))
    machine.slow = True
    menu_of(window).popup(window.mapToGlobal(window.rect().center()))
    menu_of(window).hide()
    assert window.interpreters.choice.search.busy
    run(window, qtbot)
    assert not window.interpreters.choice.search.busy
    assert LOOKING not in [action.text() for action in menu_of(window).actions()]


def test_closing_the_window_ends_the_search(open_window, script, machine):
    window = open_window(script(WHO))
    machine.slow = True
    menu_of(window).popup(window.mapToGlobal(window.rect().center()))
    menu_of(window).hide()
    window.close()  # the fixture finds a thread that is left


def test_another_interpreter_can_be_named(open_window, script, machine, qtbot, tmp_path, monkeypatch):
    mine = make_python(tmp_path / "mine")
    window = open_window(script(WHO))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (mine.path, ""))
    choose(window, ANOTHER)
    qtbot.waitUntil(lambda: window.interpreters.choice.path == mine.path)
    run(window, qtbot)
    assert ran_with(window) == mine.path
    open_menu(window, qtbot)
    assert machine.searches == [(mine.path,)]
    assert len(entries(window)) == 4


def test_what_is_no_interpreter_is_refused_in_a_sentence(open_window, script, machine, qtbot, monkeypatch):
    window = open_window(script(WHO))
    path = str(script("print(1)\n", "no_python.txt").path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    choose(window, ANOTHER)
    qtbot.waitUntil(window.toast.isVisible)
    assert window.toast.text() == f"{path} is not a Python interpreter that works: give the path of one."
    assert window.interpreters.choice.path is None
    assert window.interpreters.choice.added == []


def test_the_note_that_qt_is_missing_is_there_to_be_read(open_window, script, machine, qtbot, other):
    window = open_window(script(FALLS_BACK), width=1600)
    window.interpreters.choice.choose(other)
    run(window, qtbot)
    assert window.status_line.progress.text() == "Note: QThread cannot be had here: No module named 'PySide6'."
    muted = window.appearance.theme.color("muted")
    assert count(image_of(window.status_line.progress), muted, near=12) > 20
    assert "No QThread here" in window.panes.console.view.toPlainText()
    window.interpreters.choice.choose(None)
    run(window, qtbot)
    assert window.status_line.progress.text() == ""


def test_a_script_that_needs_the_window_says_that_it_runs_with_our_own(open_window, script, machine, qtbot, other):
    window = open_window(script("# @runs in the window\nimport sys\nexe = sys.executable\n"))
    window.interpreters.choice.choose(other)
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert window.toast.text() == f"This script runs inside the window, so with the app's own Python {OWN}."
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)
