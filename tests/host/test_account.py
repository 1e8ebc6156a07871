"""Real runs with recorded versions: the account is exact, and the script is none the wiser."""

import json
import shutil
from pathlib import Path

import pytest

from tests.host.runs import follow, output_of, started
from tests.lab.observed import pythons
from visualiser import cli
from visualiser.host.catalogue import find_scenario
from visualiser.host.knobs import apply_assignments
from visualiser.host.session import Session
from visualiser.lab.layout import EXTRA_VERSIONS


def _free_threaded(version):
    """One parameter: the newest interpreter of that version without a GIL, skipped if there is none."""
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*t/bin/python{version}t"))
    python = str(found[-1]) if found else shutil.which(f"python{version}t")
    reason = f"Python {version}t is not installed on this machine"
    return pytest.param(python, id=f"{version}t", marks=[] if python else [pytest.mark.skip(reason=reason)])


FREE_THREADED = [_free_threaded(version) for version in ("3.13", "3.14")]
RACE = """
    import sys, threading, time
    sys.setswitchinterval(1e-5)
    counter = 0
    def one():
        return 1
    def work():
        global counter
        for turn in range({times}):
            {body}
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = 4 * {times} - counter
    print(repr(counter), type(counter).__name__)
"""
BODIES = [
    "counter += 1",
    "counter = counter + one()",
    "held = counter; time.sleep(0); counter = held + 1",
    "held = counter; turn and time.sleep(0); counter = 1 + held",
]


def recorded(folder, source, **options):
    with started(folder, source, states="calls", extras=[EXTRA_VERSIONS], **options) as session:
        follow(session)
        return session


@pytest.mark.parametrize("python", [*pythons(), *FREE_THREADED])
@pytest.mark.parametrize("body", BODIES)
def test_lost_is_expected_minus_actual(tmp_path, python, body):
    session = recorded(tmp_path, RACE.format(times=1000, body=body), python=python)
    assert session.outcome.ok, session.outcome
    account = session.accounting.account
    assert account is not None, session.accounting
    assert account.by_ones
    assert (account.writes, account.expected) == (4000, 4000)
    assert account.actual == session.results["counter"]
    assert account.lost == session.results["lost"] == account.expected - account.actual
    assert account.same_value_read + account.rolled_back == account.lost
    assert account.destroyed.sum() == account.lost
    assert session.stdout == f"{account.actual} int\n"
    shares = {share.name: share.writes for share in account.shares()}  # in the order in which they began to write
    assert shares == {f"Thread-{number} (work)": 1000 for number in (1, 2, 3, 4)}


def test_a_sleep_between_read_and_write_loses_and_the_account_names_the_destroyers(tmp_path):
    session = recorded(tmp_path, RACE.format(times=300, body=BODIES[2]))
    account = session.accounting.account
    assert account.lost > 0
    assert account.stale > 0
    assert account.is_stale[account.most_destructive(5)].all()


def test_with_a_lock_nothing_is_lost(tmp_path):
    source = RACE.replace("def one", "lock = threading.Lock()\n    def one")
    session = recorded(tmp_path, source.format(times=200, body="lock.acquire(); counter += one(); lock.release()"))
    assert session.accounting.account.lost == session.accounting.account.stale == 0


@pytest.mark.parametrize("gap", ["none", "call", "sleep(0)"])
def test_the_race_with_qt_threads(gap):
    scenario = find_scenario("race")
    text = apply_assignments(scenario.text, [f"GAP={gap}", "INCREMENTS=200", "THREADS=4"])
    session = Session.start(scenario, text, states="calls", extras=[EXTRA_VERSIONS])
    try:
        follow(session)
    finally:
        session.close()
    account = session.accounting.account
    assert (account.expected, account.actual) == (800, session.results["counter"])
    assert account.lost == session.results["lost"]
    assert account.by_ones
    assert {share.name for share in account.shares()} == {f"QThread-{one} (increment)" for one in (1, 2, 3, 4)}


def test_results_and_the_line_of_an_error_are_those_of_the_script(tmp_path):
    source = """
    counter = 0
    def work():
        global counter, kept
        kept = counter + 1
        counter += 1
        return counter
    got = work()
    name, file = __name__, __file__
    raise ValueError("on purpose")
    """
    session = recorded(tmp_path, source)
    assert session.outcome.line == 10
    assert "ValueError: on purpose" in session.outcome.sentence
    assert session.results["counter"] == session.results["got"] == session.results["kept"] == 1
    assert session.results["name"] == "__main__"
    assert session.results["file"] == str(tmp_path / "play.py")
    assert session.accounting.account.actual == 1


