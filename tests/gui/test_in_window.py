"""Scripts that run on threads of the window's own process: recorded, stopped, and nothing of it left behind."""

import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import psutil
import pytest

from visualiser import qthread
from visualiser.gui.in_window.run import wants_window
from visualiser.gui.in_window.session import STUCK
from visualiser.gui.run_controller import RunController, RunState
from visualiser.host.catalogue import find_scenario
from visualiser.host.knobs import apply_assignments
from visualiser.lab.layout import RUN_DIR_VARIABLE, Kind
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.lesson import parse_lesson
from visualiser.trace.pointers import find
from visualiser.trace.states import State

HEAD = "# @runs in the window\n"
PATIENCE_MS = 20_000


def as_it_is():
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return time.sleep, subprocess.Popen.__init__, qthread.Thread.start, environ


@pytest.fixture
def inside(qtbot):
    """Run a text inside this process; gives the controller and what it said."""
    before = as_it_is()
    controller = RunController()
    heard = SimpleNamespace(controller=controller, words="", end=None, refusal="")
    controller.grown.connect(lambda news: setattr(heard, "words", heard.words + "".join(t for _, t in news.console)))
    controller.ended.connect(lambda end: setattr(heard, "end", end))
    controller.refused.connect(lambda sentence: setattr(heard, "refusal", sentence))

    def start(text, scenario=None):
        controller.start(scenario or find_scenario("freeze_window"), text)
        return heard

    heard.start = start
    heard.wait = lambda: qtbot.waitUntil(lambda: not controller.active, timeout=PATIENCE_MS)
    heard.until = lambda true: qtbot.waitUntil(true, timeout=PATIENCE_MS)
    yield heard
    controller.close()
    assert as_it_is() == before


def track(run, name):
    return next(track for track in run.tracks if track.name.startswith(name))


def test_only_a_line_of_its_own_asks_for_the_window():
    assert wants_window("# @title A\n# @runs in the window\nprint()")
    assert not wants_window('text = "# @runs in the window"')
    assert not wants_window(find_scenario("race").text)


def test_the_scenario_shows_the_window_among_its_threads(inside):
    scenario = find_scenario("freeze_window")
    inside.start(apply_assignments(scenario.text, ["SECONDS=0.8", "THREADS=4"]), scenario)
    inside.wait()
    run = inside.controller.run
    assert inside.end.outcome.ok, inside.end.outcome
    assert inside.end.results == {"in_window": True}
    window, script = track(run, "The window"), track(run, "The script")
    assert window.tid == threading.get_native_id()
    assert State.SLEEP in script.lane.states
    assert State.JOIN in script.lane.states
    assert len([t for t in run.tracks if t.name.startswith("QThread") and t.pid == os.getpid()]) == 4
    assert len([t for t in run.tracks if t.name.startswith("QThread") and t.pid != os.getpid()]) == 4
    frames = window.marks.kind.view == Kind.FRAME
    assert frames.sum() > 5
    assert "Look at the window's frames" in inside.words
    judge(scenario, run)


def judge(scenario, run):
    """What its lesson says is true of this run."""
    lesson, facts = parse_lesson(scenario.lesson), values_of(facts_of(run))
    for verdict in lesson.judge(facts):
        assert verdict.holds, verdict
    assert sorted(choice.is_right(facts) for choice in lesson.question.choices) == [False, True]
    if run.sampled:
        assert [watch.pointer for watch in lesson.watch if find(run, watch.pointer) is None] == []


def test_threads_of_the_window_itself_leave_no_record(inside):
    inside.start(HEAD + "import time\ntime.sleep(0.05)\n")
    inside.wait()
    assert [track.name for track in inside.controller.run.tracks] == ["The window", "The script"]


def test_an_endless_script_can_be_stopped(inside):
    inside.start(HEAD + "print('on')\nwhile True:\n    pass\n")
    inside.until(lambda: "on" in inside.words)
    inside.controller.stop()
    inside.wait()
    assert inside.controller.state is RunState.STOPPED
    assert inside.end.outcome.sentence.startswith("Stopped by you")


def test_endless_threads_can_be_stopped(inside):
    text = "from visualiser.qthread import Thread\n"
    text += "def spin():\n    while True:\n        pass\n"
    text += "Thread(target=spin).start()\nThread(target=spin).start()\nprint('on')\n"
    inside.start(HEAD + text)
    inside.until(lambda: "on" in inside.words)
    inside.controller.stop()
    inside.wait()
    assert inside.controller.state is RunState.STOPPED
    assert not qthread.living()


def test_headings_begin_phases_as_they_do_in_the_lab(inside):
    inside.start(HEAD + "print('== First ==')\nprint('=== three ===')\nprint('== Last ==')\n")
    inside.wait()
    assert [phase.title for phase in inside.controller.run.phases.all] == ["First", "Last"]


def test_an_error_names_its_line(inside):
    inside.start(HEAD + "print('before')\n1 / 0\n")
    inside.wait()
    assert inside.controller.state is RunState.FAILED
    assert inside.end.outcome.sentence == "Line 3: ZeroDivisionError: division by zero."
    assert inside.end.outcome.line == 3
    assert "Traceback" in inside.words


def test_an_error_in_a_thread_is_the_scripts_own(inside):
    text = "from visualiser.qthread import Thread\ndef fail():\n    return 1 / 0\nThread(target=fail).start()\n"
    inside.start(HEAD + text)
    inside.wait()
    assert "ended at line 4 with ZeroDivisionError" in inside.end.outcome.sentence
    assert "Traceback" in inside.words


def test_a_script_python_cannot_read_is_told_as_such(inside):
    inside.start(HEAD + "def\n")
    inside.wait()
    assert inside.end.outcome.line == 2
    assert "SyntaxError" in inside.end.outcome.sentence


def test_sys_exit_ends_the_script_and_not_the_window(inside):
    inside.start(HEAD + "import sys\nsys.exit(3)\n")
    inside.wait()
    assert inside.end.outcome.exit_code == 3


def test_a_program_it_started_ends_with_it(inside):
    text = "import subprocess, sys\n"
    text += "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
    text += "print(child.pid, flush=True)\nchild.wait()\n"
    inside.start(HEAD + text)
    inside.until(lambda: inside.words.strip().isdigit())
    child = psutil.Process(int(inside.words))
    assert RUN_DIR_VARIABLE in child.environ()
    inside.controller.stop()
    inside.wait()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_closing_before_it_has_begun_runs_nothing(inside):
    inside.start(HEAD + "print('on')\n")
    inside.controller.close()
    assert inside.words == ""


@pytest.fixture
def held(monkeypatch):
    lock = threading.Lock()
    lock.acquire()
    monkeypatch.setitem(sys.modules, "held_lock", lock)
    yield lock
    lock.release()


def test_a_thread_that_waits_for_ever_is_owned_up_to(inside, held, qtbot):
    inside.start(HEAD + "import sys\nprint('on')\nsys.modules['held_lock'].acquire()\n")
    inside.until(lambda: "on" in inside.words)
    inside.controller.stop()
    inside.wait()
    assert inside.end.outcome.sentence == STUCK
    assert inside.controller.stuck
    inside.start(HEAD + "print('again')\n")
    inside.until(lambda: bool(inside.refusal))
    assert inside.refusal == STUCK
    held.release()
    qtbot.waitUntil(lambda: inside.controller.close() or not inside.controller.stuck, timeout=PATIENCE_MS)
