"""A measurement must equal what adding up every span gives, and must add up itself."""

import csv
import io
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gui.told_run import MS, START, told_run
from visualiser.trace.lane import Lane
from visualiser.trace.measure import Sums, measure, measure_lane, together, whole
from visualiser.trace.measure_csv import csv_text, harmless, seconds
from visualiser.trace.process import Process
from visualiser.trace.run import Run
from visualiser.trace.span_edges import nearest_edge, next_edge
from visualiser.trace.states import State

spans = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 6)), min_size=1, max_size=60)


def lane_of(told: list[tuple[int, int]], named: bool = True) -> tuple[Lane, list[tuple[int, int, int]]]:
    """A lane of (duration, state) from 1000 ns on, and its plain (start, end, state)."""
    lane, plain, t = Lane(), [], 1000
    for number, (duration, state) in enumerate(told):
        lane.append(np.array([t]), np.array([state], np.uint8), np.array([number * named], np.uint32), t + duration)
        plain.append((t, t + duration, state))
        t += duration
    return lane, plain


@given(spans, st.integers(0, 4000), st.integers(1, 4000))
@settings(max_examples=200, deadline=None)
def test_a_lane_is_measured_as_a_plain_sum_tells(told, begin, length):
    lane, plain = lane_of(told)
    end = begin + length
    sums = measure_lane(lane, begin, end)
    wanted: dict[int, int] = {}
    for start, stop, state in plain:
        inside = max(0, min(stop, end) - max(start, begin))
        if inside and state:
            wanted[state] = wanted.get(state, 0) + inside
    assert dict(sums.times) == wanted
    assert sums.begun == sum(begin <= start < end for start, _, state in plain if state)


@given(spans, st.integers(0, 4000), st.integers(1, 4000))
@settings(max_examples=100, deadline=None)
def test_the_states_add_up_to_the_time_alive(told, begin, length):
    lane, plain = lane_of(told)
    lived = sum(
        1 for moment in range(begin, begin + length) for start, stop, state in plain if start <= moment < stop and state
    )
    sums = measure_lane(lane, begin, begin + length)
    assert sums.alive == lived
    assert sum(sums.percent(state, length) for state in sums.times) == pytest.approx(100 * lived / length)


@given(spans, st.lists(st.integers(900, 3500), min_size=3, max_size=8))
@settings(max_examples=100, deadline=None)
def test_parts_add_up_to_the_whole(told, cuts):
    lane, _ = lane_of(told)
    cuts = sorted(cuts)
    parts = [measure_lane(lane, a, b) for a, b in itertools.pairwise(cuts)]
    whole_sums = measure_lane(lane, cuts[0], cuts[-1])
    assert together(parts).times == whole_sums.times
    assert together(parts).begun == whole_sums.begun


def test_nothing_is_in_an_empty_lane_or_stretch():
    assert measure_lane(Lane(), 0, 100) == Sums({}, 0)
    lane, _ = lane_of([(10, State.RUN)])
    assert measure_lane(lane, 1005, 1005) == Sums({}, 0)
    assert measure_lane(lane, 1010, 2000).alive == 0


def test_a_run_is_measured_lane_by_lane_and_together():
    run = told_run()
    result = measure(run, run.tracks, START + 100 * MS, START + 350 * MS)
    main, first, second, every = result.rows
    assert main.sums.times == {State.JOIN: 250 * MS}
    assert first.sums.times == second.sums.times == {State.SLEEP: 200 * MS, State.RUN: 50 * MS}
    assert (first.sums.begun, main.sums.begun) == (2, 0)
    assert every.sums.times == {State.JOIN: 250 * MS, State.SLEEP: 400 * MS, State.RUN: 100 * MS}
    assert every.name == "All 3 lanes"
    assert first.sums.percent(State.SLEEP, result.length) == pytest.approx(80)
    assert every.sums.percent(State.SLEEP, result.length) == pytest.approx(400 / 750 * 100)
    assert sum(every.sums.percent(state, result.length) for state in every.sums.times) == pytest.approx(100)


def test_the_whole_run_is_from_the_first_line_to_what_is_known():
    run = told_run()
    assert whole(run) == (START, START + 1000 * MS)
    assert whole(Run()) == (0, 0)


