"""How many items lay in a queue, whoever told of it first."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.batching import cuts, delivered
from tests.trace.story import ROOT, batch, name, process
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run

MS = 1_000_000


def run_of(*batches) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    return run


def steps(counter) -> list[tuple[int, float]]:
    return list(zip(counter.t.tolist(), counter.value.tolist(), strict=True))


def test_a_queue_of_two_processes_is_one_counter():
    parent = batch(0, story=[process(), name(3, "Queue 1")], rows={1: [(10, 10, Kind.PUT, 3), (20, 20, Kind.PUT, 3)]})
    told = [process(7, "fork"), name(1, "Queue 1", pid=7), name(2, "Queue 2", pid=7)]
    child = batch(0, story=told, rows={5: [(15, 15, Kind.GET, 1), (16, 16, Kind.PUT, 2)]}, pid=7)
    one, two = run_of(parent, child).counters.all
    assert (one.name, one.unit, one.track) == ("Queue 1", "items", None)
    assert steps(one) == [(10, 1), (15, 0), (20, 1)]
    assert steps(two) == [(16, 1)]


def test_a_counter_tells_what_it_is_at_any_moment():
    rows = {1: [(10, 10, Kind.PUT, 0), (20, 20, Kind.PUT, 0), (30, 30, Kind.GET, 0)]}
    (depth,) = run_of(batch(0, story=[process()], rows=rows)).counters.queues
    assert [depth.at(when) for when in (9, 10, 29, 30, 99)] == [0, 1, 2, 1, 1]
    times, values = depth.between(15, 30)
    assert (times.tolist(), values.tolist()) == ([15, 20], [1, 2])
    times, values = depth.between(20, 40)
    assert (times.tolist(), values.tolist()) == ([20, 30], [2, 1])


def test_a_get_told_before_its_put_is_not_less_than_nothing():
    rows = {1: [(10, 10, Kind.GET, 0), (12, 12, Kind.PUT, 0), (20, 20, Kind.PUT, 0)]}
    (depth,) = run_of(batch(0, story=[process()], rows=rows)).counters.queues
    assert steps(depth) == [(10, 0), (12, 0), (20, 1)]


def test_frames_are_a_counter_of_their_window():
    rows = {1: [(10 * MS, 10 * MS, Kind.FRAME, 0, 0), (40 * MS, 40 * MS, Kind.FRAME, 0, 30 * MS)]}
    run = run_of(batch(0, story=[process()], rows=rows))
    (frames,) = run.counters.all
    assert (frames.name, frames.unit, frames.track) == ("Frame time", "ms", run.tracks[0])
    assert steps(frames) == [(40 * MS, 30.0)]
    assert run.counters.frames == [frames]


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans(), st.sampled_from([1, 12, 23])), max_size=30), cuts(99))
@settings(max_examples=100, deadline=None)
def test_any_batching_gives_the_same_depth(moves, polls):
    told = [(ROOT, tid, (t, t, Kind.PUT if put else Kind.GET, 0)) for t, put, tid in moves]
    run = delivered([process()], told, polls, 100)
    for when in range(100):
        before = [(t, put) for t, put, _ in moves if t <= when]
        expected = max(sum(1 if put else -1 for _, put in before), 0)
        assert [depth.at(when) for depth in run.counters.queues] == [expected] * bool(moves)
