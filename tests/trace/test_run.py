"""Runs told in a few words must come out as the states a kernel trace would show."""

import pytest

from tests.trace.story import IN, OUT, PREEMPT, ROOT, batch, name, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run
from visualiser.trace.states import State

MS = 1_000_000


def spans(run: Run, tid: int) -> list[tuple[str, int, int]]:
    """(state, start ms, end ms) of one thread."""
    lane = next(track.lane for track in run.tracks if track.tid == tid)
    every = [lane.span(number) for number in range(len(lane))]
    return [(s.state.name, s.start // MS, s.end // MS) for s in every if s.state is not State.NONE]


def run_of(*batches) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    return run


def test_without_a_sampler_only_recorded_waits_are_told_apart():
    run = run_of(
        batch(
            100 * MS,
            story=[process(), thread(1, 1, "MainThread", main=True)],
            rows={1: [(10 * MS, 0, Kind.THREAD, 0), (20 * MS, 50 * MS, Kind.SLEEP, 0), (60 * MS, 0, Kind.JOIN, 0)]},
        )
    )
    assert spans(run, 1) == [("READY", 10, 20), ("SLEEP", 20, 50), ("READY", 50, 60), ("JOIN", 60, 100)]


def test_without_a_sampler_a_sleep_whose_time_is_over_wants_to_go_on():
    rows = {1: [(0, 0, Kind.THREAD, 0), (10 * MS, 0, Kind.SLEEP, 0, 20 * MS)]}
    first = batch(20 * MS, story=[process()], rows=rows)
    run = run_of(first, batch(40 * MS))
    assert spans(run, 1)[1:] == [("SLEEP", 10, 30), ("RESUME", 30, 40)]
    run.extend(batch(60 * MS, rows={1: [(10 * MS, 45 * MS, Kind.SLEEP, 0, 20 * MS)]}))
    assert spans(run, 1)[1:] == [("SLEEP", 10, 30), ("RESUME", 30, 45), ("READY", 45, 60)]


def test_without_a_sampler_a_wait_for_a_lock_that_was_given_back_wants_to_go_on():
    lock = name(7, "Lock 1")
    rows = {
        1: [(0, 0, Kind.THREAD, 0), (30 * MS, 30 * MS, Kind.RELEASE, 7)],
        2: [(0, 0, Kind.THREAD, 0), (10 * MS, 0, Kind.LOCK, 7)],
    }
    run = run_of(batch(40 * MS, story=[process(), lock], rows=rows))
    assert spans(run, 2) == [("READY", 0, 10), ("LOCK", 10, 30), ("RESUME", 30, 40)]
    taken = [(42 * MS, 42 * MS, Kind.ACQUIRE, 7)]
    run.extend(batch(50 * MS, rows={1: taken, 2: [(10 * MS, 0, Kind.LOCK, 7)]}))
    assert spans(run, 2)[1:] == [("LOCK", 10, 30), ("RESUME", 30, 42), ("LOCK", 42, 50)], "another one was quicker"


def test_an_open_wait_is_closed_when_its_end_arrives():
    first = batch(30 * MS, story=[process()], rows={1: [(0, 0, Kind.THREAD, 0), (20 * MS, 0, Kind.LOCK, 0)]})
    later = batch(90 * MS, rows={1: [(20 * MS, 70 * MS, Kind.LOCK, 0)]})
    assert spans(run_of(first, later), 1) == [("READY", 0, 20), ("LOCK", 20, 70), ("READY", 70, 90)]


def two_threads_share_the_gil() -> tuple[dict, list]:
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [
        (0, 1, IN),
        (0, 2, IN),
        (100, 2, OUT),  # wants the GIL that thread 1 has
        (5 * MS, 1, OUT),
        (5 * MS + 50_000, 2, IN),
        (10 * MS, 2, OUT),
        (10 * MS + 50_000, 1, IN),
        (12 * MS, 1, PREEMPT),  # pushed off its core with the GIL in hand
        (14 * MS, 1, IN),
    ]
    return rows, seen


def test_blocking_beside_a_running_sibling_is_waiting_for_the_gil():
    rows, seen = two_threads_share_the_gil()
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    names = [name for name, _, _ in spans(run, 1)]
    assert names == ["RUN", "GIL", "RUN", "CORE", "RUN"]
    assert [name for name, _, _ in spans(run, 2)] == ["GIL", "RUN", "GIL"], "to ask for the GIL is to wait for it"
    assert spans(run, 2)[-1] == ("GIL", 10, 20)


def test_on_a_build_without_gil_nobody_waits_for_it():
    rows, seen = two_threads_share_the_gil()
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process(gil=False)], rows=rows, seen=seen))
    assert all(name != "GIL" for tid in (1, 2) for name, _, _ in spans(run, tid))


