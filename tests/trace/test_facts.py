"""Every fact against a run so small that its value can be worked out by hand."""

import pytest

from tests.trace.story import IN, OUT, PREEMPT, batch, name, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.run import Run

MS = 1_000_000
MAIN = [process(), thread(1, 1, "MainThread", main=True)]
LIFE = {1: [(1, 0, Kind.THREAD, 0)]}


def facts(*batches, end: int | None = None) -> dict:
    run = Run()
    for each in batches:
        run.extend(each)
    if end is not None:
        run.finish(end)
    return values_of(facts_of(run))


def start(t: int) -> dict:
    return {"ev": "start", "pid": 100, "t": t}


def sampled(rows: dict, seen: list, now: int = 100 * MS, story=(), gil: bool = True, **more) -> dict:
    """Facts of threads of one process, ids from 1, of which 1 is the main thread; the script begins at 1 ns."""
    born = {tid: [(1, 0, Kind.THREAD, 0), *some] for tid, some in rows.items()}
    told = [process(gil=gil), *MAIN[1:], start(1), *story]
    return facts(batch(now, sampled=now, story=told, rows=born, seen=sorted(seen), **more), end=now)


def ran(tid: int, *moments: int, until=OUT) -> list:
    """On a core from … to …, in ms."""
    return [(when * MS + 1, tid, until if number % 2 else IN) for number, when in enumerate(moments)]


def test_the_own_results_and_knobs_of_a_script_are_facts_but_what_was_computed_comes_first():
    told = {"ev": "results", "pid": 100, "t": 5, "values": {"lost": 3, "GAP": "none", "wall_s": 77, "done": True}}
    run = Run()
    run.extend(batch(50, story=[*MAIN, start(1), told], rows=LIFE))
    found = facts_of(run)
    assert (found["lost"].value, found["GAP"].value, found["done"].value) == (3, "none", True)
    assert (found["wall_s"].value, found["wall_s"].unit) == (pytest.approx(49e-9), "s")
    assert all(fact.name == key and fact.words for key, fact in found.items())


def test_the_wall_time_ends_with_the_script_though_more_is_known():
    run = Run()
    run.extend(batch(50 * MS, story=[*MAIN, start(10 * MS)], rows=LIFE))
    assert values_of(facts_of(run))["wall_s"] == pytest.approx(0.040)
    run.finish(30 * MS)
    assert values_of(facts_of(run))["wall_s"] == pytest.approx(0.020)


def test_an_empty_run_tells_nothing_of_what_it_does_not_know():
    found = facts()
    assert not {"wall_s", "pids", "run_s", "cores_used", "overlap_percent", "start_up_s", "task_ms"} & found.keys()
    assert not {"queue_depth_max", "transit_ms", "out_of_order", "frame_ms_max", "sent", "handovers"} & found.keys()


def test_who_took_part():
    story = [
        *MAIN,
        thread(2, 2, "Thread-1"),
        thread(3, 3, "feeder", helper=True),
        process(8, "tracker"),
        thread(5, 5, "MainThread", pid=8, main=True),
        process(9, "fork", name="Worker-1"),
        thread(4, 4, "MainThread", pid=9, main=True),
        {"ev": "error", "pid": 100, "t": 3, "type": "ValueError", "text": "", "file": None, "line": None},
        {"ev": "child_exit", "pid": 100, "t": 4, "child": 9, "code": -9},
    ]
    rows = {tid: [(1, 0, Kind.THREAD, 0)] for tid in (1, 2, 3)}
    found = facts(
        batch(50, story=story, rows=rows),
        batch(50, rows={4: [(1, 0, Kind.THREAD, 0)]}, pid=9),
        batch(50, rows={5: [(1, 0, Kind.THREAD, 0)]}, pid=8),
    )
    names = ("pids", "processes", "threads", "async_tasks", "workers", "errors", "killed")
    assert [found[one] for one in names] == [2, 1, 1, 0, 2, 1, 1]


