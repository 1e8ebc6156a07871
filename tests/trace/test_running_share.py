"""How many threads run, and where a state occurs at all, must be what adding up every nanosecond gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualiser.trace.lane import Lane
from visualiser.trace.presence import PresenceCache, presence
from visualiser.trace.running_share import WHOLE, ShareCache
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

SPANS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 8)), min_size=1, max_size=40)
STATES = st.frozensets(st.sampled_from([State.RUN, State.READY, State.LOCK, State.SLEEP, State.GIL]), max_size=3)


def lane_of(spans, start=100):
    lane = Lane()
    t = start + np.concatenate(([0], np.cumsum([length for length, _ in spans], dtype=np.int64)))
    lane.append(t[:-1], np.array([s for _, s in spans], np.uint8), np.zeros(len(spans), np.uint32), int(t[-1]))
    return lane


def nanoseconds(lane, begin, end):
    """The state in every nanosecond."""
    spans = [lane.span_at(when) for when in range(begin, end)]
    return np.array([span.state if span else State.NONE for span in spans])


@settings(max_examples=40, deadline=None)
@given(st.lists(SPANS, min_size=1, max_size=4), STATES, st.integers(50, 400), st.integers(1, 37))
def test_the_share_of_threads_is_their_time_added_up(several, only, begin, step):
    lanes = [lane_of(spans) for spans in several]
    edges = begin + step * np.arange(8, dtype=np.int64)
    scale = TimeScale(begin, float(step), 0, 7)
    found = ShareCache().share(lanes, scale, 1000, only)
    cut = [nanoseconds(lane, begin, int(edges[-1])).reshape(7, step) for lane in lanes]
    wanted = only or {State.RUN}
    run = sum(np.isin(each, [*wanted]).sum(axis=1) for each in cut)
    ready = sum((each == State.READY).sum(axis=1) for each in cut) if not only else np.zeros(7, int)
    assert found.run.tolist() == [-(-int(time) * WHOLE // step) for time in run]
    assert found.ready.tolist() == [-(-int(time) * WHOLE // step) for time in ready]


@settings(max_examples=40, deadline=None)
@given(SPANS, STATES, st.integers(50, 400), st.integers(1, 200))
def test_a_column_shows_a_state_that_occurs_in_it_at_all(spans, states, begin, step):
    lane = lane_of(spans)
    edges = begin + step * np.arange(9, dtype=np.int64)
    columns = nanoseconds(lane, begin, int(edges[-1])).reshape(8, step)
    for found, inside in zip(presence(lane, edges, states).tolist(), columns, strict=True):
        times = {state: int((inside == state).sum()) for state in states}
        most = max(times.values(), default=0)
        assert (found == State.NONE) == (most == 0)
        assert not found or times[State(found)] == most


@pytest.mark.parametrize("cache", [ShareCache, PresenceCache])
def test_kept_columns_are_the_same_while_scrolling_growing_and_choosing(cache):
    random = np.random.default_rng(3)
    lane, late, kept = Lane(), Lane(), cache()
    for step in range(60):
        t = lane.now + np.cumsum(random.integers(1, 500, 5))
        state = random.integers(1, 9, 5).astype(np.uint8)
        if step % 7 == 3:  # behind what the other lane has told
            late.append(np.array([late.now + 90]), state[:1], np.zeros(1, np.uint32), lane.now)
        lane.append(t.astype(np.int64), state, np.arange(5, dtype=np.uint32), int(t[-1]) + 7)
        scale = TimeScale(0, 100.0, step * 3, 50)
        only = frozenset({State.LOCK} if step % 20 > 10 else {State.GIL})
        if cache is ShareCache:
            got = kept.share([lane, late], scale, lane.now, only).run
            fresh = ShareCache().share([lane, late], scale, lane.now, only).run
        else:
            got, fresh = kept.columns(lane, scale, only), presence(lane, scale.edges(), only)
        assert got.tolist() == fresh.tolist(), step


def test_spans_of_a_state_are_counted_the_open_one_too():
    lane = lane_of([(5, State.RUN), (5, State.LOCK), (5, State.RUN)])
    assert (lane.count(State.RUN), lane.count(State.LOCK), lane.count(State.IO)) == (2, 1, 0)
    assert lane.occurs([State.LOCK, State.IO])
    assert not lane.occurs([State.IO])


def test_other_lanes_are_counted_anew():
    one, other = lane_of([(1000, State.RUN)], 0), lane_of([(1000, State.SLEEP)], 0)
    scale, kept = TimeScale(0, 100.0, 0, 10), ShareCache()
    assert kept.share([one, other], scale, 1000).run.tolist() == [WHOLE] * 10
    assert kept.share([other], scale, 1000).run.tolist() == [0] * 10