def test_a_sleeper_beside_a_busy_thread_sleeps_first_and_then_waits_for_the_gil():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0), (1 * MS, 12 * MS, Kind.SLEEP, 0, 5 * MS)]}
    rows[1] = [(0, 1 * MS, Kind.JOIN, 0), *rows[1]]
    seen = [(0, 1, OUT), (0, 2, IN), (1 * MS, 2, OUT), (1 * MS, 1, IN)]
    seen += [(6 * MS + 70_000, 2, IN), (6 * MS + 70_010, 2, OUT), (11 * MS, 1, OUT), (11 * MS + 10, 2, IN)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert [name for name, _, _ in spans(run, 2)] == ["RUN", "SLEEP", "CORE", "GIL", "RUN"]
    assert spans(run, 2)[1:4] == [("SLEEP", 1, 6), ("CORE", 6, 6), ("GIL", 6, 11)]


def test_blocking_again_in_a_wait_of_a_lonely_thread_is_still_that_wait():
    rows = {1: [(0, 0, Kind.THREAD, 0), (1 * MS, 30 * MS, Kind.QUEUE_GET, 0)]}
    seen = [(0, 1, IN), (1 * MS, 1, OUT), (5 * MS, 1, IN), (6 * MS, 1, OUT), (30 * MS, 1, IN)]
    run = run_of(batch(40 * MS, sampled=40 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1) == [("RUN", 0, 1), ("QUEUE", 1, 5), ("RUN", 5, 6), ("QUEUE", 6, 30), ("RUN", 30, 40)]


def test_blocking_for_no_recorded_reason_is_unknown():
    rows = {1: [(0, 0, Kind.THREAD, 0)]}
    run = run_of(batch(9 * MS, sampled=9 * MS, story=[process()], rows=rows, seen=[(0, 1, IN), (3 * MS, 1, OUT)]))
    assert spans(run, 1) == [("RUN", 0, 3), ("UNKNOWN", 3, 9)]


def test_switches_seen_before_the_first_record_are_not_lost():
    early = batch(1 * MS, sampled=5 * MS, story=[process()], seen=[(2 * MS, 1, IN), (3 * MS, 1, OUT)])
    record = batch(9 * MS, sampled=9 * MS, rows={1: [(2 * MS, 0, Kind.THREAD, 0), (2 * MS + 10, 0, Kind.SLEEP, 0)]})
    assert spans(run_of(early, record), 1) == [("RUN", 2, 3), ("SLEEP", 3, 9)]


def test_a_killed_process_ends_when_it_is_found_gone():
    run = run_of(
        batch(
            5 * MS,
            story=[process(), process(7, "fork", name="Worker-1"), thread(3, 3, "MainThread", pid=7, main=True)],
        ),
        batch(60 * MS, rows={3: [(10 * MS, 0, Kind.THREAD, 0), (20 * MS, 0, Kind.SLEEP, 0)]}, pid=7),
    )
    gone = batch(90 * MS)
    gone.ended[7] = 80 * MS
    run.extend(gone)
    track = run.tracks[0]
    assert (track.kind, track.name, track.pid) == ("process", "Worker-1", 7)
    assert track.end_ns == 80 * MS
    assert spans(run, 3) == [("READY", 10, 20), ("SLEEP", 20, 80)]


def test_a_killed_process_ends_when_the_kernel_says_so():
    rows = {1: [(1 * MS, 0, Kind.THREAD, 0), (3 * MS, 0, Kind.IDLE, 0)]}
    run = run_of(batch(4 * MS, sampled=4 * MS, story=[process()], rows=rows, seen=[(1 * MS, 1, IN), (3 * MS, 1, OUT)]))
    gone = batch(90 * MS, sampled=90 * MS, seen=[(60 * MS, 1, IN), (61 * MS, 1, Kind.THREAD_EXIT)])
    gone.ended[ROOT] = 80 * MS
    run.extend(gone)
    assert run.tracks[0].end_ns == 61 * MS
    assert spans(run, 1) == [("RUN", 1, 3), ("IDLE", 3, 60), ("RUN", 60, 61)]


def test_work_is_named_and_waits_name_themselves():
    task = {"ev": "name", "pid": ROOT, "t": 0, "id": 4, "label": "task square", "file": "x.py", "line": 3}
    wait = {"ev": "name", "pid": ROOT, "t": 0, "id": 9, "label": "sleep", "file": "x.py", "line": 5}
    rows = {1: [(0, 0, Kind.THREAD, 0), (2 * MS, 9 * MS, Kind.TASK, 4), (3 * MS, 5 * MS, Kind.SLEEP, 9)]}
    run = run_of(batch(20 * MS, story=[process(), task, wait], rows=rows))
    lane = run.tracks[0].lane
    labels = [run.names[lane.span(number).ref].label for number in range(len(lane))]
    assert labels == ["", "task square", "sleep", "task square", ""]
    assert run.names[lane.span(2).ref].line == 5


def test_prints_become_marks():
    rows = {1: [(0, 0, Kind.THREAD, 0), (2 * MS, 2 * MS, Kind.PRINT, 0), (3 * MS, 3 * MS, Kind.PRINT, 0)]}
    run = run_of(batch(20 * MS, story=[process()], rows=rows))
    assert run.tracks[0].marks.t.view.tolist() == [2 * MS, 3 * MS]
    assert spans(run, 1) == [("READY", 0, 20)]


def test_seconds_per_state_add_up_to_the_life_of_the_thread():
    rows, seen = two_threads_share_the_gil()
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    for track in run.tracks:
        assert sum(track.state_s().values()) == pytest.approx(0.020)


def test_lost_switches_count_as_dropped():
    lost = batch(5 * MS, sampled=5 * MS, seen=[(1, 0, Kind.LOST)])
    assert lost.switches is not None
    lost.switches["value"] = 17
    assert run_of(lost).dropped == 17


def test_a_thread_that_begins_and_ends_within_one_batch_keeps_its_switches():
    rows = {1: [(2 * MS, 8 * MS, Kind.THREAD, 0), (3 * MS, 6 * MS, Kind.SLEEP, 0)]}
    seen = [(2 * MS, 1, IN), (3 * MS, 1, OUT), (6 * MS, 1, IN), (8 * MS, 1, OUT)]
    run = run_of(batch(9 * MS, sampled=9 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1) == [("RUN", 2, 3), ("SLEEP", 3, 6), ("RUN", 6, 8)]


def test_a_hand_over_that_waits_for_a_core_is_still_a_hand_over():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (0, 2, OUT), (5 * MS, 1, OUT), (12 * MS, 2, IN)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 2) == [("GIL", 0, 5), ("CORE", 5, 12), ("RUN", 12, 20)], "woken to take it, without a core"
    assert spans(run, 1) == [("RUN", 0, 5), ("GIL", 5, 20)]


def test_a_quick_hand_over_is_no_wait_for_a_core():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (0, 2, OUT), (5 * MS, 1, OUT), (5 * MS + 80_000, 2, IN)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert [name for name, _, _ in spans(run, 2)] == ["GIL", "RUN"]


def test_a_thread_pushed_off_its_core_while_it_asks_waits_for_the_gil():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (0, 2, OUT), (4 * MS, 1, PREEMPT), (4 * MS, 2, IN), (4 * MS + 30_000, 2, PREEMPT)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1) == [("RUN", 0, 4), ("CORE", 4, 20)], "it has the GIL in hand"
    assert spans(run, 2) == [("GIL", 0, 20)]


def test_who_runs_on_has_got_the_gil_from_the_one_that_was_pushed_off():
    """Letting go of the GIL on request, a thread may be pushed off its core before it has begun to wait."""
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (0, 2, OUT), (5 * MS, 1, PREEMPT), (5 * MS, 2, IN), (9 * MS, 2, PREEMPT)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 2)[-2:] == [("RUN", 5, 9), ("CORE", 9, 20)]
    assert [name for name, _, _ in spans(run, 1)] == ["RUN", "GIL"]