def test_seconds_in_states_are_the_workers_and_the_main_threads_apart():
    rows = {
        1: [(10 * MS, 90 * MS, Kind.JOIN, 0)],
        2: [(10 * MS, 30 * MS, Kind.SLEEP, 0), (40 * MS, 45 * MS, Kind.LOCK, 0)],
        3: [(10 * MS, 40 * MS, Kind.SLEEP, 0)],
    }
    born = {tid: [(1, 0, Kind.THREAD, 0), *some] for tid, some in rows.items()}
    found = facts(batch(100 * MS, story=[*MAIN, start(1)], rows=born))
    assert found["sleep_s"] == pytest.approx(0.050)
    assert found["lock_s"] == pytest.approx(0.005)
    assert (found["main_join_s"], found["join_s"], found["main_sleep_s"]) == (pytest.approx(0.080), 0, 0)
    assert not {"run_s", "gil_s", "core_s", "unknown_s", "main_run_s", "loop_s"} & found.keys()
    assert not {"cores_used", "overlap_percent", "overlap_in_process_percent", "handovers", "turn_ms"} & found.keys()


def test_the_workers_lives_are_added_up_and_without_core_switches_their_share_of_a_core_is_not_known():
    rows = {tid: [(tid, 0, Kind.THREAD, 0)] for tid in (1, 2, 3)}
    found = facts(batch(100 * MS, story=[*MAIN, start(1)], rows=rows))
    assert found["lives_s"] == pytest.approx(0.2, abs=1e-6)
    assert "run_percent" not in found
    seen = [(0, tid, OUT) for tid in (2, 3)] + [*ran(1, 0, 10), *ran(2, 20, 60), *ran(3, 60, 80)]
    found = sampled({1: [], 2: [], 3: []}, seen)
    assert found["lives_s"] == pytest.approx(0.2, abs=1e-6)
    assert found["run_percent"] == pytest.approx(100 * 60 / 200)
    assert "lives_s" not in facts(batch(100 * MS, story=[*MAIN, start(1)], rows={1: rows[1]}))


def test_cores_and_overlap_of_threads():
    seen = [*ran(1, 0, 10, 80, 100), *ran(2, 20, 60), *ran(3, 40, 80)]
    # With a GIL, the threads of one process do not run at once.
    found = sampled({1: [], 2: [], 3: []}, [(0, tid, OUT) for tid in (2, 3)] + seen, gil=False)
    # 10 ms main, 20 … 40 one, 40 … 60 two, 60 … 80 one, 80 … 100 main: 110 ms of cores in 90 ms
    assert found["cores_used"] == pytest.approx(110 / 90)
    assert found["overlap_percent"] == pytest.approx(100 * 20 / 60)
    assert found["overlap_in_process_percent"] == pytest.approx(100 * 20 / 60)


def test_processes_overlap_without_their_threads_doing_so():
    now = 100 * MS
    story = [process(7, "fork"), thread(4, 4, "MainThread", pid=7, main=True)]
    parent = batch(
        now,
        story=[*MAIN, start(1), *story],
        sampled=0,
        rows={tid: [(1, 0, Kind.THREAD, 0)] for tid in (1, 2)},
    )
    child = batch(0, rows={4: [(1, 0, Kind.THREAD, 0)]}, pid=7)
    seen = sorted([(0, 1, OUT), (0, 2, OUT), (0, 4, OUT), *ran(2, 20, 60), *ran(4, 40, 80)])
    run = Run()
    parent.now = 0
    for each in (parent, child, batch(now, sampled=now, seen=seen)):
        run.extend(each)
    found = values_of(facts_of(run))
    assert found["cores_used"] == pytest.approx(80 / 60)
    assert found["overlap_percent"] == pytest.approx(100 * 20 / 60)
    assert found["overlap_in_process_percent"] == 0
    assert (found["pids"], found["workers"]) == (2, 2)


