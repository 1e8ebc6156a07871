"""Arithmetic on intervals against counting moments one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.facts.intervals import NONE, Intervals, both, covered, in_state, joined
from visualiser.trace.lane import Lane
from visualiser.trace.states import State

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=12)


def intervals(some) -> Intervals:
    starts = np.array([start for start, _ in some], np.int64)
    return Intervals(starts, starts + np.array([length for _, length in some], np.int64))


def depth(some, moment: int) -> int:
    return sum(start <= moment < start + length for start, length in some)


def moments(found: Intervals) -> set[int]:
    return {moment for start, end in zip(found.start, found.end, strict=True) for moment in range(start, end)}


@given(spans, st.integers(1, 4))
def test_covered_is_where_so_many_overlap(some, times):
    found = covered(intervals(some), times)
    assert moments(found) == {moment for moment in range(60) if depth(some, moment) >= times}
    assert found.total == len(moments(found))
    assert (found.start[1:] > found.end[:-1]).all()


@given(spans, spans)
def test_both_is_where_each_has_one(one, other):
    found = both(covered(intervals(one)), covered(intervals(other)))
    assert moments(found) == {m for m in range(60) if depth(one, m) and depth(other, m)}


@given(spans, st.integers(0, 50), st.integers(0, 50))
def test_clipped_keeps_what_lies_within(some, begin, end):
    assert intervals(some).clipped(begin, end).total == sum(depth(some, moment) for moment in range(begin, end))


def test_nothing_joined_is_nothing():
    assert len(joined([])) == len(joined([NONE])) == covered(NONE).total == 0


@pytest.mark.parametrize(
    ("states", "expected"),
    [((State.RUN,), [(10, 20), (40, 50)]), ((State.RUN, State.GIL), [(10, 30), (40, 50)]), ((State.IO,), [])],
)
def test_neighbouring_spans_are_one_interval(states, expected):
    lane = Lane()
    log = np.array([State.RUN, State.RUN, State.GIL, State.SLEEP, State.RUN], np.uint8)
    lane.append(np.array([10, 15, 20, 30, 40], np.int64), log, np.array([0, 1, 0, 0, 0], np.uint32), 50)
    found = in_state(lane, *states)
    assert list(zip(found.start.tolist(), found.end.tolist(), strict=True)) == expected
    assert len(in_state(Lane(), *states)) == 0