def test_a_stay_whose_length_is_not_known_yet_is_asking_at_first():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (0, 2, OUT), (5 * MS, 1, PREEMPT), (5 * MS, 2, IN), (5 * MS + 40_000, 2, PREEMPT)]
    run = run_of(batch(9 * MS, sampled=9 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1)[-1][0] == "CORE"
    run.extend(batch(20 * MS, sampled=20 * MS, seen=[(10 * MS, 2, IN), (14 * MS, 2, OUT), (14 * MS + 10, 1, IN)]))
    assert spans(run, 1)[-3:] == [("GIL", 10, 14), ("CORE", 14, 14), ("RUN", 14, 20)]
    assert ("RUN", 10, 14) in spans(run, 2)


def test_c_code_without_the_gil_runs_beside_the_one_that_got_it():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (0, 2, OUT), (2 * MS, 2, IN), (8 * MS, 2, OUT), (9 * MS, 1, PREEMPT)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1) == [("RUN", 0, 9), ("CORE", 9, 20)]
    assert spans(run, 2)[1] == ("RUN", 2, 8)


def test_a_thread_that_runs_without_a_switch_still_has_the_gil():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    run = run_of(batch(10 * MS, sampled=10 * MS, story=[process()], rows=rows, seen=[(0, 1, IN), (0, 2, OUT)]))
    for end in range(20, 100, 10):
        run.extend(batch(end * MS, sampled=end * MS, seen=[(end * MS - 9, 2, IN), (end * MS - 5, 2, OUT)]))
    assert spans(run, 2) == [("GIL", 0, 90)]


