"""Looking at real scripts from outside: what is found is what they do."""

import os
import signal
import sys
import time
from itertools import pairwise

import pytest

from tests.conftest import eventually
from tests.host.looked_at import looked_at
from tests.lab.observed import pythons
from visualiser.host.peek_permission import peek_refusal
from visualiser.host.sampler import Sampler
from visualiser.lab.layout import Kind, Seen

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or bool(peek_refusal()), reason="this system lets nobody look into another process"
)

COUNT = """
    import threading, time
    def count(seconds=1.0):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for _ in range(1000):
                pass
"""
TWO = f"""{COUNT}
    workers = [threading.Thread(target=count, name=name) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


@pytest.fixture
def sampler():
    sampler = Sampler()
    yield sampler
    sampler.close()


def spans(found, code):
    return [(begin, end) for (begin, state), (end, _) in pairwise(found) if state == code]


def overlap(some, others):
    return sum(max(0, min(b, d) - max(a, c)) for a, b in some for c, d in others)


@pytest.mark.parametrize("python", pythons())
def test_of_two_threads_one_runs_and_the_other_waits_for_the_gil(tmp_path, sampler, python):
    with looked_at(tmp_path, TWO, sampler, python=python) as run:
        run.follow()
        one, two = (run.of(*run.threads()[name]) for name in ("one", "two"))
        totals = run.totals(*run.threads()["one"])
        gil = all(event["gil"] for event in run.story if event["ev"] == "process")
    if not gil:
        assert Seen.GIL not in {state for _, state in one + two}
        return
    assert {Seen.RUN, Seen.GIL} <= {state for _, state in one}
    assert {Seen.RUN, Seen.GIL} <= {state for _, state in two}
    assert totals[Seen.GIL] > 0.2 * totals.total()
    together = overlap(spans(one, Seen.RUN), spans(two, Seen.RUN))
    # Without a GIL it would be about half of the time; while the GIL changes hands both may be on a core.
    assert together < 0.15 * totals.total(), "one runs, not both"
    assert one[-1][1] == two[-1][1] == 0, "both are seen to end"


def test_each_wait_is_called_what_it_is(tmp_path, sampler):
    source = """
        import os, select, socket, subprocess, sys, threading, time, _thread
        near, far = socket.socketpair()
        lock = _thread.allocate_lock()
        lock.acquire()
        calls = {
            "sleep": lambda: time.sleep(0.6),
            "receive": lambda: near.recv(1),
            "select": lambda: select.select([near], [], [], 0.6),
            "child": lambda: subprocess.run([sys.executable, "-S", "-c", "import time; time.sleep(0.4)"]),
            "lock": lambda: lock.acquire(timeout=0.6),
        }
        workers = [threading.Thread(target=call, name=name) for name, call in calls.items()]
        for worker in workers:
            worker.start()
        time.sleep(0.6)
        far.send(b"xx")
        for worker in workers:
            worker.join()
    """
    with looked_at(tmp_path, source, sampler) as run:
        run.follow()
        most = {name: run.totals(*key).most_common(1)[0][0] for name, key in run.threads().items()}
    assert most == {
        "sleep": Seen.SLEEP,
        "receive": Seen.IO,
        "select": Seen.IO,
        "child": Seen.PROC,
        "lock": Seen.BLOCKED,
    }


def test_without_the_gils_address_nobody_is_said_to_wait_for_it(tmp_path, sampler):
    with looked_at(tmp_path, TWO, sampler, extras=()) as run:
        run.follow()
        states = {state for key in run.threads().values() for _, state in run.of(*key)}
    assert Seen.GIL not in states
    assert {Seen.BLOCKED, Seen.RUN} <= states


def test_promises_are_kept(tmp_path, sampler):
    with looked_at(tmp_path, TWO, sampler) as run:
        run.follow()
    promised = 0
    for batch in run.batches:
        assert batch.seen_until >= promised
        if batch.seen is not None:
            assert int(batch.seen["t0"].min()) >= promised
            assert (batch.seen["t0"][1:] >= batch.seen["t0"][:-1]).all()
        promised = batch.seen_until
    assert promised > 0
    assert all(batch.switches is None for batch in run.batches)


def test_children_of_every_kind_are_looked_at(tmp_path, sampler):
    source = f"""{COUNT}
    import multiprocessing, subprocess, sys
    if __name__ == "__main__":
        for method in ("fork", "spawn"):
            child = multiprocessing.get_context(method).Process(target=count, args=(0.3,))
            child.start()
            child.join()
        subprocess.run([sys.executable, "-c", "for _ in range(5_000_000): pass"])
    """
    with looked_at(tmp_path, source, sampler) as run:
        run.follow()
        hows = {event["pid"]: event["how"] for event in run.story if event["ev"] == "process"}
        found = {how: run.totals(pid, pid) for pid, how in hows.items()}
    assert {"root", "fork", "spawn", "exec"} <= set(found)
    for how in ("fork", "spawn", "exec"):
        assert found[how][Seen.RUN] + found[how][Seen.CORE] > 0.02e9, how


def test_exec_is_survived_by_what_can_still_be_known(tmp_path, sampler):
    source = """
        import os, time
        time.sleep(0.05)
        os.execvp("sleep", ["sleep", "0.3"])
    """
    with looked_at(tmp_path, source, sampler) as run:
        run.follow()
        totals = run.totals(run.process.pid, run.process.pid)
    assert totals[Seen.SLEEP] > 0.3e9
    assert totals[Seen.GIL] == 0
    assert run.complaint == ""


def test_exec_into_another_python_is_looked_at_anew(tmp_path, sampler):
    source = f"""
        import os, sys
        program = {TWO!r}
        import textwrap
        os.execv(sys.executable, [sys.executable, "-c", textwrap.dedent(program)])
    """
    with looked_at(tmp_path, source, sampler) as run:
        run.follow()
        totals = [run.totals(*run.threads()[name]) for name in ("one", "two")]
    assert all(total[Seen.GIL] > 0 for total in totals)


def test_a_killed_process_ends_in_the_record_too(tmp_path, sampler):
    with looked_at(tmp_path, "print('on', flush=True)\nimport time\ntime.sleep(600)\n", sampler) as run:
        assert run.process.stdout.readline() == b"on\n"
        pid = run.process.pid
        eventually(lambda: run.poll() and run.of(pid, pid)[-1:] and run.of(pid, pid)[-1][1] == Seen.SLEEP)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: run.poll() and run.of(pid, pid)[-1][1] == 0)
        assert run.of(pid, pid)[-1][0] < time.perf_counter_ns()
    assert run.complaint == ""


def test_a_stopped_run_lets_the_next_one_be_looked_at(tmp_path, sampler):
    for _ in range(2):
        with looked_at(tmp_path, "import time\ntime.sleep(0.1)\n", sampler) as run:
            assert run.sampler.sources == {"peek"}
            run.follow()
            assert run.of(run.process.pid, run.process.pid)[-1][1] == 0
    assert sampler.alive


def test_many_threads_are_all_looked_at(tmp_path, sampler):
    source = """
        import threading
        go = threading.Event()
        workers = [threading.Thread(target=go.wait, name=str(number)) for number in range(300)]
        for worker in workers:
            worker.start()
        print("all", flush=True)
        threading.Event().wait()
    """
    with looked_at(tmp_path, source, sampler) as run:
        assert run.process.stdout.readline() == b"all\n"

        def all_blocked():
            run.poll()
            known = {record["object"].item() for record in run.seen if record["depth"] == Seen.BLOCKED}
            return {tid for _, tid in run.threads().values()} <= known and len(run.threads()) == 300

        eventually(all_blocked)


def test_perf_and_peek_together_keep_their_streams_apart(tmp_path, sampler):
    if sampler.can["perf"]:
        pytest.skip(sampler.can["perf"])
    with looked_at(tmp_path, TWO, sampler, sources=("perf", "peek")) as run:
        assert sampler.sources == {"perf", "peek"}
        run.follow()
        kinds = {
            kind for batch in run.batches if batch.switches is not None for kind in batch.switches["kind"].tolist()
        }
        assert kinds <= {Kind.SWITCH_IN, Kind.SWITCH_OUT, Kind.SWITCH_PREEMPT, Kind.THREAD_EXIT, Kind.LOST}
        assert set(run.seen["kind"].tolist()) <= {Kind.SEEN, Kind.THREAD_EXIT}
        assert run.batches[-1].sampled > 0
        assert run.batches[-1].seen_until > 0
