"""What passed from track to track must be found again, whichever end was told first."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.batching import cuts, delivered
from tests.trace.story import ROOT, batch, name, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.flows import FlowKind
from visualiser.trace.run import Run

PUT_GET, SUBMIT_START, START_FIRST = FlowKind.PUT_GET, FlowKind.SUBMIT_START, FlowKind.START_FIRST


def run_of(*batches) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    return run


def plain(run: Run, kind: FlowKind) -> list[tuple]:
    arrays = run.flows.pairs(kind)
    flows = [run.flows.flow(arrays, place) for place in range(len(arrays))]
    return [(flow.flow, flow.name, flow.source.tid, flow.t0, flow.target.tid, flow.t1) for flow in flows]


@pytest.mark.parametrize("getter_first", [False, True])
def test_an_item_goes_from_put_to_get_whoever_reports_first(getter_first):
    put = batch(9, story=[name(3, "Queue 1")], rows={1: [(10, 10, Kind.PUT, 3, 77)]})
    get = batch(9, story=[process(7, "fork")], rows={5: [(25, 25, Kind.GET, 0, 77)]}, pid=7)
    run = run_of(batch(0, story=[process()]), *((get, put) if getter_first else (put, get)))
    assert plain(run, PUT_GET) == [(77, "Queue 1", 1, 10, 5, 25)]
    assert len(run.flows) == 1


def test_records_without_a_flow_are_joined_with_nothing():
    rows = {1: [(10, 10, Kind.PUT, 0, 0), (20, 20, Kind.GET, 0, 0)]}
    assert len(run_of(batch(9, story=[process()], rows=rows)).flows) == 0


def test_one_submission_has_the_starts_of_all_its_chunks():
    rows = {1: [(10, 10, Kind.SUBMIT, 0, 5)], 2: [(30, 40, Kind.TASK, 0, 5)], 3: [(20, 45, Kind.TASK, 0, 5)]}
    run = run_of(batch(9, story=[process()], rows=rows))
    assert plain(run, SUBMIT_START) == [(5, "", 1, 10, 3, 20), (5, "", 1, 10, 2, 30)]


def test_a_task_that_comes_open_and_then_closed_starts_once():
    first = batch(9, story=[process()], rows={1: [(10, 10, Kind.SUBMIT, 0, 5)], 2: [(30, 0, Kind.TASK, 0, 5)]})
    run = run_of(first, batch(9, rows={2: [(30, 40, Kind.TASK, 0, 5), (50, 0, Kind.TASK, 0, 6)]}))
    run.extend(batch(9, rows={2: [(50, 60, Kind.TASK, 0, 6)], 1: [(11, 11, Kind.SUBMIT, 0, 6)]}))
    assert [flow[0] for flow in plain(run, SUBMIT_START)] == [5, 6]


def test_a_thread_begins_where_it_was_started():
    rows = {1: [(10, 14, Kind.START, 4), (10, 10, Kind.SPAWN, 4, 2)], 2: [(12, 0, Kind.THREAD, 0)]}
    run = run_of(batch(9, story=[process(), name(4, "start worker")], rows=rows))
    assert plain(run, START_FIRST) == [(2, "start worker", 1, 10, 2, 12)]
    run.extend(batch(9, rows={2: [(12, 90, Kind.THREAD, 0)]}))
    assert len(run.flows) == 1


@pytest.mark.parametrize("child_first", [False, True])
def test_a_process_begins_where_it_was_started_whatever_its_other_threads_do(child_first):
    told = [process(7, "forkserver"), process(8, "fork"), thread(40, 40, "MainThread", pid=8, main=True)]
    rows = {40: [(30, 0, Kind.THREAD, 0)], 41: [(35, 0, Kind.THREAD, 0)]}
    child = batch(9, story=told, rows=rows, pid=8)
    parent = batch(9, rows={1: [(10, 10, Kind.SPAWN, 0, 8)]})
    run = run_of(batch(0, story=[process()]), *((child, parent) if child_first else (parent, child)))
    assert plain(run, START_FIRST) == [(8, "", 1, 10, 40, 30)]


def test_a_native_id_that_is_used_again_belongs_to_the_latest_start_before_it():
    run = run_of(batch(0, story=[process()], rows={1: [(10, 10, Kind.SPAWN, 0, 2), (50, 50, Kind.SPAWN, 0, 2)]}))
    run.extend(batch(0, rows={2: [(12, 40, Kind.THREAD, 0)]}))
    again = batch(0, rows={3: [(52, 0, Kind.THREAD, 0)]})
    again.native = dict.fromkeys(again.records, 2)
    run.extend(again)
    assert [(flow[3], flow[5]) for flow in plain(run, START_FIRST)] == [(10, 12), (50, 52)]


def test_the_flows_of_a_span_are_those_that_begin_or_end_in_it():
    rows = {
        1: [(10, 10, Kind.PUT, 0, 1), (20, 20, Kind.PUT, 0, 2), (90, 90, Kind.GET, 0, 3)],
        2: [(30, 30, Kind.GET, 0, 1), (40, 40, Kind.GET, 0, 2), (5, 5, Kind.PUT, 0, 3)],
    }
    run = run_of(batch(9, story=[process()], rows=rows))
    one, two = run.tracks
    assert [flow.flow for flow in run.flows.of_span(one, 15, 95)] == [3, 2]
    assert [flow.flow for flow in run.flows.of_span(two, 30, 30)] == [1]
    assert run.flows.of_span(two, 41, 95) == []


def test_the_longest_flow_can_be_asked_for():
    rows = {1: [(10, 10, Kind.PUT, 0, 1), (20, 20, Kind.PUT, 0, 2), (30, 30, Kind.GET, 0, 1), (90, 90, Kind.GET, 0, 2)]}
    run = run_of(batch(9, story=[process()], rows=rows))
    assert run.flows.longest(PUT_GET).flow == 2
    assert run.flows.longest(SUBMIT_START) is None


@st.composite
def passings(draw):
    """Puts and gets by three threads of three processes, submissions and the tasks they start."""
    told = []
    for flow in range(1, draw(st.integers(0, 14)) + 1):
        begin, length = draw(st.integers(1, 60)), draw(st.integers(0, 39))
        source, target = draw(st.sampled_from([1, 12, 23])), draw(st.sampled_from([4, 15, 26]))
        told.append((ROOT, source, (begin * 100 + flow, begin * 100 + flow, Kind.PUT, 0, flow)))
        told.append((ROOT, target, ((begin + length) * 100 + flow + 20, 0, Kind.GET, 0, flow)))
    return told


def overlapping(told, begin, end):
    puts = {row[4]: row[0] for _, _, row in told if row[2] == Kind.PUT}
    gets = {row[4]: row[0] for _, _, row in told if row[2] == Kind.GET}
    return sorted(flow for flow in puts if puts[flow] < end and gets[flow] >= begin)


@given(passings(), cuts(9999), st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_any_batching_gives_the_same_flows(told, polls, begin, end):
    run = delivered([process()], told, polls, 10_000)
    pairs = run.flows.pairs(PUT_GET)
    assert sorted(pairs.flow.tolist()) == sorted(row[4] for _, _, row in told if row[2] == Kind.PUT)
    assert (pairs.t0[1:] >= pairs.t0[:-1]).all()
    found = [flow for arrays in run.flows.between(begin, end, {PUT_GET}) for flow in arrays.flow.tolist()]
    assert sorted(found) == overlapping(told, begin, end)


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 9)), max_size=12, unique_by=lambda t: t[0]), cuts(99))
@settings(max_examples=100, deadline=None)
def test_any_batching_starts_every_task_once(tasks, polls):
    told = [(ROOT, 21, (2, 2, Kind.SUBMIT, 0, 5))]
    moments = sorted(tasks)
    for number, (begin, length) in enumerate(moments):
        latest = moments[number + 1][0] if number + 1 < len(moments) else 99
        told.append((ROOT, 3, (begin, min(begin + length, latest), Kind.TASK, 0, 5)))
    run = delivered([process()], told, polls, 100)
    assert Counter(run.flows.pairs(SUBMIT_START).t1.tolist()) == Counter(begin for begin, _ in tasks)
    assert run.labels.tasks.t0.view.tolist() == [begin for begin, _ in moments]
    assert run.labels.tasks.t1.view.tolist() == [row[1] for _, _, row in told[1:]]


LOCKED = [process(), name(4, "Lock 1")]


def contended(*after: tuple[int, tuple[int, ...]]):
    """Thread 1 holds the lock that thread 2 waits for from 10 to 30; it gives it back at 28."""
    rows = {
        1: [(1, 0, Kind.THREAD, 0), (28, 28, Kind.RELEASE, 4)],
        2: [(1, 0, Kind.THREAD, 0), (10, 10, Kind.HELD_BY, 4, 1), (10, 30, Kind.LOCK, 4)],
        3: [(1, 0, Kind.THREAD, 0)],
    }
    for tid, row in after:
        rows[tid].append(row)
    return batch(100, story=LOCKED, rows=rows)


def test_a_lock_goes_from_its_release_to_the_thread_that_waited_for_it():
    run = run_of(contended((2, (31, 31, Kind.ACQUIRE, 4))))
    assert plain(run, FlowKind.RELEASE_ACQUIRE) == [(0, "Lock 1", 1, 28, 2, 30)]


def test_a_lock_that_somebody_else_took_first_went_there_and_a_wait_that_ran_out_got_nothing():
    run = run_of(contended((3, (29, 29, Kind.ACQUIRE, 4))))
    assert plain(run, FlowKind.RELEASE_ACQUIRE) == [(0, "Lock 1", 1, 28, 3, 29)]


def test_who_takes_its_own_lock_again_handed_nothing_over():
    run = run_of(contended((1, (29, 29, Kind.ACQUIRE, 4))))
    assert plain(run, FlowKind.RELEASE_ACQUIRE) == []
