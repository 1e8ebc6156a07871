"""Each source of states by itself, and two of them side by side."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.story import IN, OUT, PREEMPT, batch, process
from visualiser.lab.layout import Kind, Seen
from visualiser.trace.run import Run
from visualiser.trace.sources import SOURCES
from visualiser.trace.states import State

MS = 1_000_000
LIFE = (0, 0, Kind.THREAD, 0)


def spans(run: Run, tid: int, second: bool = False) -> list[tuple[str, int, int]]:
    """(state, start ms, end ms) of one thread."""
    track = next(track for track in run.tracks if track.tid == tid)
    lane = track.second if second else track.lane
    every = [lane.span(number) for number in range(len(lane))]
    return [(s.state.name, s.start // MS, s.end // MS) for s in every if s.state is not State.NONE]


def run_of(*batches) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    return run


def peeked(rows: dict, looks: list, now: int = 100 * MS, gil: bool = True) -> Run:
    return run_of(batch(now, story=[process(gil=gil)], rows=rows, looks=sorted(looks), sources=("peek",)))


def test_looks_tell_who_runs_and_who_waits_for_what():
    looks = [(2, Seen.RUN), (5, Seen.GIL), (9, Seen.CORE), (12, Seen.SLEEP), (20, Seen.IO), (30, Seen.PROC)]
    looks += [(40, Seen.BLOCKED), (50, Seen.LOST), (60, Seen.RUN)]
    run = peeked({1: [LIFE]}, [(t * MS, 1, seen) for t, seen in looks])
    assert spans(run, 1) == [
        ("READY", 0, 2),
        ("RUN", 2, 5),
        ("GIL", 5, 9),
        ("CORE", 9, 12),
        ("SLEEP", 12, 20),
        ("IO", 20, 30),
        ("PROC", 30, 40),
        ("UNKNOWN", 40, 60),
        ("RUN", 60, 100),
    ]


def test_a_recorded_call_goes_before_what_a_look_found():
    rows = {1: [LIFE, (10 * MS, 40 * MS, Kind.LOCK, 0)]}
    looks = [(0, 1, Seen.RUN), (12 * MS, 1, Seen.BLOCKED), (39 * MS, 1, Seen.RUN), (60 * MS, 1, Seen.GIL)]
    run = peeked(rows, looks)
    assert spans(run, 1) == [("RUN", 0, 10), ("LOCK", 10, 40), ("RUN", 40, 60), ("GIL", 60, 100)]


def test_after_a_call_between_turns_too_short_for_looks_a_thread_is_ready_again():
    rows = {1: [LIFE, (10 * MS, 20 * MS, Kind.LOCK, 0), (30 * MS, 40 * MS, Kind.LOCK, 0)]}
    run = peeked(rows, [(0, 1, Seen.RUN), (5 * MS, 1, Seen.READY), (25 * MS, 1, Seen.RUN)])
    assert spans(run, 1) == [
        ("RUN", 0, 5),
        ("READY", 5, 10),
        ("LOCK", 10, 20),
        ("READY", 20, 25),
        ("RUN", 25, 30),
        ("LOCK", 30, 40),
        ("RUN", 40, 100),
    ]


def test_that_turns_are_too_short_is_known_across_batches():
    rows = {1: [LIFE, (20 * MS, 30 * MS, Kind.IO, 0)]}
    first = batch(22 * MS, story=[process()], rows=rows, looks=[(0, 1, Seen.RUN), (9 * MS, 1, Seen.READY)])
    first.sources = ("peek",)
    run = run_of(first, batch(25 * MS, looks=[]), batch(40 * MS, looks=[]))
    assert spans(run, 1)[1:] == [("READY", 9, 20), ("IO", 20, 30), ("READY", 30, 40)]


def test_a_look_that_finds_a_thread_waiting_for_the_gil_says_that_its_call_is_over():
    rows = {1: [LIFE, (10 * MS, 40 * MS, Kind.SLEEP, 0, 20 * MS)]}
    looks = [(0, 1, Seen.GIL), (5 * MS, 1, Seen.RUN), (12 * MS, 1, Seen.SLEEP), (31 * MS, 1, Seen.GIL)]
    looks += [(42 * MS, 1, Seen.RUN)]
    run = peeked(rows, looks)
    assert spans(run, 1)[2:] == [("SLEEP", 10, 30), ("RESUME", 30, 31), ("GIL", 31, 40), ("RUN", 40, 100)]


def test_a_call_that_is_over_lacks_the_gil_while_another_thread_runs():
    rows = {1: [LIFE, (10 * MS, 60 * MS, Kind.SLEEP, 0, 20 * MS)], 2: [LIFE]}
    looks = [(0, 1, Seen.RUN), (12 * MS, 1, Seen.SLEEP), (0, 2, Seen.SLEEP), (20 * MS, 2, Seen.RUN)]
    looks += [(50 * MS, 2, Seen.SLEEP)]
    run = peeked(rows, looks)
    assert spans(run, 1)[1:4] == [("SLEEP", 10, 30), ("GIL", 30, 50), ("RESUME", 50, 60)]
    without = peeked(rows, looks, gil=False)
    assert spans(without, 1)[1:3] == [("SLEEP", 10, 30), ("CORE", 30, 60)]


def test_a_look_that_finds_a_thread_ready_in_a_call_says_that_it_is_over():
    rows = {1: [LIFE, (10 * MS, 40 * MS, Kind.QUEUE_GET, 0)]}
    run = peeked(rows, [(0, 1, Seen.RUN), (12 * MS, 1, Seen.BLOCKED), (30 * MS, 1, Seen.CORE)])
    assert spans(run, 1)[1:3] == [("QUEUE", 10, 30), ("CORE", 30, 40)]


def test_what_was_found_before_a_call_is_not_believed_of_it():
    rows = {1: [LIFE, (10 * MS, 0, Kind.QUEUE_GET, 0)]}
    run = peeked(rows, [(0, 1, Seen.RUN), (9 * MS, 1, Seen.CORE)])
    assert spans(run, 1)[-1] == ("QUEUE", 10, 100)
    run.extend(batch(200 * MS, looks=[]))
    assert spans(run, 1)[-1] == ("QUEUE", 10, 200)


def test_looks_that_find_nothing_new_say_that_a_thread_waits_for_the_gil_again():
    rows = {1: [LIFE, (20 * MS, 30 * MS, Kind.IO, 0), (31 * MS, 50 * MS, Kind.SLEEP, 0)]}
    looks = [(0, 1, Seen.RUN), (10 * MS, 1, Seen.GIL), (33 * MS, 1, Seen.SLEEP), (60 * MS, 1, Seen.RUN)]
    run = peeked(rows, looks)
    assert spans(run, 1)[1:] == [
        ("GIL", 10, 20),
        ("IO", 20, 24),  # it holds the GIL while it calls; then nothing but "still waits for the GIL" is found
        ("GIL", 24, 30),
        ("RUN", 30, 31),
        ("SLEEP", 31, 50),
        ("RUN", 50, 100),
    ]
    after = peeked({1: [LIFE, (20 * MS, 30 * MS, Kind.IO, 0)]}, looks[:2])
    assert spans(after, 1)[-2:] == [("RUN", 30, 34), ("GIL", 34, 100)]


def test_without_a_gil_no_look_finds_anybody_waiting_for_it():
    run = peeked({1: [LIFE]}, [(0, 1, Seen.RUN), (9 * MS, 1, Seen.GIL)], gil=False)
    assert spans(run, 1) == [("RUN", 0, 9), ("UNKNOWN", 9, 100)]


def test_a_thread_that_a_look_finds_gone_has_ended():
    run = peeked({1: [LIFE]}, [(0, 1, Seen.RUN)], now=50 * MS)
    gone = batch(90 * MS, looks=[(60 * MS, 1, Seen.RUN)])
    gone.seen["kind"] = Kind.THREAD_EXIT
    run.extend(gone)
    assert run.tracks[0].end_ns == 60 * MS
    assert spans(run, 1) == [("RUN", 0, 60)]


def two_beating_threads() -> dict:
    """They share a GIL, 5 ms each; times of stretches in ms, with the CPU time of the gap before."""
    one, other = [(0, 5, 0), (10, 15, 0), (20, 25, 0)], [(5, 10, 0), (15, 20, 0), (25, 30, 0)]
    return {
        1: [LIFE, *((a * MS, b * MS, Kind.BEAT, 0, cpu) for a, b, cpu in one)],
        2: [LIFE, *((a * MS, b * MS, Kind.BEAT, 0, cpu) for a, b, cpu in other)],
    }


def test_beats_tell_who_runs_and_who_waits_for_the_gil():
    run = run_of(batch(30 * MS, story=[process()], rows=two_beating_threads(), sources=("beat",)))
    run.finish(30 * MS)
    assert spans(run, 1)[:4] == [("RUN", 0, 5), ("GIL", 5, 10), ("RUN", 10, 15), ("GIL", 15, 20)]
    assert ("RUN", 25, 30) in spans(run, 2)


def test_a_recorded_call_goes_before_beats_and_wants_to_go_on_when_its_time_is_over():
    rows = two_beating_threads()
    rows[3] = [LIFE, (1 * MS, 29 * MS, Kind.SLEEP, 0, 10 * MS)]
    run = run_of(batch(30 * MS, story=[process()], rows=rows, sources=("beat",)))
    run.finish(30 * MS)
    assert spans(run, 3)[1:3] == [("SLEEP", 1, 11), ("GIL", 11, 29)], "others run all the time"


def test_that_a_thread_waits_for_the_gil_again_is_known_across_batches():
    rows = {1: [LIFE, (20 * MS, 30 * MS, Kind.IO, 0)]}
    first = batch(22 * MS, story=[process()], rows=rows, looks=[(0, 1, Seen.RUN), (9 * MS, 1, Seen.GIL)])
    first.sources = ("peek",)
    run = run_of(first, batch(23 * MS, looks=[]), batch(40 * MS, looks=[]))
    assert spans(run, 1)[2:] == [("IO", 20, 24), ("GIL", 24, 30), ("RUN", 30, 34), ("GIL", 34, 40)]


def test_beats_that_go_on_side_by_side_under_a_gil_do_not_tell_who_runs():
    rows = {tid: [LIFE, (5 * MS, (20 + 10 * tid) * MS, Kind.BEAT, 0, 0)] for tid in (1, 2)}
    run = run_of(batch(60 * MS, story=[process()], rows=rows, sources=("beat",)))
    run.finish(60 * MS)
    assert spans(run, 1) == [("READY", 0, 60)]
    assert spans(run, 2)[:2] == [("READY", 0, 30), ("RUN", 30, 40)]
    free = run_of(batch(60 * MS, story=[process(gil=False)], rows=rows, sources=("beat",)))
    free.finish(60 * MS)
    assert ("RUN", 5, 30) in spans(free, 1)


def test_two_sources_tell_the_same_run_in_two_lanes():
    rows, seen = {1: [LIFE]}, [(0, 1, IN), (20 * MS, 1, PREEMPT), (30 * MS, 1, IN)]
    looks = [(0, 1, Seen.RUN), (21 * MS, 1, Seen.CORE), (32 * MS, 1, Seen.RUN)]
    run = run_of(
        batch(50 * MS, sampled=50 * MS, story=[process()], rows=rows, seen=seen, looks=looks, sources=("perf", "peek"))
    )
    assert spans(run, 1) == [("RUN", 0, 20), ("CORE", 20, 30), ("RUN", 30, 50)]
    assert spans(run, 1, second=True) == [("RUN", 0, 21), ("CORE", 21, 32), ("RUN", 32, 50)]
    assert run.tracks[0].state_s(second=True)["CORE"] == pytest.approx(0.011)


def test_nothing_is_told_before_both_sources_have_reported():
    ready = batch(50 * MS, sampled=20 * MS, story=[process()], rows={1: [LIFE]}, looks=[], sources=("perf", "peek"))
    ready.seen_until = 10 * MS
    assert run_of(ready).now_ns == 10 * MS


def test_a_source_that_vanishes_leaves_the_recorded_calls():
    rows = {1: [LIFE, (30 * MS, 0, Kind.SLEEP, 0, 90 * MS)]}
    first = batch(
        20 * MS, sampled=20 * MS, story=[process()], rows=rows, seen=[(0, 1, IN), (9 * MS, 1, OUT)], sources=("perf",)
    )
    run = run_of(first, batch(50 * MS, sources=("calls",)))
    assert spans(run, 1) == [("RUN", 0, 9), ("UNKNOWN", 9, 20), ("READY", 20, 30), ("SLEEP", 30, 50)]
    assert not run.sampled


@st.composite
def histories(draw):
    """Rows of three threads, their switches and looks, in order of time, ms."""
    rows, seen, looks = [], [], []
    for tid in (1, 2, 3):
        moments = sorted(draw(st.lists(st.integers(1, 60), min_size=2, max_size=12, unique=True)))
        rows.append((0, tid, LIFE))
        for begin, end in zip(moments[::2], moments[1::2], strict=False):
            kind = draw(st.sampled_from([Kind.SLEEP, Kind.LOCK, Kind.BEAT]))
            rows.append((begin * MS, tid, (begin * MS, end * MS, kind, 0, draw(st.integers(0, 9)) * MS)))
        for when in draw(st.lists(st.integers(1, 60), max_size=12, unique=True)):
            seen.append((when * MS + tid, tid, draw(st.sampled_from([IN, OUT, PREEMPT]))))
            looks.append((when * MS + tid, tid, draw(st.sampled_from(list(Seen)))))
    return sorted(rows, key=lambda row: row[0]), sorted(seen), sorted(looks)


@pytest.mark.parametrize("source", SOURCES)
@given(history=histories(), cuts=st.lists(st.integers(1, 69), max_size=6, unique=True))
@settings(max_examples=25, deadline=None)
def test_the_spans_of_a_thread_partition_its_life(source, history, cuts):
    rows, seen, looks = history
    run = Run()
    run.extend(batch(0, story=[process()], sources=(source, "calls"), looks=[]))
    for begin, end in itertools.pairwise([-1, *sorted(cuts), 70]):
        told: dict = {}
        for when, tid, row in rows:
            if begin * MS < when <= end * MS:
                told.setdefault(tid, []).append(row)
        some = [[each for each in every if begin * MS < each[0] <= end * MS] for every in (seen, looks)]
        run.extend(batch(end * MS, sampled=end * MS, rows=told, seen=some[0], looks=some[1]))
    run.finish(70 * MS)
    for track in run.tracks:
        for lane in (track.lane, track.second):
            every = [lane.span(number) for number in range(len(lane))]
            assert all(one.end == other.start for one, other in itertools.pairwise(every))
            assert (every[0].start, every[-1].end) == (0, 70 * MS)
            assert all(span.state is not State.NONE for span in every)