def test_a_long_block_in_a_call_is_the_call_even_if_it_is_not_the_first():
    """Who waits for the GIL comes to a core every switch interval to ask for it."""
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0), (1 * MS, 0, Kind.JOIN, 0)]}
    seen = [(0, 1, OUT), (0, 2, IN), (2 * MS, 2, OUT), (2 * MS, 1, IN), (3 * MS, 2, IN), (3 * MS + 9, 2, OUT)]
    first = batch(8 * MS, sampled=8 * MS, story=[process()], rows=rows, seen=seen)
    run = run_of(first, batch(40 * MS, sampled=40 * MS))
    assert spans(run, 2)[-2:] == [("GIL", 3, 14), ("JOIN", 14, 40)]
    told = {"ev": "switch_interval", "pid": ROOT, "t": 0, "seconds": 0.01}
    first.story.append(told)
    assert spans(run_of(first, batch(40 * MS, sampled=40 * MS)), 2)[-2:] == [("GIL", 3, 24), ("JOIN", 24, 40)]


def test_a_sleeper_whose_time_is_over_and_that_gets_no_core_waits_for_one():
    rows = {1: [(0, 0, Kind.THREAD, 0), (1 * MS, 0, Kind.SLEEP, 0, 5 * MS)]}
    seen = [(0, 1, IN), (1 * MS, 1, OUT), (15 * MS, 1, IN)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1) == [("RUN", 0, 1), ("SLEEP", 1, 6), ("CORE", 6, 15), ("RUN", 15, 20)]


