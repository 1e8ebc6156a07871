"""The sampler against the real kernel, and as the one who cleans up after a killed window."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.conftest import ROOT, eventually
from tests.host.runs import carriers, follow, is_gone, needs_perf, reap_orphans, refusal, started
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.collector import Collector
from visualiser.host.perf import _parse_cores, _reason, _take_plain
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session, StartError
from visualiser.host.switch_file import SwitchFile
from visualiser.lab import layout
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run
from visualiser.trace.states import State

linux = pytest.mark.skipif(sys.platform != "linux", reason="there is a sampler on Linux only")

TWO_LOADS = """
    import sys, threading
    sys.setswitchinterval(0.05)
    def count():
        for _ in range(15_000_000):
            pass
    workers = [threading.Thread(target=count) for _ in range(2)]
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


def periods(switches, tid):
    """(begin, end) ns of the times a thread was on a core."""
    own = switches[switches["object"] == tid]
    begins = None
    found = []
    for when, kind in zip(own["t0"].tolist(), own["kind"].tolist(), strict=True):
        if kind == Kind.SWITCH_IN:
            begins = when
        elif begins is not None:
            found.append((begins, when))
            begins = None
    return found


def overlap(some, others):
    return sum(max(0, min(b, d) - max(a, c)) for a, b in some for c, d in others)


@needs_perf
def test_two_threads_under_the_gil_are_never_on_a_core_at_once(tmp_path, sampler):
    with started(tmp_path, TWO_LOADS, sampler=sampler) as session:
        assert session.sources == ("perf",)
        batches = follow(session)
        root = session.pid
    told = [event for batch in batches for event in batch.story if event["ev"] == "thread" and not event["main"]]
    switches = np.concatenate([batch.switches for batch in batches if batch.switches is not None])
    one, two = (periods(switches, event["tid"]) for event in told)
    on_core = sum(end - begin for begin, end in one + two)
    assert len(one) > 3
    assert len(two) > 3
    # Whoever gives the GIL away is still on its core for the moment of doing so; turns of 50 ms make those few.
    assert overlap(one, two) < 0.1 * on_core  # without a GIL, about half
    assert set(switches["value"].tolist()) == {root}


@needs_perf
def test_watermarks_keep_their_promise(tmp_path, sampler):
    with started(tmp_path, TWO_LOADS, sampler=sampler) as session:
        batches = follow(session)
    promised = 0
    for batch in batches:
        assert batch.sampled >= promised
        if batch.switches is not None:
            assert int(batch.switches["t0"].min()) >= promised
            assert bool((np.diff(batch.switches["t0"].astype(np.int64)) >= 0).all())
        promised = batch.sampled
    assert promised > 0


@needs_perf
def test_children_are_sampled_and_one_sampler_serves_many_runs(tmp_path, sampler):
    source = """
        import multiprocessing
        def count():
            for _ in range(100_000):
                pass
        if __name__ == "__main__":
            child = multiprocessing.get_context("fork").Process(target=count)
            child.start()
            pid = child.pid
            child.join()
    """
    for _ in range(2):
        with started(tmp_path, source, sampler=sampler) as session:
            batches = follow(session)
            pids = {pid for batch in batches if batch.switches is not None for pid in batch.switches["value"].tolist()}
            assert pids == {session.pid, session.results["pid"]}
            assert session.own_cpu > 0
    assert sampler.alive


@linux
def test_a_run_without_core_switches_is_looked_after_too(tmp_path, sampler):
    with started(tmp_path, "x = 1", sampler=sampler, states="calls") as session:
        assert session.sources == ("calls",)
        assert session.note == ""
        batches = follow(session)
        assert session.outcome.ok
    assert all(batch.switches is None and batch.sampled == 0 for batch in batches)


@linux
def test_asking_a_sampler_that_stands_still_holds_nobody_up(tmp_path, sampler):
    with started(tmp_path, "input()", sampler=sampler) as session:
        os.kill(sampler.pid, signal.SIGSTOP)
        for _ in range(10_000):  # more than a pipe takes
            session.ask()
        os.kill(sampler.pid, signal.SIGCONT)
        session.stop()
        follow(session)
    assert sampler.alive


class Refusing:
    """A sampler whose kernel refuses."""

    def __init__(self):
        self.pid, self.cpu_s, self.detached, self.alive = None, 0.0, True, True
        self.sources, self.refusals, self.troubles = frozenset(), {}, {}
        self.can = {
            "perf": "The kernel keeps its core switches to itself.",
            "peek": "No program may look into another.",
        }

    def attach(self, pid, run_dir, badge=0, sources=("perf",)):
        pass

    def detach(self):
        pass

    listen = close = detach


def test_a_refusing_kernel_leaves_recorded_calls(tmp_path):
    with started(tmp_path, "x = 1", sampler=Refusing()) as session:
        assert session.sources == ("calls",)
        assert session.note == "The kernel keeps its core switches to itself.\nNo program may look into another."
        follow(session)
        assert session.results == {"x": 1}


def test_perf_on_request_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "play.py").write_text("x = 1")
    with pytest.raises(StartError, match="keeps its core switches"):
        Session.start(scenario_from_file(tmp_path / "play.py"), states="perf", sampler=Refusing())


