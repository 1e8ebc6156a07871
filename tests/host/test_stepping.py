"""Stepping from outside: states, orders, and every way the process can fail."""

import json
import os
import signal
import stat
import sys
import threading

import psutil
import pytest

from tests.every_python import every_python
from visualiser.host.launch import StartError
from visualiser.host.step_listings import LISTINGS, find_listing
from visualiser.host.step_process import StepperError
from visualiser.host.stepping import LOSING, Stepping
from visualiser.trace.interleaving import OrderError

PLAIN, LOCK = find_listing("plain"), find_listing("lock")


@pytest.fixture
def stepping():
    made = Stepping()
    yield made
    pid = made.pid
    made.close()
    assert pid is None or not psutil.pid_exists(pid)


def test_a_lost_update_step_by_step(stepping):
    state = stepping.state
    assert (state.shared, state.order, state.threads["A"].next) == (0, "", "READ")
    state = stepping.step("A")
    thread = state.threads["A"]
    assert (thread.read, thread.holds, thread.wrote, thread.next) == (0, 0, None, "ADD")
    stepping.step("B")
    state = stepping.step("A")
    assert (state.threads["A"].read, state.threads["A"].holds) == (0, 1)
    assert (state.threads["B"].read, state.threads["B"].holds) == (0, 0)
    stepping.step("B")
    state = stepping.step("A")
    assert (state.shared, state.updates.lost) == (1, frozenset())
    assert (state.threads["A"].holds, state.threads["A"].wrote, state.threads["A"].done) == (None, 1, True)
    state = stepping.step("B")
    assert (state.shared, state.writes, state.updates.lost) == (1, 2, {4})
    assert (state.order, state.over) == (LOSING, True)


def test_a_step_too_many_is_refused_and_said(stepping):
    stepping.play("AAA")
    state = stepping.step("A")
    assert state.refusal == "A has no more steps."
    assert state.order == "AAA"
    assert stepping.step("B").refusal == ""


def test_undo_takes_back_one_step_and_the_rest_is_real_again(stepping):
    before = stepping.play("ABAB")
    stepping.step("A")
    after = stepping.undo()
    assert (after.order, after.steps, after.threads) == (before.order, before.steps, before.threads)
    for _ in range(6):
        state = stepping.undo()
    assert (state.order, state.shared) == ("", 0)


def test_a_string_leads_to_the_same_point_again(stepping):
    stepping.begin(rounds=2)
    for name in "ABBABABBAABA":
        stepping.step(name)
    first = stepping.state
    assert first.over
    assert stepping.play(first.order) == first


def test_an_order_is_played_state_by_state(stepping):
    states = list(stepping.play_slowly("AAB"))
    assert [state.order for state in states] == ["", "A", "AA", "AAB"]
    assert states[-1] == stepping.play("AAB")
    *_, last = stepping.play_slowly("AAAA")
    assert last.refusal == "Letter 4 of the order cannot be followed: A has no more steps."


def test_the_lock_refuses_and_nothing_is_lost(stepping):
    stepping.begin(LOCK)
    state = stepping.play(LOSING)
    assert state.order == "A"
    assert state.refusal == "Letter 2 of the order cannot be followed: B waits for the Lock, which A holds."
    assert state.threads["B"].waits
    assert state.holder == "A"
    state = stepping.play("AAAAABBBBB")
    assert (state.shared, state.refusal, state.updates.lost, state.holder) == (2, "", frozenset(), None)


def test_single_instructions_and_back(stepping):
    state = stepping.play("ABA")
    raw = stepping.set_raw(True)
    assert raw.raw
    assert raw.order.startswith(f"raw{raw.interpreter.minor}:")
    assert len(raw.letters) > 10
    assert (raw.threads["A"].read, raw.threads["A"].holds) == (0, 1)
    assert stepping.set_raw(False) == state
    assert stepping.play(raw.order) == raw
    assert stepping.play("AB").raw is False


def test_instructions_of_another_python_are_refused(stepping):
    with pytest.raises(OrderError, match=r"Python 3\.7, and this is Python"):
        stepping.play("raw3.7:ABAB")
    assert stepping.state.order == ""


@pytest.mark.parametrize("text", ["ABX", "hello", "A-B"])
def test_a_bad_string_changes_nothing(stepping, text):
    before = stepping.play("AB")
    with pytest.raises(OrderError, match="only the letters A and B"):
        stepping.play(text)
    assert stepping.state == before


def test_all_interleavings_and_then_where_it_stood(stepping):
    before = stepping.play("AB")
    *_, last = stepping.explore()
    assert (last.tried, last.losing, last.total, last.impossible, last.over) == (20, 18, 20, 0, True)
    assert last.distribution == {1: 18, 2: 2}
    assert last.told() == "20 orders run: 18 lose an update, 2 do not."
    assert stepping.state == before


