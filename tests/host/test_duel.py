"""A duel: made fair, fought in turn, compared; between real interpreters where there are two."""

import json
import os
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import PySide6
import pytest

from tests.host.runs import follow, started
from tests.host.test_interpreters import made
from visualiser import cli
from visualiser.host import duel_report
from visualiser.host.duel import Score, caveat, default_pair, disturbance, fair_text, rows, score, times, verdict
from visualiser.host.interpreter import ask
from visualiser.host.interpreters import Found, find_interpreters
from visualiser.host.outcome import Outcome
from visualiser.trace.facts import Fact
from visualiser.trace.run import Run
from visualiser.trace.states import State

QT = made("/own", "3.11.7", pyside=True)
PLAIN = made("/plain", "3.13.0")
FREE = made("/free", "3.13.0", free=True)
WORKERS = 'WORKERS = "QThread"  # @param ["QThread", "threading"]\n'


def side(interpreter, wall_s=1.0, ok=True, crowd=None, facts=(), **results):
    outcome = Outcome("It failed." if not ok else "Finished.", ok=ok, wall_s=wall_s)
    return Score(interpreter, outcome, {fact.name: fact for fact in facts}, results, crowd)


def test_the_newest_without_gil_fights_one_of_its_own_version_else_our_own():
    assert default_pair(Found((QT, PLAIN, FREE)), QT) == (PLAIN, FREE)
    assert default_pair(Found((QT, FREE)), QT) == (QT, FREE)
    assert default_pair(Found((QT, made("/newer", "3.14.0"), FREE)), QT) == (QT, FREE)
    assert default_pair(Found((QT, PLAIN)), QT) is None


def test_our_own_is_the_ordinary_one_where_it_has_that_version():
    newer = made("/newer", "3.13.9")
    assert default_pair(Found((PLAIN, newer, FREE)), PLAIN) == (PLAIN, FREE)
    assert default_pair(Found((PLAIN, newer, FREE)), QT) == (newer, FREE)
    switched_on = replace(FREE, path="/on", gil=True)
    assert default_pair(Found((QT, FREE, switched_on)), QT) == (QT, FREE)


@pytest.mark.parametrize(("milliseconds", "cell"), [(0.004, "4.0 µs"), (0.0, "0.00 ms"), (5.1234, "5.12 ms")])
def test_short_turns_are_told_in_microseconds(milliseconds, cell):
    facts = {"turn_ms": Fact("turn_ms", milliseconds, "ms", "Median turn with the GIL")}
    one = Score(QT, Outcome("", ok=True, wall_s=1.0), facts, {})
    assert any(line.endswith(f"  {cell}") for line in duel_report._table([one]))


def test_if_our_own_has_no_gil_the_newest_with_one_takes_its_place():
    assert default_pair(Found((PLAIN, FREE)), FREE) == (PLAIN, FREE)
    assert default_pair(Found((FREE,)), FREE) is None


@pytest.mark.parametrize(
    ("pair", "note"),
    [
        ((QT, FREE), "Both sides use threading: 3.13.0 free-threaded has no QThread."),
        ((PLAIN, FREE), "Both sides use threading: they have no QThread."),
        ((QT, QT), ""),
    ],
)
def test_where_one_side_has_no_qthread_neither_takes_it(pair, note):
    text, said = fair_text(WORKERS, pair)
    assert said == note
    assert text.startswith('WORKERS = "threading"' if note else 'WORKERS = "QThread"')


@pytest.mark.parametrize(
    "text", ["print(1)\n", WORKERS.replace('= "QThread"', '= "threading"'), "WORKERS = 3  # @param [3, 4]\n"]
)
def test_other_scripts_stay_as_they_are(text):
    assert fair_text(text, (QT, FREE)) == (text, "")


def test_other_versions_differ_in_more_than_the_gil():
    assert "more than the GIL" in caveat((QT, FREE))
    assert caveat((PLAIN, FREE)) == ""
    assert caveat((QT, PLAIN)) == ""  # nobody says that it is about the GIL


