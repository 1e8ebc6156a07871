"""Processes and threads that are hard to keep up with: replaced, very short, very many, with a number used before."""

import os
from pathlib import Path

import pytest

from tests.host.runs import folded, follow, needs_perf, started
from tests.lab.observed import FREE_THREADED, pythons
from visualiser.lab.layout import Kind
from visualiser.trace.states import State

LAST_PID = Path("/proc/sys/kernel/ns_last_pid")
chooses_pids = pytest.mark.skipif(not os.access(LAST_PID, os.W_OK), reason="only root on Linux may choose a pid")

SAME_PID = """
    import multiprocessing, threading, time
    def first():
        time.sleep(0.01)
    def second():
        thread = threading.Thread(target=time.sleep, args=(0.02,), name="of the second")
        thread.start()
        thread.join()
        time.sleep(0.05)
    def run(target, name):
        process = multiprocessing.get_context("fork").Process(target=target, name=name)
        process.start()
        pid = process.pid
        process.join()
        return pid
    one = run(first, "one")
    time.sleep({pause})
    attempts, two = 0, 0
    while two != one and attempts < 100:  # somebody else may be quicker
        with open("/proc/sys/kernel/ns_last_pid", "w") as file:
            file.write(str(one - 1))
        two = run(second, "two")
        attempts += 1
"""


def asleep(batches, pid):
    """(chain, begin, end) of each sleep that a process recorded, as last told, by their beginnings."""
    found = {}
    for batch in batches:
        for key, records in batch.records.items():
            for record in records[records["kind"] == Kind.SLEEP] if key.pid == pid else ():
                found[int(record["t0"])] = key.chain, int(record["t0"]), int(record["t1"])
    return [found[begin] for begin in sorted(found)]


@chooses_pids
@pytest.mark.parametrize("pause", [0, 0.2], ids=["at once", "later"])
@pytest.mark.parametrize("states", ["auto", "calls"])
def test_two_processes_with_one_pid_are_both_told_to_their_ends(tmp_path, states, pause):
    with started(tmp_path, SAME_PID.format(pause=pause), states=states) as session:
        batches = follow(session)
        results = session.results
    if results["one"] != results["two"]:
        pytest.skip("other processes took the pid every time")
    story = [event for batch in batches for event in batch.story if event["pid"] == results["one"]]
    assert [event["name"] for event in story if event["ev"] == "process_name"] == ["one", "two"]
    assert [event["name"] for event in story if event["ev"] == "thread"][-1] == "of the second"
    assert [event["ev"] for event in story].count("end") == 2
    sleeps = asleep(batches, results["one"])
    assert len({chain for chain, _, _ in sleeps}) == 3
    asked = (10_000_000, 20_000_000, 50_000_000)
    assert all(end - begin >= wanted for (_, begin, end), wanted in zip(sleeps, asked, strict=True))
    known = {event["id"] for event in story if event["ev"] == "name"}
    used = {
        int(name)
        for batch in batches
        for key, records in batch.records.items()
        if key.pid == results["one"]
        for name in records["object"]
    }
    assert used - {0} <= known


def lanes_of(run, name):
    return [track for track in run.tracks if track.name.startswith(name)]


def assert_lives_are_full(tracks):
    """Every thread has ended, and all of its life is in some state."""
    for track in tracks:
        assert track.end_ns is not None
        assert track.lane.start == track.start_ns
        assert sum(track.lane.total(state) for state in track.lane.states) == track.end_ns - track.start_ns


@needs_perf
@pytest.mark.parametrize("python", pythons())
def test_hundreds_of_threads_that_live_for_an_instant_are_all_shown(tmp_path, python):
    source = """
        import threading
        done = []
        threads = [threading.Thread(target=done.append, args=(n,), name=f"short {n}") for n in range(400)]
        for n, thread in enumerate(threads):
            thread.start()
            if n % 4 == 0:
                thread.join()
        for thread in threads:
            thread.join()
        count = len(done)
    """
    with started(tmp_path, source, python=python) as session:
        run = folded(session)
        assert (session.results["count"], session.warning) == (400, None)
    short = lanes_of(run, "short ")
    assert len(short) == 400
    assert (run.dropped, run.errors) == (0, 0)
    assert_lives_are_full(short)
    # They neither sleep nor wait for anything that has a name.
    assert {state for track in short for state in track.lane.states} <= {
        State.RUN, State.CORE, State.GIL, State.UNKNOWN
    }  # fmt: skip


@needs_perf
@pytest.mark.parametrize("python", pythons(("3.12", *FREE_THREADED)))
def test_three_hundred_threads_at_once_are_all_shown(tmp_path, python):
    source = """
        import threading, time
        together = threading.Barrier(300)
        def work():
            together.wait()
            time.sleep(0.001)
        threads = [threading.Thread(target=work, name=f"many {n}") for n in range(300)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    """
    with started(tmp_path, source, python=python) as session:
        run = folded(session)
        assert session.outcome.ok
    many = lanes_of(run, "many ")
    assert len(many) == 300
    assert (run.dropped, run.errors) == (0, 0)
    assert_lives_are_full(many)
    begin = min(track.start_ns for track in run.tracks)
    assert sum(track.lane.total(State.RUN) for track in run.tracks) <= (run.now_ns - begin) * os.cpu_count()
    # The last to come need not wait, and the first may find that it was not on a core until then.
    assert sum(State.BARRIER in track.lane.states for track in many) > 150


@needs_perf
def test_what_a_process_becomes_by_exec_runs_or_is_unknown(tmp_path):
    source = """
        import os, threading, time
        threading.Thread(target=time.sleep, args=(100,), daemon=True, name="gone").start()
        time.sleep(0.02)
        os.execlp("sleep", "sleep", "0.2")
    """
    with started(tmp_path, source) as session:
        heard = []
        run = folded(session, heard)
        assert session.outcome.ok
    (told,) = [event for event in heard if event["ev"] == "exec"]
    (gone,) = lanes_of(run, "gone")
    assert told["t"] < gone.end_ns < told["t"] + 100_000_000
    main = run.main_track.lane
    first, stop = main.spans_between(told["t"], run.now_ns)
    after = {main.span(number).state for number in range(first + 1, stop)}
    assert after <= {State.RUN, State.CORE, State.UNKNOWN, State.NONE, State.GIL}
    assert main.total(State.UNKNOWN) >= 190_000_000