def sharing_the_gil() -> list:
    """Threads 2 and 3 hand the GIL to and fro at 10, 20 and 35 ms; 3 looks for it at 15 and 25 ms."""
    return [
        (0, 1, OUT),
        *ran(2, 0, 10),
        (2, 3, OUT),
        *ran(3, 10, 20),
        (15 * MS, 2, IN),
        (15 * MS + 20_000, 2, OUT),
        *ran(2, 20, 35),
        (25 * MS, 3, IN),
        (25 * MS + 20_000, 3, OUT),
        *ran(3, 35, 40),
    ]


def test_hand_overs_are_from_thread_to_thread_and_a_look_at_the_gil_is_none():
    rows = {1: [(5, 0, Kind.JOIN, 0)], 2: [], 3: [(40 * MS, 0, Kind.SLEEP, 0)]}
    found = sampled(rows, sharing_the_gil(), now=40 * MS + 9)
    assert found["gil"] is True
    assert found["handovers"] == 3
    # Turns: the main thread's 1 ns, 10, 10, 15 and 5 ms.
    assert found["turn_ms"] == pytest.approx(10, abs=0.001)
    # To ask for the GIL is to wait for it.
    assert found["gil_s"] == pytest.approx(0.010 + 0.010 + 0.015 + 0.005, abs=1e-6)


def test_a_sleeper_that_finds_the_gil_free_takes_no_hand_over():
    rows = {1: [(5, 0, Kind.JOIN, 0)], 2: [(10 * MS, 0, Kind.SLEEP, 0)], 3: [(2, 30 * MS + 10, Kind.SLEEP, 0)]}
    seen = [(0, 1, OUT), *ran(2, 0, 10), (3, 3, OUT), *ran(3, 30, 40)]
    found = sampled(rows, seen, now=45 * MS)
    assert found["handovers"] == 0
    assert "turn_ms" not in found


def test_being_pushed_off_a_core_is_no_end_of_a_turn():
    rows = {1: [(5, 0, Kind.JOIN, 0)], 2: [], 3: []}
    seen = [(0, 1, OUT), (1, 2, IN), (2, 3, OUT), *ran(2, 0, 4, until=PREEMPT), *ran(2, 6, 10), *ran(3, 10, 20)]
    found = sampled(rows, seen, now=21 * MS)
    assert found["handovers"] == 1
    assert found["turn_ms"] == pytest.approx(10, abs=0.01)


def test_without_a_gil_there_are_no_hand_overs():
    story = [process(gil=False), thread(1, 1, "MainThread", main=True), start(1)]
    rows = {tid: [(1, 0, Kind.THREAD, 0)] for tid in (1, 2, 3)}
    found = facts(batch(45 * MS, sampled=45 * MS, story=story, rows=rows, seen=sorted(sharing_the_gil())))
    assert found["gil"] is False
    assert not {"handovers", "turn_ms"} & found.keys()


def test_starting_is_from_the_start_to_the_childs_own_code_each_moment_once():
    story = [
        *MAIN,
        start(1),
        process(7, "spawn"),
        thread(70, 70, "MainThread", pid=7, main=True),
        {"ev": "process_name", "pid": 7, "t": 50 * MS, "name": "SpawnProcess-1"},
        process(8, "fork"),
        thread(80, 80, "MainThread", pid=8, main=True),
        {"ev": "process_name", "pid": 8, "t": 60 * MS, "name": "ForkProcess-2"},
    ]
    rows = {
        1: [
            *LIFE[1],
            (10 * MS, 10 * MS, Kind.SPAWN, 0, 7),
            (40 * MS, 40 * MS, Kind.SPAWN, 0, 8),
            (80 * MS, 80 * MS, Kind.SPAWN, 0, 2),
        ],
        2: [(81 * MS, 0, Kind.THREAD, 0)],
    }
    found = facts(
        batch(0, story=story, rows=rows),
        batch(0, rows={70: [(30 * MS, 0, Kind.THREAD, 0), (31 * MS, 45 * MS, Kind.IMPORT, 0)]}, pid=7),
        batch(100 * MS, rows={80: [(41 * MS, 0, Kind.THREAD, 0), (42 * MS, 47 * MS, Kind.IMPORT, 0)]}, pid=8),
    )
    assert found["start_up_s"] == pytest.approx(0.051)
    assert found["start_up_percent"] == pytest.approx(51, rel=1e-6)
    assert found["imports_s"] == pytest.approx(0.016)