def test_reasons_name_the_way_out():
    assert "sysctl kernel.perf_event_paranoid=2" in _reason(PermissionError(13, "Permission denied"))
    assert _reason(OSError(38, "Function not implemented")) == (
        "This system does not tell core switches (Function not implemented)."
    )


def test_the_kernels_list_of_cores():
    assert _parse_cores("0-2,5,7-8\n") == [0, 1, 2, 5, 7, 8]


def test_only_pure_data_goes_the_fast_way():
    plain = np.zeros(2, "<u4,<u2,<u2,<u4,<u4,<u8,<u4,<u4")
    plain["f0"], plain["f2"] = 14, 32
    plain["f1"] = [0, 1 << 13 | 1 << 14]
    plain["f3"], plain["f4"], plain["f5"], plain["f6"] = 5, 6, [70, 80], 1
    taken = []
    assert _take_plain(plain.tobytes(), taken)
    assert taken == [(70, 70, 6, Kind.SWITCH_IN, 1, 5), (80, 80, 6, Kind.SWITCH_PREEMPT, 1, 5)]
    plain["f0"][1] = 2
    assert not _take_plain(plain.tobytes(), taken)
    assert len(taken) == 2


def test_a_switch_file_goes_on_in_the_next_segment(tmp_path):
    file = SwitchFile(str(tmp_path))
    written = [(t, t, 7, Kind.SWITCH_IN, 1, 9) for t in range(1, 5001)]
    file.write(written[:10])
    file.write(written[10:])
    file.close()
    assert len(list(tmp_path.iterdir())) == 2
    collector = Collector(tmp_path, sampler_pid=os.getpid())
    assert collector.poll(last=True).switches["t0"].tolist() == list(range(1, 5001))
    collector.close()


def test_a_switch_file_counts_what_finds_no_room(tmp_path):
    home = tmp_path / "run"
    home.mkdir()
    file = SwitchFile(str(home))
    file.write([(1, 1, 7, Kind.SWITCH_IN, 1, 9)])
    collector = Collector(home, sampler_pid=os.getpid())
    collector.poll()
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
    file.write([(t, t, 7, Kind.SWITCH_IN, 1, 9) for t in range(2, 3002)])
    room = (layout.FIRST_SEGMENT_BYTES - layout.HEADER_BYTES) // layout.RECORD_BYTES
    assert collector.poll(last=True).dropped == 3001 - room
    file.close()
    collector.close()


WINDOW = """
import sys
sys.path.insert(0, {root!r})
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session
session = Session.start(scenario_from_file({script!r}))
print(session.pid, session._lab.sampler.pid, session.run_dir, flush=True)
while True:
    session.poll()
    if "ready" in session.stdout:
        print("ready", flush=True)
        sys.stdin.read()
"""

HIDDEN = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
time.sleep(600)
"""


@linux
def test_a_killed_window_takes_its_run_with_it(tmp_path):
    script = tmp_path / "play.py"
    script.write_text(HIDDEN)
    program = WINDOW.format(root=str(ROOT), script=str(script))
    window = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with window:
        pid, sampler, run_dir = window.stdout.readline().split()
        assert window.stdout.readline() == "ready\n"
        assert len(carriers(run_dir)) == 2
        window.kill()
        eventually(lambda: not Path(run_dir).exists() and not carriers(run_dir))
        eventually(lambda: not _runs(int(pid)) and not _runs(int(sampler)))
        reap_orphans()


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@linux
def test_a_sampler_that_dies_does_not_end_the_run(tmp_path):
    with started(tmp_path, "print('ready', flush=True)\nimport time\ntime.sleep(600)\n") as session:
        run = Run()
        eventually(lambda: run.extend(session.poll()) or "ready" in session.stdout)
        os.kill(session._lab.sampler.pid, signal.SIGKILL)
        if "perf" in session.sources:
            eventually(lambda: run.extend(session.poll()) or session.warning)
            assert session.warning.startswith("The sampler ended")
            eventually(lambda: run.extend(session.poll()) or State.SLEEP in run.main_track.lane.states)
            assert run.sources == ("calls",), "what nobody tells any more is not claimed"
        session.stop()
        session.poll()
        assert session.outcome.stopped
    assert is_gone(session.pid)


@linux
def test_an_idle_sampler_ends_with_its_window():
    sampler = Sampler()
    pid = sampler.pid
    sampler._process.stdin.close()
    assert sampler._process.wait(20) == 0
    sampler._process.stdout.close()
    assert is_gone(pid)


@linux
def test_a_sampler_says_what_this_system_permits(sampler):
    assert sampler.can["perf"] == refusal()


@linux
def test_an_unknown_source_is_refused_in_words(tmp_path, sampler):
    sampler.attach(os.getpid(), tmp_path, sources=("guessing",))
    assert sampler.sources == frozenset()
    assert sampler.refusals == {"guessing": "This sampler knows no source guessing."}
    sampler.detach()
    eventually(lambda: sampler.listen() or sampler.detached)


@linux
def test_a_sampler_that_is_gone_refuses_every_source(tmp_path, sampler):
    os.kill(sampler.pid, signal.SIGKILL)
    eventually(lambda: not sampler.alive)
    sampler.attach(os.getpid(), tmp_path, sources=("perf", "peek"))
    assert set(sampler.refusals) == {"perf", "peek"}
    assert all(sampler.refusals.values())
    assert sampler.detached
