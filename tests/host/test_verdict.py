"""Sentences for ends that are hard to bring about for real."""

from dataclasses import replace
from pathlib import Path

import pytest

from visualiser.host.outcome import Evidence
from visualiser.host.verdict import judge
from visualiser.host.witness import Failure, Witness
from visualiser.trace.batch import Batch

SCRIPT = Path("/home/me/race.py")


def evidence(code=0, events=(), started=True, **more):
    told = [{"ev": "start", "t": 1}] if started else []
    witness = Witness(1)
    witness.hear(Batch(now=0, story=[{"pid": 1, "t": 0, **event} for event in (*told, *events)]))
    return Evidence(witness, code, SCRIPT, "race.py", "/usr/bin/python3", Path("/run/x"), 1.5, **more)


def test_a_clean_end():
    outcome = judge(evidence())
    assert (outcome.sentence, outcome.ok, outcome.stopped, outcome.exit_code) == ("Finished in 1.50 s.", True, False, 0)
    assert judge(replace(evidence(), wall_s=0.25)).sentence == "Finished in 250 ms."
    assert judge(replace(evidence(), wall_s=75.2)).sentence == "Finished in 75 s."


@pytest.mark.parametrize(
    ("reason", "sentence", "code"),
    [
        ("user", "Stopped by you after 1.50 s.", 130),
        ("timeout", "Ended by the time limit after 1.50 s.", 124),
        ("closed", "Ended after 1.50 s because the window was closed.", 130),
    ],
)
def test_whoever_ended_it_is_told_before_what_the_end_looked_like(reason, sentence, code):
    error = {"ev": "error", "type": "KeyboardInterrupt", "text": "", "file": str(SCRIPT), "line": 3}
    outcome = judge(evidence(-2, [error], reason=reason))
    assert (outcome.sentence, outcome.exit_code, outcome.stopped, outcome.ok) == (sentence, code, True, False)


def test_a_place_in_another_file_is_named():
    error = {"ev": "error", "type": "KeyError", "text": "'x'", "file": "/lib/json.py", "line": 7}
    outcome = judge(evidence(1, [error]))
    assert outcome.sentence == "Line 7 of json.py: KeyError: 'x'."
    assert outcome.line is None


def test_an_exception_without_text_or_place():
    outcome = judge(evidence(1, [{"ev": "error", "type": "StopIteration", "text": ""}]))
    assert outcome.sentence == "race.py: StopIteration."


def test_an_exception_of_many_lines_becomes_one_sentence():
    outcome = judge(evidence(1, [{"ev": "error", "type": "ValueError", "text": "a\n  b", "line": 2}]))
    assert outcome.sentence == "Line 2: ValueError: a b."


def test_a_module_is_named_as_pip_calls_it():
    error = {"ev": "error", "type": "ModuleNotFoundError", "text": "No module named 'PIL.Image'", "line": 1}
    outcome = judge(evidence(1, [error]))
    assert outcome.sentence == "Line 1 needs the module PIL, which /usr/bin/python3 does not have."
    assert outcome.detail == "Install it with: /usr/bin/python3 -m pip install pillow"


TRACEBACK = """something else
Traceback (most recent call last):
  File "/home/me/race.py", line 9, in <module>
    f()
  File "/lib/other.py", line 2, in f
    raise ValueError("no")
ValueError: no
"""


def test_without_a_story_the_printed_traceback_tells():
    outcome = judge(evidence(1, stderr=TRACEBACK))
    assert (outcome.sentence, outcome.line) == ("Line 9: ValueError: no.", 9)


def test_without_anything_the_last_line_printed_is_the_detail():
    outcome = judge(evidence(1, stderr="Fatal: out of luck\n"))
    assert (outcome.sentence, outcome.detail) == ("The script ended with exit code 1.", "Fatal: out of luck")


def test_a_caught_exception_of_a_clean_script_is_no_failure():
    assert judge(evidence(0, stderr=TRACEBACK)).ok


def test_a_run_that_nobody_watched_is_no_success():
    outcome = judge(evidence(started=False, stderr="Concurrency Visualiser: process 1 is not observed: why\n"))
    assert (outcome.ok, outcome.sentence) == (False, "race.py ran to its end, but nothing of it could be observed.")
    assert outcome.detail == "Concurrency Visualiser: process 1 is not observed: why"
    assert "PYTHONPATH" in judge(evidence(started=False)).detail


def test_several_killed_workers_are_counted():
    events = [
        {"ev": "process", "name": "ForkProcess-1", "pid": 5},
        {"ev": "child_exit", "child": 5, "code": -9},
        {"ev": "child_exit", "child": 6, "code": -9},
        {"ev": "child_exit", "child": 7, "code": -15},
    ]
    outcome = judge(evidence(0, events))
    assert outcome.sentence == "ForkProcess-1 (pid 5) was killed by SIGKILL, and 1 more with it."


def test_workers_sent_home_by_their_pool_are_no_news():
    assert judge(evidence(0, [{"ev": "child_exit", "child": 7, "code": -15}])).ok


def test_a_full_disk_names_directory_and_way_out():
    outcome = judge(evidence(-2, reason="fault", fault=(28, 1)))
    assert outcome.sentence == (
        "The run was ended because recording of the script failed in the run directory /run/x: No space left on device."
    )
    assert "VISUALISER_RUN_DIR_ROOT" in outcome.detail
    assert outcome.exit_code == 1


def test_too_many_files_have_another_way_out():
    assert "ulimit -n" in judge(evidence(-2, reason="fault", fault=(24, 1))).detail


def test_a_deleted_run_directory():
    outcome = judge(evidence(-2, reason="fault", fault=(2, 1)))
    assert outcome.sentence.startswith("The run directory /run/x was deleted while the script was using it")


def test_endless_output_without_a_known_line():
    outcome = judge(evidence(-2, reason="output", output_limit=64 << 20))
    assert outcome.sentence == "The script printed more than 64 MiB, so the run was ended."


def test_the_last_failure_of_the_main_thread_counts():
    witness = Witness(1)
    witness.failures = [Failure(1, "A", ""), Failure(2, "B", ""), Failure(1, "C", "", thread="t"), Failure(1, "D", "")]
    assert witness.failure_of(1).type == "D"
    assert witness.failure_of(3) is None