def test_the_same_thread_going_on_after_a_hole_was_not_waiting_for_the_gil():
    rows = {1: [(0, 0, Kind.THREAD, 0)], 2: [(0, 0, Kind.THREAD, 0), (1 * MS, 0, Kind.SLEEP, 0)]}
    seen = [(0, 1, IN), (0, 2, IN), (1 * MS, 2, OUT), (5 * MS, 1, OUT), (12 * MS, 1, IN)]
    run = run_of(batch(20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=seen))
    assert spans(run, 1) == [("RUN", 0, 5), ("UNKNOWN", 5, 12), ("RUN", 12, 20)]


def test_a_process_that_calls_exec_begins_anew():
    rows = {1: [(0, 0, Kind.THREAD, 0), (5 * MS, 0, Kind.SLEEP, 0)], 2: [(0, 0, Kind.THREAD, 0)]}
    main = thread(1, 1, "MainThread", main=True)
    run = run_of(batch(20 * MS, story=[process(), main, thread(2, 2, "other")], rows=rows))
    again = [{**process(how="exec"), "t": 30 * MS}, {**thread(3, 1, "MainThread", main=True), "t": 30 * MS}]
    run.extend(batch(50 * MS, story=again, rows={3: [(31 * MS, 0, Kind.THREAD, 0)]}))
    run.finish(60 * MS)
    old, other, new = run.tracks
    assert (old.end_ns, other.end_ns, new.end_ns) == (30 * MS, 30 * MS, 60 * MS)
    assert run.main_track is new
    assert old.lane.total(State.SLEEP) == 25 * MS
    assert new.lane.start == 31 * MS


def test_a_native_id_that_comes_again_in_one_batch_gives_each_life_its_own_switches():
    rows = {1: [(0, 40 * MS, Kind.THREAD, 0), (5 * MS, 35 * MS, Kind.SLEEP, 0)]}
    seen = [(0, 1, IN), (5 * MS, 1, OUT), (35 * MS, 1, IN), (40 * MS, 1, Kind.THREAD_EXIT)]
    again = [(49 * MS, 1, IN), (60 * MS, 1, PREEMPT)]
    told = batch(90 * MS, sampled=90 * MS, story=[process()], rows=rows, seen=seen + again)
    later = batch(90 * MS, rows={9: [(50 * MS, 0, Kind.THREAD, 0)]})
    told.records |= later.records
    told.native |= dict.fromkeys(later.records, 1)
    run = run_of(told)
    first, second = run.tracks
    assert (first.tid, second.tid) == (1, 1)
    assert first.lane.total(State.SLEEP) == 30 * MS
    assert (second.lane.total(State.RUN), second.lane.total(State.CORE)) == (10 * MS, 30 * MS)


def test_a_parent_tells_how_its_child_ended():
    told = [process(), process(7, "fork"), {"ev": "child_exit", "pid": ROOT, "t": 5, "child": 7, "code": -9}]
    run = run_of(batch(9 * MS, story=told))
    assert run.processes[7].was_killed
    run.extend(batch(9 * MS, story=[{"ev": "child_exit", "pid": ROOT, "t": 6, "child": 7, "code": -15}]))
    assert not run.processes[7].was_killed, "a Pool ends its workers so"


def test_where_switches_were_lost_nothing_is_claimed():
    rows = {1: [(0, 0, Kind.THREAD, 0)]}
    seen = [(0, 1, IN), (10 * MS, 1, OUT), (12 * MS, 1, IN)]
    first = batch(15 * MS, sampled=15 * MS, story=[process()], rows=rows, seen=seen)
    hole = batch(60 * MS, sampled=60 * MS, seen=[(20 * MS, 0, Kind.LOST), (50 * MS, 1, IN)])
    assert hole.switches is not None
    hole.switches["value"][0] = 40
    run = run_of(first, hole)
    assert spans(run, 1)[-3:] == [("RUN", 12, 20), ("UNKNOWN", 20, 50), ("RUN", 50, 60)]
    assert run.dropped == 40


def test_what_could_not_be_observed_in_full_is_kept_once():
    note = {"ev": "note", "pid": ROOT, "t": 0, "text": "queue is not fully observed"}
    assert list(run_of(batch(1, story=[process(), note]), batch(2, story=[note])).notes) == [note["text"]]