@pytest.mark.parametrize(
    ("walls", "sentence", "ratio"),
    [
        ((2.0, 1.0), "3.13.0 free-threaded was 2.00 times as fast as 3.11.7.", 2.0),
        ((1.0, 3.0), "3.11.7 was 3.00 times as fast as 3.13.0 free-threaded.", 3.0),
        ((1.0, 1.04), "3.11.7 and 3.13.0 free-threaded needed about the same time.", 1.04),
    ],
)
def test_the_verdict(walls, sentence, ratio):
    scores = [side(QT, walls[0]), side(FREE, walls[1])]
    assert verdict(scores) == sentence
    assert times(scores) == pytest.approx(ratio)


def test_nothing_is_compared_that_did_not_end_well():
    scores = [side(QT), side(FREE, ok=False)]
    assert verdict(scores) == "No comparison: with 3.13.0 free-threaded: It failed."
    assert times(scores) is None
    assert times(scores[:1]) is None


def test_rows_leave_open_what_a_side_cannot_tell():
    handovers = Fact("handovers", 7, "", "GIL hand-overs")
    told = rows([side(QT, 2.0, facts=[handovers], lost=3), side(FREE, 1.0, lost=5, only_here=1)])
    assert [(row.words, row.unit, row.values) for row in told] == [
        ("wall time", "s", (2.0, 1.0)),
        ("GIL hand-overs", "", (7, None)),
        ("lost updates", "", (3, 5)),
        ("only here", "", (None, 1)),
    ]


def crowded(percent, own_s, cores, waited_s):
    """What is said of a run of 1 s on a computer that busy; its threads ran so long, and waited so long for a core."""
    run = Run()
    run.start_ns, run.now_ns = 1, 1_000_000_001
    run.loads.extend((n * 100_000_000, (percent,) * cores) for n in range(1, 11))
    told = score(QT, Outcome("Finished."), run, {})
    assert told.crowd is None  # nobody has told who was on a core
    told = {"run_s": own_s, "main_run_s": 0.0, "core_s": waited_s, "main_core_s": 0.0}
    facts = {name: Fact(name, value, "s", name) for name, value in told.items()}
    from visualiser.host import duel

    return duel._crowd(run, facts)


@pytest.mark.parametrize(
    ("percent", "own_s", "cores", "waited_s", "crowd"),
    [
        (100.0, 1.0, 2, 0.5, 1.0),
        (100.0, 0.5, 8, 0.5, 7.5),
        (100.0, 1.9, 2, 0.5, None),
        (60.0, 0.2, 2, 0.5, None),
        (100.0, 1.0, 2, 0.01, None),
    ],
)
def test_others_that_take_cores_away_are_counted(percent, own_s, cores, waited_s, crowd):
    assert crowded(percent, own_s, cores, waited_s) == pytest.approx(crowd)


def test_a_disturbed_duel_is_not_to_be_trusted():
    assert disturbance([side(QT), side(FREE)]) == ""
    assert "Other programs used 1.3 cores meanwhile" in disturbance([side(QT, crowd=1.3), side(FREE)])


PLAY = """
    import sys, threading
    THREADS = 2  # @param {type:"slider", min:1, max:8}
    def work():
        sum(range(20000))
    workers = [threading.Thread(target=work) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("hello")
    total = THREADS * 10
"""
OWN_TWICE = ["--python", sys.executable, "--python", sys.executable]


@pytest.fixture
def play(tmp_path):
    path = tmp_path / "play.py"
    path.write_text(textwrap.dedent(PLAY), encoding="utf-8")
    return str(path)


def test_a_duel_on_the_command_line(play, capsys):
    assert cli.main(["duel", play, *OWN_TWICE, "--set", "THREADS=3"]) == 0
    out, err = capsys.readouterr()
    label = ask(sys.executable).label
    assert err == f"{label} …\n{label} …\n"
    assert out.startswith("One after the other, never at the same time")
    assert "hello" not in out
    lines = {line[:20].strip(): line.split() for line in out.splitlines()}
    assert lines["total"][-2:] == ["30", "30"]
    assert [lines["wall time"][place] for place in (-3, -1)] == ["s", "s"]


