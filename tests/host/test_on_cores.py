"""What is shown to run did run: one thread at a time under a GIL, several at once without."""

import os

import numpy as np
import pytest

from tests.host.runs import folded, needs_perf, started
from tests.lab.observed import FREE_THREADED, VERSIONS, pythons
from visualiser.trace.states import State
from visualiser.trace.track import NS

pytestmark = needs_perf

# Whoever gives the GIL away is on its core for some 10 us beside the one that has it: with turns of 5 ms that is 0.1 %
# of the time on a machine that does nothing else.
BUSY = """
    import threading, time
    until = time.perf_counter() + 1.0
    def count():
        while time.perf_counter() < until:
            for _ in range(20_000):
                pass
    workers = [threading.Thread(target=count) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""

# Each on a core of its own, so that they meet however busy the machine is.
TOGETHER = """
    import os, threading, time
    cores = sorted(os.sched_getaffinity(0))[:2]
    until = time.perf_counter() + 2.0
    def count(core):
        os.sched_setaffinity(0, [core])
        while time.perf_counter() < until:
            pass
    workers = [threading.Thread(target=count, args=(core,)) for core in cores]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def run_of(folder, source, python):
    with started(folder, source, python=python) as session:
        assert session.sources == ("perf",)
        run = folded(session)
        assert session.outcome.ok
    assert run.dropped == 0
    return run


def on_core(lane):
    """(begin, end) of each span on a core, ns."""
    runs = lane.state == State.RUN
    return np.stack([lane.t[runs], np.append(lane.t[1:], lane.now)[runs]], axis=1)


def stretches_together(tracks):
    """Lengths of the stretches in which two or more of the tracks are on a core, ns."""
    spans = np.concatenate([on_core(track.lane) for track in tracks])
    t = np.concatenate([spans[:, 0], spans[:, 1]])
    step = np.repeat([1, -1], len(spans))
    order = np.lexsort((step, t))
    several = np.cumsum(step[order])[:-1] >= 2
    edges = np.flatnonzero(np.diff(np.concatenate(([0], several, [0]))))
    return t[order][edges[1::2]] - t[order][edges[::2]]


def in_state(run, state):
    return sum(track.lane.total(state) for track in run.tracks)


def assert_no_more_cores_than_there_are(run):
    begin = min(track.lane.start for track in run.tracks if len(track.lane))
    assert in_state(run, State.RUN) <= (run.now_ns - begin) * os.cpu_count()


@pytest.mark.parametrize("python", pythons(VERSIONS))
def test_under_a_gil_the_threads_of_a_process_run_one_at_a_time(tmp_path, python):
    run = run_of(tmp_path, BUSY, python)
    assert run.gil
    assert in_state(run, State.GIL) > in_state(run, State.RUN)
    # Seen are 0.1 %, on a machine with more to do several times that; without a GIL it is most of the time.
    assert stretches_together(run.tracks).sum() <= 0.1 * run.wall_s * NS
    assert_no_more_cores_than_there_are(run)


@pytest.mark.skipif(os.cpu_count() == 1, reason="this machine has one core only")
@pytest.mark.parametrize("python", pythons(FREE_THREADED))
def test_without_a_gil_two_threads_run_at_once(tmp_path, python):
    run = run_of(tmp_path, TOGETHER, python)
    assert not run.gil
    assert [process.gil for process in run.processes.values()] == [False]
    assert all(State.GIL not in track.lane.states for track in run.tracks)
    # Under a GIL they meet for less than 0.2 ms at a time.
    assert max(stretches_together(run.tracks), default=0) > NS // 2000
    assert_no_more_cores_than_there_are(run)
