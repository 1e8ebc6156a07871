"""The wait-for graph must be the truth at every moment, and a deadlock must be one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.batching import cuts
from tests.trace.story import batch, name, process
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run

A, B = 1, 2  # names of the locks
STORY = [process(), name(A, "Lock 1"), name(B, "Lock 2")]
LOCK, HELD_BY, ACQUIRE, RELEASE = Kind.LOCK, Kind.HELD_BY, Kind.ACQUIRE, Kind.RELEASE


def run_of(*batches) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    return run


def shape(run: Run, when=None) -> tuple[list, list, list]:
    graph = run.lock_holders.graph(when)
    waits = [(track.tid, str(lock)) for track, lock in graph.waits]
    holds = [(str(lock), track.tid) for lock, track in graph.holds]
    return waits, holds, [track.tid for track in graph.cycle]


def waiting(t0: int, t1: int, lock: int, holder: int) -> list[tuple[int, ...]]:
    """A thread waits for a lock that another one holds."""
    return [(t0, t0, HELD_BY, lock, holder), (t0, t1, LOCK, lock)]


BIRTHS = {tid: [(1, 0, Kind.THREAD, 0)] for tid in (1, 2, 3)}


def test_a_thread_waits_for_a_lock_that_another_one_holds():
    rows = {**BIRTHS, 2: [*BIRTHS[2], *waiting(10, 30, A, 1)]}
    run = run_of(batch(50, story=STORY, rows=rows))
    assert shape(run, 9) == ([], [], [])
    assert shape(run, 10) == ([(2, "Lock 1")], [("Lock 1", 1)], [])
    assert shape(run, 29) == ([(2, "Lock 1")], [("Lock 1", 1)], [])
    assert shape(run, 30) == shape(run) == ([], [], [])
    graph = run.lock_holders.graph(15)
    assert [track.tid for track in graph.threads] == [1, 2]
    assert [(lock.pid, lock.label) for lock in graph.locks] == [(100, "Lock 1")]


def test_a_lock_goes_from_holder_to_holder_while_others_wait():
    rows = {
        1: [*BIRTHS[1], (30, 30, RELEASE, A)],
        2: [*BIRTHS[2], *waiting(10, 31, A, 1), (32, 32, ACQUIRE, A)],
        3: [*BIRTHS[3], *waiting(20, 0, A, 1)],
    }
    run = run_of(batch(50, story=STORY, rows=rows))
    assert shape(run, 25) == ([(2, "Lock 1"), (3, "Lock 1")], [("Lock 1", 1)], [])
    assert shape(run, 30) == ([(2, "Lock 1"), (3, "Lock 1")], [], [])
    assert shape(run) == ([(3, "Lock 1")], [("Lock 1", 2)], [])
    assert run.lock_holders.deadlocks == []


def crossed(first_end: int = 0, second_end: int = 0) -> dict:
    """Thread 1 has lock A and wants B, thread 2 the other way round."""
    return {
        1: [*BIRTHS[1], *waiting(10, first_end, B, 2)],
        2: [*BIRTHS[2], *waiting(20, second_end, A, 1)],
        3: BIRTHS[3],
    }


def test_two_threads_that_wait_for_each_other_are_a_deadlock_since_the_second_waits():
    run = run_of(batch(50, story=STORY, rows=crossed()))
    assert shape(run, 15)[2] == []
    assert shape(run) == ([(1, "Lock 2"), (2, "Lock 1")], [("Lock 1", 1), ("Lock 2", 2)], [1, 2])
    assert run.lock_holders.deadlock_since == 20
    assert [(d.begin, d.end) for d in run.lock_holders.deadlocks] == [(20, None)]


def test_a_time_out_breaks_a_deadlock():
    run = run_of(batch(50, story=STORY, rows=crossed()), batch(90, rows={1: [(10, 70, LOCK, B)]}))
    assert run.lock_holders.deadlock_since is None
    (past,) = run.lock_holders.deadlocks
    assert ([t.tid for t in past.threads], past.begin, past.end, past.broken) == ([1, 2], 20, 70, True)
    assert shape(run, 69)[2] == [1, 2]
    assert shape(run)[2] == []
    lasting = run.lock_holders.lasting
    assert [lasting(19), lasting(20), lasting(69), lasting(70), lasting()] == [[], [past], [past], [], []]


def test_a_deadlock_that_was_over_before_anybody_looked_is_remembered():
    run = run_of(batch(50, story=STORY, rows=crossed(first_end=30, second_end=40)))
    assert [(d.begin, d.end) for d in run.lock_holders.deadlocks] == [(20, 30)]


def test_a_deadlock_that_somebody_ended_from_outside_was_not_broken():
    run = run_of(batch(50, story=STORY, rows=crossed()))
    run.finish(80)
    assert [(d.begin, d.end, d.broken) for d in run.lock_holders.deadlocks] == [(20, 80, False)]


def test_three_threads_in_a_circle_and_one_that_waits_outside_it():
    c = name(3, "Lock 3")
    rows = {
        1: [*BIRTHS[1], *waiting(10, 0, B, 2)],
        2: [*BIRTHS[2], *waiting(20, 0, 3, 3)],
        3: [*BIRTHS[3], *waiting(30, 0, A, 1)],
        4: [(1, 0, Kind.THREAD, 0), *waiting(5, 0, A, 1)],
    }
    run = run_of(batch(50, story=[*STORY, c], rows=rows))
    assert shape(run)[2] == [1, 2, 3]
    assert run.lock_holders.deadlock_since == 30
    assert len(run.lock_holders.deadlocks) == 1


def test_a_thread_that_waits_for_its_own_lock_is_a_deadlock():
    run = run_of(batch(50, story=STORY, rows={1: [*BIRTHS[1], *waiting(10, 0, A, 1)]}))
    assert shape(run)[2] == [1]


def test_who_held_a_lock_long_ago_is_not_taken_for_its_holder():
    rows = {
        1: [*BIRTHS[1], (40, 0, LOCK, B)],
        2: [*BIRTHS[2], *waiting(10, 30, A, 1), (50, 0, LOCK, A)],
    }
    run = run_of(batch(60, story=STORY, rows=rows))
    assert shape(run) == ([(1, "Lock 2"), (2, "Lock 1")], [], [])
    assert not run.lock_holders.knows_all_holders


def test_locks_of_one_name_in_two_processes_are_two():
    child = [process(7, "fork"), name(A, "Lock 1", pid=7), name(B, "Lock 2", pid=7)]
    one = batch(50, story=STORY, rows={1: [*BIRTHS[1], *waiting(10, 0, B, 2)], 2: BIRTHS[2]})
    other = batch(50, story=child, rows={4: [(1, 0, Kind.THREAD, 0), *waiting(20, 0, A, 1)]}, pid=7)
    assert shape(run_of(one, other))[2] == []


def test_a_wait_is_counted_once_though_it_comes_open_and_closed():
    run = run_of(batch(50, story=STORY, rows=crossed()), batch(90, rows={1: [(10, 70, LOCK, B)]}))
    assert sum(run.lock_holders.waits.values()) == 2


@pytest.mark.parametrize("kind", [RELEASE, ACQUIRE])
def test_marks_of_locks_nobody_waits_for_say_nothing(kind):
    run = run_of(batch(50, story=STORY, rows={1: [*BIRTHS[1], (10, 10, kind, A)]}))
    assert shape(run) == ([], [], [])
    assert run.lock_holders.knows_all_holders


def test_what_another_thread_tells_of_one_that_waits_for_the_same_lock_is_out_of_date():
    rows = {
        1: [*BIRTHS[1], *waiting(10, 0, A, 3)],
        2: [*BIRTHS[2], *waiting(20, 0, A, 1)],
        3: BIRTHS[3],
    }
    run = run_of(batch(50, story=STORY, rows=rows))
    assert shape(run) == ([(1, "Lock 1"), (2, "Lock 1")], [("Lock 1", 3)], [])


def test_who_looks_first_and_tells_afterwards_may_be_out_of_date():
    rows = {
        1: [*BIRTHS[1], (23, 23, RELEASE, A)],
        2: [*BIRTHS[2], (20, 0, LOCK, A), (25, 25, HELD_BY, A, 1)],
        3: [*BIRTHS[3], (24, 24, ACQUIRE, A)],
    }
    assert shape(run_of(batch(50, story=STORY, rows=rows))) == ([(2, "Lock 1")], [("Lock 1", 3)], [])


def test_a_lock_that_was_just_changing_hands_tells_nothing_and_is_no_lock_that_does_not_tell():
    rows = {1: [*BIRTHS[1], (19, 19, ACQUIRE, A)], 2: [*BIRTHS[2], *waiting(20, 0, A, 0)], 3: BIRTHS[3]}
    run = run_of(batch(50, story=STORY, rows=rows))
    assert shape(run) == ([(2, "Lock 1")], [("Lock 1", 1)], [])
    assert run.lock_holders.knows_all_holders


def test_a_circle_whose_lock_changes_hands_never_was_a_deadlock():
    rows = crossed()
    rows[3] = [*BIRTHS[3], (25, 25, ACQUIRE, A)]
    run = run_of(batch(22, story=STORY, rows=until(rows, 0, 22)))
    assert run.lock_holders.deadlock_since == 20
    run.extend(batch(50, rows=until(rows, 22, 50)))
    assert (run.lock_holders.deadlock_since, run.lock_holders.deadlocks) == (None, [])


@st.composite
def struggles(draw):
    """Three threads wait for two locks, each wait telling some holder, in any order."""
    rows = {}
    for tid in (1, 2, 3):
        moments = sorted(draw(st.lists(st.integers(2, 95), max_size=8, unique=True)))
        rows[tid] = [(1, 0, Kind.THREAD, 0)]
        for begin, end in zip(moments[::2], moments[1::2], strict=False):
            rows[tid] += waiting(begin, end, draw(st.sampled_from([A, B])), draw(st.sampled_from([1, 2, 3])))
    return rows


def until(rows: dict, since: int, now: int) -> dict:
    """What a poll at ``now`` delivers after one at ``since``."""
    found = {}
    for tid, some in rows.items():
        began = [(r[0], r[1] if r[1] <= now else 0, *r[2:]) for r in some if since < r[0] <= now]
        ended = [r for r in some if r[0] <= since < r[1] <= now]
        if began or ended:
            found[tid] = [*ended, *began]
    return found


@given(struggles(), cuts(99))
@settings(max_examples=150, deadline=None)
def test_any_batching_gives_the_same_graphs_and_deadlocks(rows, polls):
    whole = run_of(batch(100, story=STORY, rows=until(rows, 0, 100)))
    parts, since = run_of(batch(0, story=STORY)), 0
    for now in [*sorted(polls), 100]:
        parts.extend(batch(now, rows=until(rows, since, now)))
        since = now
    assert [shape(parts, when) for when in range(100)] == [shape(whole, when) for when in range(100)]
    assert plain(parts) == plain(whole)
    for deadlock in whole.lock_holders.deadlocks:
        assert shape(whole, deadlock.begin)[2]


def plain(run: Run) -> list[tuple]:
    return [([t.tid for t in d.threads], d.begin, d.end, d.broken) for d in run.lock_holders.deadlocks]