def test_trying_can_be_cancelled_and_says_so(stepping):
    before = stepping.begin(rounds=3)
    trying = stepping.explore()
    next(trying)
    some = next(trying)
    trying.close()
    assert 0 < some.tried < some.total == 48_620
    assert some.told().endswith("Not all were tried.")
    assert stepping.state == before
    assert stepping.step("A").order == "A"


def test_with_the_lock_none_loses(stepping):
    stepping.begin(LOCK)
    *_, last = stepping.explore()
    assert (last.tried, last.losing, last.impossible, last.total) == (2, 0, 250, 252)
    assert last.told().startswith("2 orders run: 0 lose an update, 2 do not. 250 more are not possible")


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.key)
def test_the_losing_order_is_the_shortest(stepping, listing):
    """Every shorter order is the beginning of one that was run; none of them has two writes."""
    stepping.begin(listing)
    state = stepping.play(LOSING)
    assert len(state.updates.lost) == (0 if listing.locked else 1)
    assert stepping.play(LOSING[:-1]).updates.lost == frozenset()
    assert stepping.state.writes < 2


def test_any_python_says_who_it_is():
    for told, path in every_python().items():
        stepping = Stepping(path)
        try:
            interpreter = stepping.interpreter
            assert told.startswith(interpreter.version)
            assert interpreter.told.endswith("no GIL" if "without" in told else "GIL on")
            assert len(stepping.play(LOSING).updates.lost) == 1
        finally:
            stepping.close()


def test_a_missing_interpreter_is_one_sentence():
    with pytest.raises(StartError, match="There is no interpreter no-such-python"):
        Stepping("no-such-python")


def executable(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def stand_in(folder, version: tuple[int, int], instead: str) -> str:
    """What answers like a Python of that version who it is, and does something else when it should step."""
    told = {"path": str(folder / "python"), "base": "/", "version": [*version, 0], "release": "x"}
    told |= {"implementation": "cpython", "free_threaded": False, "gil": True, "pyside": False}
    return executable(
        folder / "python", f"#!/bin/sh\ncase \"$*\" in *runpy*) {instead};; *) echo '{json.dumps(told)}';; esac\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_an_old_interpreter_is_one_sentence(tmp_path):
    with pytest.raises(StartError, match=r"is cpython 3\.9, but CPython 3\.10 or newer"):
        Stepping(stand_in(tmp_path, (3, 9), "exit 3"))


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_an_interpreter_that_starts_nothing_is_one_sentence(tmp_path):
    """It answers who it is, and then ends."""
    with pytest.raises(StepperError, match=r"ended unexpectedly \(exit code 3\)"):
        Stepping(stand_in(tmp_path, (3, 12), "exit 3"))


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_an_interpreter_that_talks_nonsense_is_one_sentence(tmp_path):
    with pytest.raises(StepperError, match="makes no sense"):
        Stepping(stand_in(tmp_path, (3, 12), "echo Hello"))


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_dead_process_is_told_and_replaced(stepping):
    stepping.play("AB")
    os.kill(stepping.pid, signal.SIGKILL)
    with pytest.raises(StepperError, match=r"ended unexpectedly \(signal SIGKILL\)\.$"):
        stepping.step("A")
    assert stepping.pid is None
    assert stepping.step("A").refusal == "The threads are gone; Reset starts new ones."
    assert stepping.begin().order == ""
    assert stepping.step("A").order == "A"


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_process_that_hangs_is_killed_and_told():
    stepping = Stepping(patience_s=0.3)
    pid = stepping.pid
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(StepperError, match=r"did not answer within 0\.3 seconds"):
        stepping.step("A")
    assert not psutil.pid_exists(pid)
    stepping.close()


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_who_waits_for_a_process_that_hangs_can_be_freed():
    stepping = Stepping()
    os.kill(stepping.pid, signal.SIGSTOP)
    freeing = threading.Timer(0.05, stepping.abandon)
    freeing.start()
    with pytest.raises(StepperError, match="SIGKILL"):
        stepping.step("A")
    freeing.join()
    stepping.close()


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_process_that_dies_while_all_are_tried(stepping):
    stepping.begin(rounds=3)
    trying = stepping.explore()
    next(trying)
    os.kill(stepping.pid, signal.SIGKILL)
    with pytest.raises(StepperError, match="SIGKILL"):
        list(trying)
    assert stepping.begin(rounds=1).order == ""


def test_rounds_out_of_range_are_a_mistake(stepping):
    with pytest.raises(ValueError, match="1 to 3"):
        stepping.begin(rounds=4)


def test_it_runs_in_another_process_and_traces_nothing_here(stepping):
    stepping.play(LOSING)
    assert stepping.pid != os.getpid()
    assert sys.gettrace() is None