def test_a_duel_as_json(play, capsys):
    assert cli.main(["duel", play, *OWN_TWICE, "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert err == ""
    assert (told["scenario"], told["knobs"], told["note"]) == ("play", {"THREADS": 2}, "")
    assert [(one["results"], one["exit_code"], one["gil"]) for one in told["sides"]] == [({"total": 20}, 0, True)] * 2
    walls = [one["wall_s"] for one in told["sides"]]
    assert told["wall_ratio"] == pytest.approx(walls[0] / walls[1], rel=1e-3)
    assert all(one["facts"]["threads"] == 2 for one in told["sides"])


def test_a_side_that_fails_says_so_and_the_other_one_has_its_turn(tmp_path, capsys):
    path = tmp_path / "broken.py"
    path.write_text("import sys\nsys.exit(3)\n")
    assert cli.main(["duel", str(path), *OWN_TWICE, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert [one["exit_code"] for one in told["sides"]] == [3, 3]
    assert told["wall_ratio"] is None
    assert told["sentence"].startswith("No comparison: ")


def test_without_a_free_threaded_python_the_way_out_is_said(play, capsys, monkeypatch):
    monkeypatch.setattr(duel_report, "find_interpreters", lambda: Found((QT, PLAIN)))
    assert cli.main(["duel", play]) == 2
    said = capsys.readouterr().err
    for way in ("uv python install", "pyenv install", "python3.13-nogil", "--python"):
        assert way in said
    assert said.count("\n") == 1


def test_one_interpreter_alone_is_no_duel(play, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["duel", play, "--python", "3.13"])
    assert left.value.code == 2
    assert "twice" in capsys.readouterr().err


def test_the_list_of_interpreters(capsys):
    assert cli.main(["pythons", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (own,) = [one for one in told["pythons"] if one["own"]]
    assert (own["path"], own["gil"], own["pyside6"]) == (sys.executable, True, True)
    assert cli.main(["pythons"]) == 0
    text = capsys.readouterr().out
    assert all(one["label"] in text and one["path"] in text for one in told["pythons"])
    assert ("None of them is free-threaded" in text) == all(one["gil"] for one in told["pythons"])


def test_one_line_names_what_was_passed_over(capsys, monkeypatch):
    from visualiser.host import pythons

    found = Found((QT,), 2, ("/broken",))
    assert pythons.table(found).splitlines()[-1] == "Passed over: 2 older or no CPython, 1 that do not answer."
    assert pythons.table(Found((QT, FREE))).count("\n") == 2


@pytest.fixture(scope="module")
def free():
    found = find_interpreters().free_threaded
    if found is None:
        pytest.skip("there is no free-threaded Python on this machine")
    return found


QTHREADS = """
    import sys, threading, time
    WORKERS = "QThread"  # @param ["QThread", "threading"]
    try:
        from visualiser.qthread import Thread
        taken = "QThread"
    except ImportError:
        from threading import Thread
        taken = "threading"
    def work():
        until = time.perf_counter() + 0.5
        while time.perf_counter() < until:
            pass
    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    gil = sys._is_gil_enabled()
"""


@pytest.mark.parametrize("gil", [False, True])
def test_a_free_threaded_python_never_meets_qt(free, tmp_path, monkeypatch, gil):
    monkeypatch.setenv("PYTHONPATH", str(Path(PySide6.__file__).parent.parent))
    monkeypatch.setenv("PYTHON_GIL", str(int(gil)))
    with started(tmp_path, QTHREADS, python=free.path) as session:
        run = Run()
        for batch in follow(session):
            run.extend(batch)
        run.finish(session.ended_ns)
        assert session.results == {"taken": "threading", "gil": gil}, session.outcome
    assert run.gil == gil
    assert list(run.notes) == [
        "QThread cannot be had here: this Python is free-threaded, and PySide6 is not made for that."
    ]
    assert gil or all(State.GIL not in track.lane.states for track in run.tracks)


@pytest.mark.skipif(os.cpu_count() == 1, reason="takes two cores")
def test_a_real_duel_against_the_gil(free, play, capsys):
    assert cli.main(["duel", play, "--python", sys.executable, "--python", free.path, "--json"]) == 0
    sides = json.loads(capsys.readouterr().out)["sides"]
    assert [one["gil"] for one in sides] == [True, False]
    assert [one["facts"]["gil"] for one in sides] == [True, False]
    assert "handovers" not in sides[1]["facts"]
