"""Which core everything was on, against what the lanes and the operating system say of the same run."""

import numpy as np
import psutil
import pytest

from tests.host.runs import follow, started
from tests.host.test_sampler import needs_perf
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.run import Run
from visualiser.trace.states import State

MIXED = """
    import multiprocessing, threading, time

    def count(rounds):
        for _ in range(rounds):
            for _ in range(20_000):
                pass
            time.sleep(0.0005)

    if __name__ == "__main__":
        workers = [threading.Thread(target=count, args=(60,)) for _ in range(3)]
        workers += [multiprocessing.get_context("fork").Process(target=count, args=(200,)) for _ in range(2)]
        for worker in reversed(workers):
            worker.start()
        for worker in workers:
            worker.join()
"""


@pytest.fixture
def run(tmp_path):
    run = Run()
    with started(tmp_path, MIXED, states="perf") as session:
        for batch in follow(session):
            run.extend(batch)
        run.finish(session.ended_ns)
    return run


@needs_perf
def test_threads_are_on_cores_just_while_they_run(run):
    if run.dropped:
        pytest.skip("the kernel lost switches on this busy machine")
    cores = len(psutil.cpu_times(percpu=True))
    for track in run.tracks:
        log = run.core_logs.of(track)
        begin = max(track.start_ns, run.core_logs.begin)
        on_cores = log.times_between(begin, track.end_ns)
        assert on_cores
        assert all(core < cores for core in on_cores)
        alive = (track.lane.t >= begin) & (track.lane.state != State.NONE)
        for number in np.flatnonzero(alive).tolist():
            span = track.lane.span(number)
            on_some = sum(log.times_between(span.start, span.end).values())
            if span.state is State.RUN:
                assert on_some == span.end - span.start
            elif span.state is not State.GIL:  # which it may have to ask for when it has its core
                assert on_some == 0, (track.name, span)


@needs_perf
def test_our_share_of_the_cores_is_what_the_threads_ran(run):
    if run.dropped:
        pytest.skip("the kernel lost switches on this busy machine")
    loads = run.loads
    assert loads.shared == len(loads) > 0
    assert loads.t[0] > run.core_logs.begin
    lengths = np.diff(np.concatenate(([run.core_logs.begin], loads.t)))
    ours = sum(float((loads.ours(core) / 100 * lengths).sum()) for core in range(loads.cores))
    logs = [run.core_logs.of(track) for track in run.tracks]
    on_cores = sum(sum(log.times_between(run.core_logs.begin, int(loads.t[-1])).values()) for log in logs)
    assert ours == pytest.approx(on_cores, rel=0.001)
    assert all((loads.ours(core) <= loads.percent(core)).all() for core in range(loads.cores))


@needs_perf
def test_the_facts_count_moves_and_what_others_took(run):
    facts = values_of(facts_of(run))
    assert 0 <= facts["other_load_percent"] <= 100
    moves = sum(int((run.core_logs.of(track).moves >= max(track.start_ns, run.start_ns)).sum()) for track in run.tracks)
    assert facts["migrations"] <= moves
    assert (facts["migrations"] == 0) == (moves == 0)
