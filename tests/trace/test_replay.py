"""The clock of a replay, fed with seconds that nobody waits for."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.lab.layout import Kind
from visualiser.trace.replay import (
    SPEEDS,
    Replay,
    next_event,
    previous_event,
    speed_step,
    speed_text,
)
from visualiser.trace.states import State
from visualiser.trace.track import NS, Track

MS = 1_000_000
SINCE_1970 = 1_764_000_000 * NS  # as an imported trace may count


@pytest.fixture
def replay():
    return Replay(SINCE_1970, SINCE_1970 + 1000 * MS)


def track(number, states, marks=()):
    made = Track(number, "thread", f"T{number}", 1, number)
    codes = np.array([State.RUN, State.SLEEP] * len(states), np.uint8)[: len(states)]
    made.lane.append(np.array(states, np.int64), codes, np.zeros(len(states), np.uint32), 10_000)
    made.marks.t.append(np.array(marks, np.int64))
    made.marks.kind.append(np.full(len(marks), int(Kind.PRINT), np.uint16))
    made.marks.name.append(np.zeros(len(marks), np.uint32))
    return made


def test_time_moves_the_playhead_only_while_it_plays(replay):
    replay.advance(0.1)
    assert replay.moment == replay.start
    replay.play()
    replay.advance(0.1)
    assert replay.moment == replay.start + 100 * MS
    replay.pause()
    replay.advance(0.1)
    assert replay.moment == replay.start + 100 * MS
    assert replay.share == pytest.approx(0.1)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_speed_is_kept_to_the_microsecond_over_many_frames(replay, speed):
    replay.speed = speed
    replay.play()
    for _ in range(600):
        replay.advance(0.1 / 600)
    assert replay.moment - replay.start == pytest.approx(min(speed * 100, 1000) * MS, abs=1000)


def test_the_end_pauses_and_playing_on_starts_anew(replay):
    replay.play()
    replay.advance(5)
    assert (replay.moment, replay.playing, replay.at_end) == (replay.end, False, True)
    replay.toggle()
    assert (replay.moment, replay.playing) == (replay.start, True)


def test_a_jump_stays_within_the_run_and_goes_on_from_there(replay):
    replay.seek(replay.end + 5)
    assert replay.moment == replay.end
    replay.seek(replay.start - 5)
    assert replay.moment == replay.start
    replay.play()
    replay.seek(replay.start + 500 * MS)
    replay.advance(0.05)
    assert replay.moment == replay.start + 550 * MS


def test_a_loop_goes_round_and_never_leaves(replay):
    begin, end = replay.start + 200 * MS, replay.start + 300 * MS
    replay.loop = (begin, end)
    replay.play()
    seen = []
    for _ in range(100):
        replay.advance(0.017)
        seen.append(replay.moment)
    assert all(begin <= moment < end for moment in seen)
    assert sum(later < earlier for earlier, later in pairwise(seen)) >= 10
    assert replay.playing


def test_a_loop_that_the_run_has_nothing_of_is_none(replay):
    replay.loop = (replay.end + MS, replay.end + 2 * MS)
    replay.play()
    replay.advance(2)
    assert replay.at_end
    assert not replay.playing


def test_speeds_go_step_by_step_and_stop_at_the_last(replay):
    replay.change_speed(1)
    assert replay.speed == 2.0
    replay.change_speed(-99)
    assert (replay.speed, speed_text(replay.speed)) == (0.001, "× 0.001")
    replay.change_speed(99)
    assert (replay.speed, speed_text(replay.speed)) == (8.0, "× 8")
    assert [speed_step(speed) for speed in SPEEDS] == list(range(len(SPEEDS)))
    assert list(SPEEDS) == sorted(SPEEDS)


def test_a_step_pauses_at_the_next_state_or_mark_of_any_lane():
    tracks = [track(0, [100, 300], [150]), track(1, [200])]
    replay = Replay(50, 1000)
    replay.play()
    seen = []
    for _ in range(5):
        replay.step(1, tracks)
        seen.append(replay.moment)
    assert seen == [100, 150, 200, 300, 1000]
    assert not replay.playing
    for _ in range(5):
        replay.step(-1, tracks)
        seen.append(replay.moment)
    assert seen[5:] == [300, 200, 150, 100, 50]


times = st.lists(st.integers(1, 60), max_size=8, unique=True).map(sorted)


@given(st.lists(st.tuples(times, times), max_size=4), st.integers(0, 61))
def test_events_are_those_that_a_look_at_every_one_finds(histories, moment):
    tracks = [track(number, states, marks) for number, (states, marks) in enumerate(histories)]
    events = [when for states, marks in histories for when in (*states, *marks)]
    assert next_event(tracks, moment) == min((when for when in events if when > moment), default=None)
    assert previous_event(tracks, moment) == max((when for when in events if when < moment), default=None)