def test_children_have_counters_of_their_own(tmp_path):
    source = """
    import multiprocessing, os
    counter = 0
    def work():
        global counter
        for _ in range(10):
            counter += 1
    if __name__ == "__main__":
        for method in ("spawn", "fork"):
            child = multiprocessing.get_context(method).Process(target=work)
            child.start()
            child.join()
            assert child.exitcode == 0
        work()
    """
    session = recorded(tmp_path, source)
    assert session.outcome.ok, session.outcome
    assert (session.accounting.account.writes, session.results["counter"]) == (10, 10)


def test_a_stopped_script_leaves_the_account_until_then(tmp_path):
    source = """
    import threading, time
    counter = 0
    go_on = True
    def work():
        global counter
        while go_on:
            counter += 1
            time.sleep(0.001)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    while counter < 20:
        time.sleep(0.001)
    print("ready", flush=True)
    threads[0].join()
    """
    with started(tmp_path, source, states="calls", extras=[EXTRA_VERSIONS]) as session:
        output_of(session, "ready")
        session.stop()
        follow(session)
    account = session.accounting.account
    assert account is not None, session.accounting
    assert "stopped" in session.accounting.sentence
    assert account.writes >= 20
    assert account.exact


def test_threads_that_do_not_heed_the_stop_still_leave_an_account(tmp_path):
    source = """
    import threading, time
    counter = 0
    def work():
        global counter
        while True:
            counter += 1
            time.sleep(0.001)
    thread = threading.Thread(target=work)
    thread.start()
    while counter < 20:
        time.sleep(0.001)
    print("ready", flush=True)
    thread.join()
    """
    with started(tmp_path, source, states="calls", extras=[EXTRA_VERSIONS]) as session:
        output_of(session, "ready")
        session.stop()
        follow(session)
    account = session.accounting.account
    assert account is not None, session.accounting
    assert "stopped" in session.accounting.sentence
    assert account.writes >= 20
    assert account.exact


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("counter = 0\nfor _ in range(3): counter += 1", "no counter that several functions share was found"),
        ("n = 0\ndef f():\n    global n\n    n = n / 2\nf()", "something else than a whole number"),
        ("n = 0\ndef f():\n    global n\n    for n in range(3): n\nf()", "line 4 writes n"),
        (
            "import os\nn = 0\ndef f():\n    global n\n    n += 1\nf()\nos._exit(0)",
            "before it could write its versions",
        ),
        ("def f(:", "ended before"),
    ],
)
def test_one_sentence_says_why_there_is_no_account(tmp_path, source, sentence):
    session = recorded(tmp_path, source)
    assert session.accounting.account is None
    assert sentence in session.accounting.sentence


def test_the_account_says_what_it_leaves_out(tmp_path):
    source = """
    first = second = 0
    hits = 0
    misses = 0
    def work():
        global hits, misses
        for _ in range(5):
            hits += 1
            misses += 1
    work()
    hits = 0
    work()
    """
    session = recorded(tmp_path, source)
    account = session.accounting.account
    assert (account.writes, account.skipped, account.expected) == (5, 5, 5)
    assert "hits was set anew" in session.accounting.sentence
    assert "also shares misses" in session.accounting.sentence


def test_an_ordinary_run_has_no_account(tmp_path):
    with started(tmp_path, RACE.format(times=10, body=BODIES[0]), states="calls") as session:
        follow(session)
    assert session.accounting is None
    assert session.results["counter"] == 40


def test_the_command_line_gives_the_account(capfd):
    assert cli.main(["run", "race", "--versions", "--states", "calls", "--set", "INCREMENTS=50", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    account = told["account"]
    assert account["exact"]
    assert account["slowed_by_recording"]
    assert account["lost"] == told["results"]["lost"] == account["expected"] - account["actual"]
    assert sum(one["writes"] for one in account["threads"]) == account["writes"] == 500
    assert told["explained"] == []  # the lesson speaks of ordinary runs


def test_the_command_line_tells_it_in_words(capfd):
    assert cli.main(["run", "race", "--versions", "--states", "calls", "--set", "INCREMENTS=50"]) == 0
    out = capfd.readouterr().out
    assert "recording has slowed" in out
    assert "= expected − actual, exactly" in out
    assert cli.main(["run", "cpu_threads", "--versions", "--states", "calls", "--set", "N=100000"]) == 0
    told = capfd.readouterr()
    assert "no counter that several functions share was found" in told.err
    assert "no counter" not in told.out


def test_the_command_line_says_nothing_of_losing_where_nothing_is_lost(capfd):
    knobs = ["--set", "INCREMENTS=50", "--set", "USE_LOCK=True"]
    assert cli.main(["run", "race", "--versions", "--states", "calls", *knobs]) == 0
    out = capfd.readouterr().out
    assert "The account of counter in this run, which recording has slowed.\n" in out
    assert "every write had read the newest value" in out
    assert "no count of the lost" not in out
    assert "loses another number" not in out
