"""A scrolled row must equal a row computed afresh, and only what is new may be computed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.test_lane import build, span_lists
from visualiser.trace.lane import Lane
from visualiser.trace.row import row
from visualiser.trace.row_cache import RowCache
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale


@given(span_lists, st.floats(1, 90), st.lists(st.tuples(st.integers(-60, 60), st.booleans()), max_size=8))
@settings(max_examples=150, deadline=None)
def test_scrolling_equals_computing_afresh(spans, step, moves):
    lane, cache, first = Lane(), RowCache(), 0
    whole, _ = build(spans, 1)
    grown = 0
    for shift, grows in moves:
        first += shift
        if grows and grown < len(whole):
            end = whole.span(grown).end
            lane.append(whole.t[grown : grown + 1], whole.state[grown : grown + 1], np.zeros(1, np.uint32), end)
            grown += 1
        scale = TimeScale(1000, step, first, 40)
        kept, fresh = cache.row(lane, scale), row(lane, scale.edges())
        assert kept.main.tolist() == fresh.main.tolist()
        assert kept.hidden.tolist() == fresh.hidden.tolist()


def test_following_computes_only_the_new_columns():
    lane, cache = Lane(), RowCache()
    for now in range(1000, 2000, 10):
        lane.append(np.array([now]), np.array([now % 3 + 1], np.uint8), np.zeros(1, np.uint32), now + 10)
        cache.row(lane, TimeScale(0, 5.0, (now + 10) // 5 - 200, 200))
    assert cache.computed <= 4


def test_columns_and_moments_agree():
    scale = TimeScale.of_view(5_000, 0.25, 0.75, 1000)
    assert scale.x(scale.when(321.0)) == 321.0
    edges = scale.edges()
    assert len(edges) == 1001
    assert (edges[0], edges[-1]) == (250_005_000, 750_005_000)
    assert scale.seconds(250_005_000) == 0.25


def test_before_the_run_there_is_nothing():
    lane, _ = build([(10, State.RUN)], 1)
    assert not RowCache().row(lane, TimeScale(0, 1.0, -500, 300)).main.any()