def tasks(*every: tuple[int, int, int, int], submits: dict[int, int]) -> dict:
    """Tasks as (worker, begin ms, end ms, flow), submissions as flow: ms."""
    rows: dict = {1: [*LIFE[1], *((t * MS, t * MS, Kind.SUBMIT, 0, flow) for flow, t in submits.items())]}
    for worker, begin, end, flow in every:
        rows.setdefault(worker, [(1, 0, Kind.THREAD, 0)]).append((begin * MS, end * MS, Kind.TASK, 0, flow))
    return facts(batch(100 * MS, story=[*MAIN, start(1)], rows=rows))


def test_tasks_and_their_order():
    found = tasks((2, 10, 40, 1), (3, 10, 20, 2), (3, 21, 25, 3), (2, 40, 41, 4), submits={1: 1, 2: 2, 3: 3, 4: 4})
    assert (found["tasks"], found["task_workers"], found["task_pids"]) == (4, 2, 1)
    assert found["task_ms"] == pytest.approx(7)
    assert found["submit_wait_ms"] == pytest.approx((9 + 18) / 2)
    assert (found["out_of_order"], found["first_done"]) == (2, 2)


def test_a_task_that_is_not_done_lets_later_ones_be_out_of_order():
    found = tasks((2, 10, 0, 1), (3, 10, 20, 2), submits={1: 1, 2: 2, 3: 3})
    assert (found["out_of_order"], found["first_done"]) == (1, 2)


def test_a_cancelled_task_is_never_done():
    found = tasks((2, 10, 30, 2), submits={1: 1, 2: 2})
    assert (found["out_of_order"], found["first_done"]) == (1, 2)


def test_the_chunks_of_one_map_have_no_order():
    found = tasks((2, 10, 40, 1), (3, 10, 20, 1), (3, 50, 60, 2), submits={1: 1, 2: 2})
    assert found["out_of_order"] == 0
    assert "first_done" not in found


def test_no_order_is_claimed_where_a_submission_is_not_known():
    found = tasks((2, 10, 40, 0), (3, 10, 20, 2), submits={2: 2})
    assert not {"out_of_order", "first_done"} & found.keys()
    assert found["tasks"] == 2
    assert tasks(submits={})["tasks"] == 0


def test_queues():
    rows = {
        1: [*LIFE[1], *((t * MS, t * MS, Kind.PUT, 0, flow) for t, flow in ((10, 1), (11, 2), (12, 3), (30, 4)))],
        2: [(1, 0, Kind.THREAD, 0), *((t * MS, t * MS, Kind.GET, 0, flow) for t, flow in ((20, 1), (25, 2), (32, 3)))],
    }
    found = facts(batch(100 * MS, story=[*MAIN, start(1)], rows=rows))
    assert (found["puts"], found["gets"], found["queue_depth_max"]) == (4, 3, 3)
    assert found["transit_ms"] == pytest.approx(14)


def test_locks():
    rows = {
        1: [*LIFE[1], (10, 10, Kind.HELD_BY, 4, 2), (10, 0, Kind.LOCK, 4)],
        2: [(1, 0, Kind.THREAD, 0), (20, 20, Kind.HELD_BY, 5, 1), (20, 60, Kind.LOCK, 5)],
    }
    story = [*MAIN, start(1), name(4, "Lock 1"), name(5, "Lock 2")]
    found = facts(batch(50, story=story, rows=rows), batch(90))
    assert (found["lock_waits"], found["deadlocked"]) == (2, True)
    rows[1].pop()
    assert facts(batch(90, story=story, rows=rows))["deadlocked"] is False
    assert facts(batch(90, story=story))["deadlocked"] is False


