"""Beats of real runs, folded: what must hold of them on every machine, however busy."""

import numpy as np

from tests.host.runs import follow, started
from visualiser.trace.run import Run
from visualiser.trace.states import State

SOURCE = """
import {module}, time
def work(seconds):
    total, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for k in range(500):
            total += k * k
    used.append(time.thread_time_ns())
used = []
if __name__ == "__main__":
    workers = [{module}.{kind}(target=work, args=(0.5,), name=f"worker {{n}}") for n in range(3)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    cpu = sum(used)
"""


def fold(folder, source, **options):
    """The run and its workers."""
    with started(folder, source, states="beat", **options) as session:
        run = Run()
        for batch in follow(session):
            run.extend(batch)
        run.finish(run.now_ns)
        assert session.outcome.ok, session.outcome
    return run, [track for track in run.tracks if track.name.startswith("worker")]


def states_of(track, run):
    """At every microsecond of the run."""
    moments = np.arange(run.start_ns, run.now_ns, 1000)
    place = np.searchsorted(track.lane.t, moments, "right") - 1
    return np.where(place >= 0, track.lane.state[np.maximum(place, 0)], 0)


def test_threads_take_turns(tmp_path):
    run, workers = fold(tmp_path, SOURCE.format(module="threading", kind="Thread"))
    states = np.array([states_of(worker, run) for worker in workers])
    assert len(workers) == 3
    running = (states == State.RUN).sum(axis=0)
    assert running.max() == 1
    ran = running.sum() * 1000
    # What interrupts a loop for less than half a millisecond counts as running.
    assert 0.8 * run.results["cpu"] < ran
    assert (states == State.GIL).any(axis=1).all()
    while_another_runs = (states != State.RUN) & (running == 1)
    known = np.isin(states[while_another_runs], (State.GIL, State.READY, State.NONE))
    assert known.all()


def test_processes_never_wait_for_each_others_gil(tmp_path):
    run, workers = fold(tmp_path, SOURCE.format(module="multiprocessing", kind="Process"))
    states = np.array([states_of(worker, run) for worker in workers])
    assert len(workers) == 3
    assert (states == State.RUN).any(axis=1).all()
    assert not (states == State.GIL).any()
