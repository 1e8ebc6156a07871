"""A lane must tell exact times, whatever was appended in whatever portions."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualiser.trace.lane import Lane
from visualiser.trace.row import row
from visualiser.trace.states import State


def build(spans: list[tuple[int, int]], portions: int) -> tuple[Lane, list[tuple[int, int, int]]]:
    """A lane of (duration, state) spans appended in ``portions``, and the plain list of (start, end, state)."""
    lane, plain, t = Lane(), [], 1000
    for duration, state in spans:
        plain.append((t, t + duration, state))
        t += duration
    for some in np.array_split(np.array(plain, np.int64).reshape(-1, 3), portions):
        if len(some):
            starts, states = some[:, 0], some[:, 2].astype(np.uint8)
            lane.append(starts, states, np.zeros(len(some), np.uint32), int(some[-1, 1]))
    return lane, plain


def brute(plain: list[tuple[int, int, int]], begin: int, end: int, state: int) -> int:
    return sum(max(0, min(b, end) - max(a, begin)) for a, b, s in plain if s == state)


span_lists = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 6)), min_size=1, max_size=60)


@given(span_lists, st.integers(1, 7), st.integers(0, 3000), st.integers(1, 90), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_times_in_states_equal_a_plain_sum(spans, portions, origin, step, width):
    lane, plain = build(spans, portions)
    edges = origin + step * np.arange(width + 1, dtype=np.int64)
    for state in lane.states:
        wanted = [brute(plain, a, b, state) for a, b in itertools.pairwise(edges)]
        for way in (lane.times_by_pieces, lane.times_by_index, lane.times_in_states):
            assert way(edges).get(state, np.zeros(width)).tolist() == wanted


@given(span_lists, st.integers(1, 7), st.integers(900, 4000), st.integers(0, 4000))
@settings(max_examples=200, deadline=None)
def test_the_times_between_two_moments_equal_a_plain_sum(spans, portions, begin, length):
    lane, plain = build(spans, portions)
    wanted = {state: brute(plain, begin, begin + length, state) for state in lane.states}
    assert lane.times_between(begin, begin + length) == {state: time for state, time in wanted.items() if time}
    assert Lane().times_between(begin, begin + length) == {}


@given(span_lists, st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_portions_do_not_matter(spans, portions):
    one, _ = build(spans, 1)
    many, _ = build(spans, portions)
    assert one.t.tolist() == many.t.tolist()
    assert one.state.tolist() == many.state.tolist()
    assert [one.total(state) for state in one.states] == [many.total(state) for state in many.states]


@given(span_lists, st.integers(1, 5), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_every_column_shows_the_state_with_the_most_time(spans, portions, step):
    lane, plain = build(spans, portions)
    result = row(lane, 990 + step * np.arange(31, dtype=np.int64))
    for column in range(30):
        begin = 990 + column * step
        shares = {state: brute(plain, begin, begin + step, state) for state in State if state}
        most = max(shares.values())
        assert shares.get(State(int(result.main[column])), 0) == most
        others = [state for state, share in shares.items() if share and state != result.main[column]]
        assert (result.hidden[column] in others) if others else result.hidden[column] == State.NONE


def test_a_rare_lock_is_not_hidden_by_running():
    lane = Lane()
    states = np.array([State.RUN, State.SLEEP, State.RUN, State.LOCK, State.RUN], np.uint8)
    lane.append(np.array([0, 400, 450, 700, 702]), states, np.zeros(5, np.uint32), 1000)
    result = row(lane, np.array([0, 1000]))
    assert (result.main[0], result.hidden[0]) == (State.RUN, State.LOCK)


def test_neighbours_with_the_same_state_and_name_become_one_span():
    lane = Lane()
    for start in (0, 10, 20):
        lane.append(np.array([start]), np.array([State.SLEEP], np.uint8), np.array([7], np.uint32), start + 10)
    assert len(lane) == 1
    span = lane.span_at(25)
    assert span is not None
    assert (span.start, span.end, span.state, span.ref) == (0, 30, State.SLEEP, 7)


def test_nothing_before_the_first_and_after_the_last():
    lane, _ = build([(10, State.RUN)], 1)
    assert lane.span_at(999) is None
    assert lane.span_at(1010) is None
    assert row(Lane(), np.arange(6) * 10).main.tolist() == [0] * 5