def test_a_lock_that_does_not_tell_its_holder_leaves_it_open_whether_there_was_a_deadlock():
    rows = {1: [*LIFE[1], (10, 20, Kind.LOCK, 0)]}
    found = facts(batch(90, story=[*MAIN, start(1)], rows=rows))
    assert found["lock_waits"] == 1
    assert "deadlocked" not in found


def test_starting_belongs_to_the_phase_in_which_it_was():
    story = [*MAIN, start(1), name(1, "Threads"), name(2, "Nothing")]
    rows = {
        1: [
            *LIFE[1],
            (10 * MS, 10 * MS, Kind.PHASE, 1),
            (20 * MS, 20 * MS, Kind.SPAWN, 0, 2),
            (60 * MS, 60 * MS, Kind.PHASE, 2),
        ],
        2: [(24 * MS, 0, Kind.THREAD, 0)],
    }
    found = facts(batch(0, story=story, rows=rows), batch(90 * MS))
    assert found["threads_start_up_s"] == pytest.approx(0.004)
    assert "nothing_start_up_s" not in found


def test_frames_of_the_run_and_of_its_phases():
    frames = [(t * MS, t * MS, Kind.FRAME, 0, length * MS) for t, length in ((10, 10), (30, 20), (90, 60))]
    headings = [(1 * MS, 1 * MS, Kind.PHASE, 1), (32 * MS, 32 * MS, Kind.PHASE, 2)]
    story = [*MAIN, start(1), name(1, "Calm"), name(2, "Frozen")]
    rows = {1: sorted([*LIFE[1], *frames, *headings])}
    found = facts(batch(95 * MS, story=story, rows=rows), end=96 * MS)
    assert (found["frames"], found["frame_ms_median"], found["frame_ms_max"]) == (3, 20, 60)
    assert (found["calm_frame_ms_median"], found["calm_frame_ms_max"], found["frozen_frame_ms_max"]) == (15, 20, 60)


def test_phases():
    story = [name(1, "One by one"), name(2, "In threads")]
    rows = {1: [(10 * MS, 10 * MS, Kind.PHASE, 1), (50 * MS, 50 * MS, Kind.PHASE, 2)], 2: [], 3: []}
    seen = [(0, 1, OUT), (0, 2, OUT), (0, 3, OUT), *ran(2, 10, 30, 60, 70), *ran(3, 30, 50, 60, 80)]
    born = {tid: [(1, 0, Kind.THREAD, 0), *some] for tid, some in rows.items()}
    told = [process(gil=False), *MAIN[1:], start(1), *story]  # with a GIL, threads do not run at once
    first = batch(90 * MS, sampled=90 * MS, story=told, rows=born, seen=sorted(seen))
    running = facts(first)
    assert (running["phases"], running["one_by_one_s"]) == (2, pytest.approx(0.040))
    assert "in_threads_s" not in running
    found = facts(first, end=90 * MS)
    assert (found["one_by_one_speedup"], found["in_threads_s"]) == (1, pytest.approx(0.040))
    assert found["in_threads_speedup"] == pytest.approx(1)
    assert (found["one_by_one_cores_used"], found["one_by_one_overlap_percent"]) == (pytest.approx(1), 0)
    assert found["in_threads_cores_used"] == pytest.approx(1.5)
    assert found["in_threads_overlap_percent"] == pytest.approx(50)


def test_task_queues():
    marks = [(10, Kind.SUBMIT), (11, Kind.SUBMIT), (12, Kind.RECEIVED), (13, Kind.SUCCEEDED), (14, Kind.RETRIED)]
    rows = {1: [*LIFE[1], *((t, t, kind, 0, 5) for t, kind in marks)]}
    found = facts(batch(90, story=[*MAIN, start(1)], rows=rows))
    assert [found[one] for one in ("sent", "received", "succeeded", "failed", "retried")] == [2, 1, 1, 0, 1]
