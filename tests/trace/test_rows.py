"""Columns of many lanes at once must be those that a reducer finds that visits every span of every column."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.test_lane import build
from visualiser.trace import rows as module
from visualiser.trace.kept_rows import KeptRows
from visualiser.trace.lane import GROUP, Lane
from visualiser.trace.rows import rows
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

Plain = list[tuple[int, int, int]]
some_states = st.sampled_from([int(state) for state in State])
many_spans = st.lists(st.tuples(st.integers(1, 50), some_states), min_size=1, max_size=4 * GROUP)
some_lanes = st.lists(many_spans, min_size=1, max_size=4)


def times_of(plain: Plain, begin: int, end: int) -> dict[int, int]:
    """Time in each state between two moments, by looking at every span."""
    times: dict[int, int] = {}
    for start, stop, state in plain:
        inside = min(stop, end) - max(start, begin)
        if state != State.NONE and inside > 0:
            times[state] = times.get(state, 0) + inside
    return times


def check(main: int, hidden: int, times: dict[int, int]) -> None:
    """The main state has the most time; the strip below holds another one that is there, if any is."""
    if not times:
        assert (main, hidden) == (State.NONE, State.NONE)
        return
    assert times[main] == max(times.values())
    others = times.keys() - {main}
    assert (hidden in others) if others else hidden == State.NONE
    if State.LOCK in others:
        assert hidden == State.LOCK


@pytest.mark.parametrize("many", [False, True], ids=["cut at the edges", "running totals"])
@given(data=some_lanes, origin=st.integers(900, 2500), step=st.integers(1, 400), width=st.integers(1, 40))
@settings(max_examples=120, deadline=None)
def test_every_column_of_every_lane_is_what_looking_at_every_span_finds(many, data, origin, step, width):
    built = [build(spans, 3) for spans in data]
    edges = origin + step * np.arange(width + 1, dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MANY_IN_ALL", -(10**9) if many else 10**9)
        result = rows([lane for lane, _ in built], edges)
    for place, (_, plain) in enumerate(built):
        for column, (begin, end) in enumerate(itertools.pairwise(edges.tolist())):
            times = times_of(plain, begin, end)
            check(int(result.main[place, column]), int(result.hidden[place, column]), times)


moves = st.tuples(st.integers(-60, 60), st.booleans(), st.integers(1, 7))


@given(some_lanes, st.floats(1, 90), st.lists(moves, max_size=8))
@settings(max_examples=120, deadline=None)
def test_kept_columns_equal_fresh_ones_whatever_is_scrolled_grows_and_comes_into_view(data, step, told):
    wholes = [build(spans, 1)[0] for spans in data]
    lanes, kept, first, grown = [Lane() for _ in wholes], KeptRows(), 0, 0
    for shift, grows, view in told:
        first += shift
        for whole, lane in zip(wholes, lanes, strict=True):
            if grows and grown < len(whole):
                span = slice(grown, grown + 1)
                lane.append(whole.t[span], whole.state[span], whole.ref[span], whole.span(grown).end)
        grown += grows
        some = [lane for place, lane in enumerate(lanes) if view >> (place % 3) & 1]  # as if scrolled up and down
        scale = TimeScale(1000, step, first, 40)
        result, fresh = kept.rows(some, scale), rows(some, scale.edges())
        assert result.main.tolist() == fresh.main.tolist()
        assert result.hidden.tolist() == fresh.hidden.tolist()


def test_two_microseconds_of_any_wait_among_seconds_of_running_stay_in_the_strip():
    for state in State:
        if state in (State.NONE, State.RUN):
            continue
        lane = Lane()
        t = np.array([0, 3_000_000_000, 3_000_002_000])
        lane.append(t, np.array([State.RUN, state, State.RUN], np.uint8), np.zeros(3, np.uint32), 10**10)
        result = rows([lane], np.linspace(0, 10**10, 901).astype(np.int64))
        assert result.main.tolist() == [[State.RUN] * 900]
        assert np.flatnonzero(result.hidden[0]).tolist() == [270]
        assert result.hidden[0, 270] == state


def test_a_span_takes_at_most_24_bytes_with_all_that_is_kept_for_painting():
    random = np.random.default_rng(3)
    lane, spans = Lane(), 200_000
    t = np.cumsum(random.integers(1000, 100_000, spans))
    states = random.integers(1, len(State), spans).astype(np.uint8)
    lane.append(t, states, np.arange(spans, dtype=np.uint32), int(t[-1]) + 5)
    lane.total(State.RUN)
    assert len(lane) == spans
    assert lane.nbytes / spans <= 18


def test_scrolling_through_many_spans_reduces_only_the_new_columns():
    random = np.random.default_rng(3)
    lanes = [Lane() for _ in range(3)]
    for lane in lanes:
        t = np.cumsum(random.integers(10, 100, 5000))
        lane.append(t, random.integers(1, 9, 5000).astype(np.uint8), np.zeros(5000, np.uint32), int(t[-1]) + 5)
    kept = KeptRows()
    reduced = []
    for first in range(0, 50, 5):
        kept.rows(lanes, TimeScale(0, 400.0, first, 200))
        reduced.append(kept.computed)
    assert sum(reduced[1:]) <= 3 * (45 + 2 * 32)
    assert reduced.count(0) >= 6, "columns beyond the view are reduced with those that come into it"