def test_processes_of_several_lanes_have_a_row():
    run = told_run(workers=3)
    assert [row.kind for row in measure(run, run.tracks, *whole(run)).rows] == ["lane"] * 4 + ["all"]
    run.processes[77] = Process(77)
    run.processes[77].name = "ForkProcess-1"
    for track in run.tracks[2:]:
        track.pid = 77
    rows = measure(run, run.tracks, *whole(run)).rows
    groups = [row for row in rows if row.kind == "process"]
    assert [row.name for row in groups] == ["Main process, 2 lanes", "ForkProcess-1, 2 lanes"]
    assert together([row.sums for row in groups]) == rows[-1].sums
    run.tracks[3].pid = 78
    names = [row.name for row in measure(run, run.tracks, *whole(run)).rows if row.kind == "process"]
    assert names == ["Main process, 2 lanes"]


def test_only_what_is_asked_for_is_measured():
    run = told_run(workers=3)
    rows = measure(run, run.tracks, *whole(run), only=range(1, 3)).rows
    assert [row.sums is not None for row in rows] == [False, True, True, False, False]


# -- comma-separated values -------------------------------------------------------------------------------------------


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_values_read_back_are_the_measured_ones():
    run = told_run()
    result = measure(run, run.tracks, START + 100 * MS + 1, START + 350 * MS)
    text = csv_text(result, run.start_ns)
    assert text.count("\r\n") == len(result.rows) + 1
    assert "\n" not in text.replace("\r\n", "")
    lines = read(text)
    assert [line["row"] for line in lines] == ["lane", "lane", "lane", "all"]
    assert lines[1]["name"] == "Thread-1 (work)"
    assert (lines[1]["from s"], lines[1]["to s"]) == ("0.100000001", "0.350000000")
    assert lines[1]["SLEEP s"] == "0.199999999"
    assert lines[1]["JOIN s"] == "0.000000000"
    assert float(lines[1]["SLEEP %"]) == pytest.approx(199_999_999 / 249_999_999 * 100, abs=1e-5)
    assert lines[1]["spans begun"] == "1"


def test_names_with_commas_quotes_and_line_ends_survive():
    run = told_run()
    run.tracks[1].name = 'a, "b"\nc'
    assert read(csv_text(measure(run, run.tracks, *whole(run)), run.start_ns))[1]["name"] == 'a, "b"\nc'


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "\n=1"])
def test_a_name_is_never_a_formula(name):
    run = told_run()
    run.tracks[1].name = name
    assert read(csv_text(measure(run, run.tracks, *whole(run)), run.start_ns))[1]["name"] == f"'{name}"
    assert harmless("Thread-1") == "Thread-1"


def test_what_was_not_measured_is_left_out():
    run = told_run()
    lines = read(csv_text(measure(run, run.tracks, *whole(run), only=[1]), run.start_ns))
    assert [line["name"] for line in lines] == ["Thread-1 (work)"]


@given(st.integers(-(10**18), 10**18))
def test_seconds_lose_no_digit(ns):
    text = seconds(ns)
    assert int(text.replace(".", "")) == ns
    assert len(text.partition(".")[2]) == 9


# -- edges ------------------------------------------------------------------------------------------------------------


@given(spans, st.integers(900, 3500), st.integers(0, 80))
@settings(max_examples=150, deadline=None)
def test_edges_are_found_as_by_looking_at_all(told, when, within):
    lane, plain = lane_of(told)
    edges = sorted({start for start, _, _ in plain} | {plain[-1][1]})
    assert next_edge(lane, when, 1) == next((edge for edge in edges if edge > when), None)
    assert next_edge(lane, when, -1) == next((edge for edge in reversed(edges) if edge < when), None)
    near = nearest_edge([lane], when, within)
    distance = min(abs(edge - when) for edge in edges)
    assert (near is None) == (distance > within)
    assert near is None or (near in edges and abs(near - when) == distance)


def test_an_empty_lane_has_no_edge():
    assert next_edge(Lane(), 5, 1) is None
    assert nearest_edge([], 5, 100) is None
