"""Tasks of asyncio told in a few records must come out as what each of them did and waited for."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.story import IN, OUT, PREEMPT, ROOT, process, switches, thread
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, ThreadKey
from visualiser.trace.run import Run
from visualiser.trace.states import State

MS = 1_000_000
LOOP, OTHER = 1, 2  # threads, by chain and native id
LIFE = (0, 0, Kind.THREAD)


def told(number, name, label="fetch", **more):
    where = {"file": "script.py", "line": 1}
    return {"ev": "async_task", "pid": ROOT, "t": 0, "number": number, "chain": LOOP, "name": name, "label": label} | (
        where | more
    )


def batch(now, *rows, story=(), thread=LOOP, sampled=0, seen=(), extra=None):
    """``rows``: (t0 ms, t1 ms, kind, number of the task, kind of wait, object); what is left out is 0."""
    filled = [(*row, *(0,) * (6 - len(row))) for row in rows]
    packed = [(t0 * MS, t1 * MS, name, int(kind), int(why), number) for t0, t1, kind, number, why, name in filled]
    key = ThreadKey(ROOT, thread)
    return Batch(
        now=now * MS,
        sampled=sampled * MS,
        story=list(story),
        records={key: np.array(packed, RECORD_DTYPE)} if packed else {},
        native={key: thread},
        switches=switches(*((t * MS, tid, kind) for t, tid, kind in seen)) if seen else None,
    )


def run_of(*batches):
    run = Run()
    run.extend(Batch(now=0, story=[process(), thread(LOOP, LOOP, "MainThread", main=True)]))
    for each in batches:
        run.extend(each)
    return run


def tasks(run):
    return [track for track in run.tracks if track.kind == "task"]


def spans(track):
    every = [track.lane.span(number) for number in range(len(track.lane))]
    return [(s.state.name, s.start // MS, s.end // MS) for s in every if s.state is not State.NONE]


ONE_TASK = (
    LIFE,
    (10, 10, Kind.TASK_READY, 1),
    (20, 30, Kind.STEP, 1),
    (30, 70, Kind.TASK_WAIT, 1, Kind.SLEEP),
    (60, 60, Kind.TASK_READY, 1),
    (70, 80, Kind.STEP, 1),
    (80, 80, Kind.TASK_DONE, 1),
)


def test_a_task_waits_for_its_loop_runs_sleeps_and_waits_for_its_loop_again():
    run = run_of(batch(100, *ONE_TASK, story=[told(1, "Task-1")]))
    (task,) = tasks(run)
    assert spans(task) == [
        ("LOOP", 10, 20), ("READY", 20, 30), ("SLEEP", 30, 60), ("LOOP", 60, 70), ("READY", 70, 80)
    ]  # fmt: skip
    assert (task.name, task.start_ns, task.end_ns) == ("Task-1 fetch", 10 * MS, 80 * MS)
    assert (task.parent, task.pid) == (run.tracks[0], ROOT)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.LOCK, "LOCK"),
        (Kind.QUEUE_GET, "QUEUE"),
        (Kind.IO, "IO"),
        (Kind.FUTURE, "JOIN"),
        (Kind.PROC, "PROC"),
        (0, "UNKNOWN"),
        (1000, "UNKNOWN"),
    ],
)
def test_a_suspended_task_is_in_the_state_of_what_it_awaits(kind, state):
    run = run_of(batch(50, LIFE, (10, 20, Kind.STEP, 1), (20, 0, Kind.TASK_WAIT, 1, kind, 0)))
    assert spans(tasks(run)[0]) == [("READY", 10, 20), (state, 20, 50)]


def test_a_wait_keeps_the_name_of_what_is_awaited_and_a_step_that_of_the_loop():
    names = [
        {"ev": "name", "pid": ROOT, "t": 0, "id": n, "label": label, "file": "script.py", "line": n}
        for n, label in ((1, "Task-1 fetch"), (2, "asyncio.sleep"), (3, "sleep"))
    ]
    rows = (
        LIFE,
        (10, 30, Kind.STEP, 1, 0, 1),
        (20, 25, Kind.SLEEP, 0, 0, 3),
        (30, 0, Kind.TASK_WAIT, 1, Kind.SLEEP, 2),
    )
    run = run_of(batch(50, *rows, story=names))
    lane = tasks(run)[0].lane
    seen = [(lane.span(n).state.name, run.names[lane.span(n).ref].label) for n in range(len(lane))]
    assert seen == [
        ("READY", "Task-1 fetch"), ("SLEEP", "sleep"), ("READY", "Task-1 fetch"), ("SLEEP", "asyncio.sleep")
    ]  # fmt: skip
    loop = run.tracks[0].lane
    assert [run.names[ref].label for ref in loop.ref] == ["", "Task-1 fetch", "sleep", "Task-1 fetch", ""]


def test_in_a_step_a_task_does_what_the_thread_of_its_loop_does():
    seen = [(0, LOOP, IN), (12, LOOP, PREEMPT), (14, LOOP, IN), (20, LOOP, OUT), (25, LOOP, IN), (40, LOOP, OUT)]
    rows = (
        LIFE,
        (10, 30, Kind.STEP, 1),
        (20, 25, Kind.LOCK),
        (30, 0, Kind.TASK_WAIT, 1, Kind.IO),
        (40, 0, Kind.IO),
    )
    run = run_of(batch(50, *rows, sampled=50, seen=seen))
    assert spans(tasks(run)[0]) == [
        ("RUN", 10, 12), ("CORE", 12, 14), ("RUN", 14, 20), ("LOCK", 20, 25), ("RUN", 25, 30), ("IO", 30, 50)
    ]  # fmt: skip


def test_a_task_that_becomes_ready_in_its_own_step_goes_on_waiting_for_the_loop():
    run = run_of(batch(50, LIFE, (10, 30, Kind.STEP, 1), (20, 20, Kind.TASK_READY, 1), (40, 45, Kind.STEP, 1)))
    assert spans(tasks(run)[0]) == [("READY", 10, 30), ("LOOP", 30, 40), ("READY", 40, 45), ("UNKNOWN", 45, 50)]


def test_a_step_that_comes_again_with_its_end_is_the_same_step():
    run = run_of(batch(25, LIFE, (10, 0, Kind.STEP, 1), (20, 20, Kind.TASK_READY, 1)))
    run.extend(batch(50, (10, 30, Kind.STEP, 1)))
    assert spans(tasks(run)[0]) == [("READY", 10, 30), ("LOOP", 30, 50)]


def test_what_goes_on_is_shown_as_it_grows():
    first = batch(25, LIFE, (10, 0, Kind.STEP, 1))
    run = run_of(first)
    assert spans(tasks(run)[0]) == [("READY", 10, 25)]
    assert run.async_tasks.longest == (15 * MS, tasks(run)[0])
    run.extend(batch(50, (10, 40, Kind.STEP, 1), (40, 0, Kind.TASK_WAIT, 1, Kind.SLEEP)))
    run.extend(batch(60))
    assert spans(tasks(run)[0]) == [("READY", 10, 40), ("SLEEP", 40, 60)]
    run.extend(batch(80, (40, 70, Kind.TASK_WAIT, 1, Kind.SLEEP), (65, 65, Kind.TASK_READY, 1), (70, 0, Kind.STEP, 1)))
    assert spans(tasks(run)[0])[1:] == [("SLEEP", 40, 65), ("LOOP", 65, 70), ("READY", 70, 80)]
    assert run.async_tasks.steps == 2


def test_a_sleeper_whose_time_is_up_waits_for_its_loop_though_that_does_not_know_yet():
    sleep = ((20, 0, Kind.TASK_WAIT, 1, Kind.SLEEP), (20, 30, Kind.TASK_DUE, 1))
    first = batch(25, LIFE, (10, 20, Kind.STEP, 1), *sleep)
    woken = batch(60, (20, 50, Kind.TASK_WAIT, 1, Kind.SLEEP), (45, 45, Kind.TASK_READY, 1), (50, 0, Kind.STEP, 1))
    for parts in ((first, woken), (first, batch(40), woken)):
        assert spans(tasks(run_of(*parts))[0]) == [
            ("READY", 10, 20), ("SLEEP", 20, 30), ("LOOP", 30, 50), ("READY", 50, 60)
        ]  # fmt: skip


def test_a_wait_that_was_over_before_its_time_is_due_no_more():
    rows = [LIFE, (10, 20, Kind.STEP, 1), (20, 24, Kind.TASK_WAIT, 1, Kind.SLEEP), (20, 40, Kind.TASK_DUE, 1)]
    rows += [(22, 22, Kind.TASK_READY, 1), (24, 30, Kind.STEP, 1), (30, 0, Kind.TASK_WAIT, 1, Kind.IO)]
    for parts in ((batch(60, *rows),), (batch(35, *rows), batch(60)), (batch(60, *rows[:-1]),)):
        seen = spans(tasks(run_of(*parts))[0])
        assert seen[:4] == [("READY", 10, 20), ("SLEEP", 20, 22), ("LOOP", 22, 24), ("READY", 24, 30)]
        assert [name for name, _, _ in seen[4:]] in (["IO"], ["UNKNOWN"])


def test_a_task_that_nobody_finished_ends_with_the_thread_of_its_loop():
    run = run_of(batch(50, LIFE, (10, 20, Kind.STEP, 1), (20, 0, Kind.TASK_WAIT, 1, Kind.IO)))
    run.finish(60 * MS)
    (task,) = tasks(run)
    assert task.end_ns == 60 * MS
    assert spans(task) == [("READY", 10, 20), ("IO", 20, 60)]


def test_a_killed_step_ends_with_the_thread_of_its_loop():
    rows = ((0, 40, Kind.THREAD), (10, 0, Kind.STEP, 1))
    (task,) = tasks(run_of(batch(50, *rows)))
    assert task.end_ns == 40 * MS
    assert spans(task) == [("READY", 10, 40)]


def test_a_task_may_be_woken_from_another_thread():
    first = batch(20, LIFE, (10, 15, Kind.STEP, 1), (15, 0, Kind.TASK_WAIT, 1, Kind.FUTURE))
    wakes = batch(40, LIFE, (30, 30, Kind.TASK_READY, 1), thread=OTHER)
    run = run_of(first, wakes)
    assert spans(tasks(run)[0]) == [("READY", 10, 15), ("JOIN", 15, 30), ("LOOP", 30, 40)]
    assert tasks(run)[0].parent is run.tracks[0]


def test_steps_are_counted_and_the_longest_found_also_of_tasks_without_a_track():
    rows = (LIFE, (10, 20, Kind.STEP, 1), (20, 50, Kind.STEP, 0), (50, 55, Kind.STEP, 2))
    run = run_of(batch(60, *rows))
    assert run.async_tasks.steps == 3
    assert run.async_tasks.longest == (30 * MS, run.tracks[0])
    assert len(tasks(run)) == 2
    assert Run().async_tasks.longest is None


def test_a_later_name_takes_the_place_of_the_first_and_helpers_are_told_apart():
    run = run_of(batch(20, LIFE, (10, 15, Kind.STEP, 1), story=[told(1, "Task-1")]))
    run.extend(batch(30, (20, 25, Kind.STEP, 2), story=[told(1, "mine"), told(2, "Task-2", helper=True)]))
    assert [(track.kind, track.name) for track in run.tracks[1:]] == [
        ("task", "mine fetch"),
        ("helper", "Task-2 fetch"),
    ]


def some_life(draw, number):
    """Random steps and waits of one task, with gaps, as rows in order of time."""
    rows, t = [], draw.randint(1, 10)
    rows.append((t, t, Kind.TASK_READY, number))
    for _ in range(draw.randint(1, 5)):
        begin = t + draw.randint(1, 6)
        end = begin + draw.randint(2, 8)
        rows.append((begin, end, Kind.STEP, number))
        if draw.random() < 0.3:
            rows.append((end - 1, end - 1, Kind.TASK_READY, number))
            t = end
            continue
        t = end + draw.randint(2, 9)
        ready = draw.randint(end + 1, t)
        why = draw.choice([Kind.SLEEP, Kind.IO, Kind.FUTURE, 0])
        rows.append((end, t + 1, Kind.TASK_WAIT, number, why))
        if draw.random() < 0.5:
            rows.append((end, end + draw.randint(1, 15), Kind.TASK_DUE, number))
        rows.append((ready, ready, Kind.TASK_READY, number))
    if draw.random() < 0.5:
        rows += [(t + 1, t + 3, Kind.STEP, number), (t + 3, t + 3, Kind.TASK_DONE, number)]
    return rows


def known_by(now, rows, before):
    """What a collector delivers of ``rows`` at ``now``: the new, open if need be, and what was closed meanwhile."""
    closed = [row for row in rows if row[0] < before <= row[1] < now and row[2] != Kind.TASK_DUE]
    fresh = [
        row if row[1] < now or row[2] == Kind.TASK_DUE else (row[0], 0, *row[2:])
        for row in rows
        if before <= row[0] < now
    ]
    return closed + fresh


def lane_of(run):
    lane = tasks(run)[0].lane
    return lane.t.tolist(), lane.state.tolist(), lane.ref.tolist(), lane.now


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 119), max_size=12, unique=True))
def test_any_cut_into_batches_gives_the_same_lane_without_holes(seed, cuts):
    rows = sorted(some_life(random.Random(seed), 1), key=lambda row: row[0])
    sleeps = [(begin + 1, end, Kind.SLEEP) for begin, end, kind, *_ in rows if kind == Kind.STEP]
    rows = [LIFE, *sorted(rows + sleeps, key=lambda row: row[0])]
    at_once = run_of(batch(120, *known_by(120, rows, 0)))
    in_parts = run_of()
    before = 0
    for now in [*sorted(cuts), 120]:
        in_parts.extend(batch(now, *known_by(now, rows, before)))
        before = now
    assert lane_of(in_parts) == lane_of(at_once)
    (task,) = tasks(at_once)
    assert spans(task)[0][1] * MS == task.start_ns
    assert (np.diff(task.lane.t) > 0).all()
    assert in_parts.async_tasks.steps == at_once.async_tasks.steps == sum(row[2] == Kind.STEP for row in rows)
