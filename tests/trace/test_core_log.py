import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.story import IN, OUT, PREEMPT
from tests.trace.told_cores import EXIT, LOST, log_of, told
from visualiser.trace.core_log import OFF, OPEN, CoreLog, Stay
from visualiser.trace.core_logs import CoreLogs
from visualiser.trace.core_row import CoreRowCache
from visualiser.trace.time_scale import TimeScale
from visualiser.trace.track import Track


def logged(*rows):
    log = CoreLog()
    log.take([t for t, _ in rows], [core for _, core in rows])
    return log


def test_a_stay_tells_when_where_and_what_was_before():
    log = logged((10, 0), (20, OFF), (30, 1), (50, OFF), (60, 1))
    assert log.stay_at(9) is None
    assert log.stay_at(10) == Stay(10, 20, 0, None)
    assert log.stay_at(25) is None
    assert log.stay_at(49) == Stay(30, 50, 1, 0)
    assert log.stay_at(70) == Stay(60, OPEN, 1, 1)
    assert [log.core_at(when) for when in (15, 25, 35)] == [0, None, 1]


def test_a_move_is_a_stay_on_another_core_than_the_one_before():
    log = logged((10, 0), (20, OFF), (30, 0), (35, OFF), (40, 1), (50, 0))
    assert log.moves.tolist() == [40, 50]
    assert [log.moves_between(0, 100), log.moves_between(40, 50), log.moves_between(41, 50)] == [2, 1, 0]


def test_moves_are_seen_across_portions():
    log = CoreLog()
    for t, core in ((10, 0), (20, OFF), (30, 1), (40, OFF), (50, 0)):
        log.take([t], [core])
        assert log.moves.tolist() == [when for when in (30, 50) if when <= t]


def test_times_on_cores_count_what_lies_inside():
    log = logged((10, 0), (20, OFF), (30, 1), (50, OFF), (60, 0))
    assert log.times_between(0, 100) == {0: 50, 1: 20}
    assert log.times_between(15, 35) == {0: 5, 1: 5}
    assert log.times_between(20, 30) == {}
    assert log.times_between(5, 5) == {}


def test_a_column_without_a_core_shows_the_one_before():
    log = logged((10, 3), (20, OFF), (90, 1))
    assert log.columns(np.array([0, 5, 10, 20, 40, 95])).tolist() == [OFF, OFF, 3, 3, 1]
    assert CoreLog().columns(np.array([0, 5])).tolist() == [OFF]


def test_a_view_in_motion_shows_the_core_of_each_columns_middle():
    log = logged((10, 0), (14, 1), (20, OFF), (60, 0))
    moving = CoreRowCache().row(log, TimeScale(0, 10.0, 0, 8), now=80, exact=False)
    assert moving.core.tolist() == [OFF, 1, 1, 1, 1, 1, 0, 0]
    assert moving.moved.tolist() == [False, True, False, False, False, False, True, False]
    still = CoreRowCache().row(log, TimeScale(0, 10.0, 0, 8), now=80)
    assert still.core.tolist() == [OFF, 1, 1, 1, 1, 1, 0, 0]


steps = st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0, 1, 2, OFF])), min_size=1, max_size=60)


@given(steps, st.integers(-20, 300), st.integers(1, 30), st.integers(1, 40), st.data())
def test_columns_and_times_are_those_of_every_single_moment(steps, begin, step, width, data):
    rows, when = [], 0
    for wait, core in steps:
        when += wait
        rows.append((when, core))
    log = CoreLog()
    cut = data.draw(st.integers(0, len(rows)))
    for part in (rows[:cut], rows[cut:]):
        log.take([t for t, _ in part], [core for _, core in part])
        log.times_between(0, 50)  # brings the index up to date in between
    edges = begin + step * np.arange(width + 1)
    where = [at(rows, moment) for moment in range(begin, int(edges[-1]))]
    columns = log.columns(edges)
    for number, first in enumerate(range(0, step * width, step)):
        counts = np.bincount([core for core in where[first : first + step] if core != OFF], minlength=3)
        if counts.any():
            assert counts[columns[number]] == counts.max()
    total = np.bincount([core for core in where if core != OFF], minlength=3).tolist()
    assert log.times_between(begin, int(edges[-1])) == {core: n for core, n in enumerate(total) if n}


def at(rows, moment):
    return next((core for t, core in reversed(rows) if t <= moment), OFF)


@given(st.lists(st.tuples(st.integers(-150, 150), st.integers(0, 400)), min_size=1, max_size=8))
def test_kept_columns_are_those_made_anew(views):
    rows = [(n * 7, (n * n) % 3 if n % 2 else OFF) for n in range(1, 400)]
    log, cache, now = CoreLog(), CoreRowCache(), 0
    for first, more in views:
        fresh = [row for row in rows if now <= row[0] < now + more]
        log.take([t for t, _ in fresh], [core for _, core in fresh])
        now += more
        scale = TimeScale(0, 11.0, first, 120)
        known = scale.edges()[:-1] < now
        row = cache.row(log, scale, now)
        assert row.core[known].tolist() == log.columns(scale.edges())[known].tolist()
        assert row.moved[known].tolist() == log.moved(scale.edges())[known].tolist()


def test_many_stays_in_view_cost_columns():
    """Bounded by work, not by time: what is reduced are columns, whatever lies in them."""
    count = 200_000
    log = CoreLog()
    log.take(list(range(0, count * 10, 10)), [n // 2 % 2 if n % 2 else OFF for n in range(count)])
    edges = np.linspace(0, count * 10, 1001).astype(np.int64)
    assert set(log.columns(edges).tolist()) <= {0, 1}
    assert sum(log.times_between(0, count * 10).values()) == count // 2 * 10


# -- all threads -------------------------------------------------------------------------------------------------------


def track(tid, start=0, **more):
    return Track(0, "thread", "T", 100, tid, start_ns=start, **more)


def test_every_thread_gets_its_own_stays():
    logs = CoreLogs()
    logs.take(told((10, 1, IN, 0), (12, 2, IN, 1), (20, 1, OUT, 0), (30, 2, PREEMPT, 1), (40, 1, IN, 1)))
    one, two = logs.of(track(1, 11)), logs.of(track(2, 13))
    assert one.times_between(0, 50) == {0: 10, 1: 10}
    assert two.times_between(0, 50) == {1: 18}
    assert logs.of(track(3)) is None
    assert logs.cores == [0, 1]


def test_who_leaves_first_was_there_before_anybody_looked():
    log = log_of(1, (20, 1, OUT, 5), (30, 1, IN, 4))
    assert log.core_at(1) == 5
    assert log.moves.tolist() == [30]


def test_a_number_used_again_is_another_thread():
    logs = CoreLogs()
    logs.take(told((10, 1, IN, 0), (20, 1, EXIT, 0)))
    logs.take(told((50, 1, IN, 1), (60, 1, OUT, 1)))
    assert logs.of(track(1, 12)).times_between(0, 100) == {0: 10}
    assert logs.of(track(1, 52)).times_between(0, 100) == {1: 10}
    assert logs.of(track(1, 52)).moves.tolist() == []


def test_after_lost_switches_nobody_is_known_to_be_anywhere():
    logs = CoreLogs()
    logs.take(told((10, 1, IN, 0), (20, 2, IN, 1), (30, 0, LOST, 1), (40, 1, OUT, 0), (50, 2, IN, 0), (60, 3, OUT, 1)))
    assert [logs.of(track(1, 12)).core_at(when) for when in (29, 35)] == [0, None]
    assert logs.of(track(1, 12)).columns(np.array([20, 30, 40, 50])).tolist() == [0, OFF, OFF]
    assert [logs.of(track(2, 22)).core_at(when) for when in (29, 35, 55)] == [1, None, 0]
    third = logs.of(track(3, 31))  # first heard of after the loss: it may have come and gone meanwhile
    assert [third.core_at(when) for when in (29, 35)] == [None, 1]


def test_a_thread_that_was_there_before_the_first_switch_has_the_later_ones():
    logs = CoreLogs()
    logs.take(told((50, 1, IN, 0), (60, 1, EXIT, 0)))
    assert logs.of(track(1, 10, end_ns=70)).times_between(0, 100) == {0: 10}
    assert logs.of(track(1, 10, end_ns=40)) is None  # another thread's


def test_a_task_is_where_its_event_loop_is_and_another_machine_nowhere():
    logs = CoreLogs()
    logs.take(told((10, 7, IN, 1)))
    loop = track(7, 12)
    assert logs.of(track(0, 20, parent=loop)) is logs.of(loop)
    assert logs.of(Track(1, "remote", "w", 100, 7, start_ns=20)) is None


def test_when_nothing_tells_any_more_nobody_is_known_to_be_anywhere():
    logs = CoreLogs()
    logs.take(told((10, 1, IN, 0), (20, 2, IN, 1), (30, 2, OUT, 1)))
    logs.stop(40)
    one = logs.of(track(1, 12))
    assert one.columns(np.array([0, 20, 40, 60])).tolist() == [0, 0, OFF]
    assert logs.of(track(2, 22)).cores_at(np.array([35, 45])).tolist() == [1, OFF]
    assert one.times_between(0, 100) == {0: 30}
    assert logs.used(0, 10, 40) == 30
    assert np.isnan([logs.used(core, 40, 100) for core in (0, 1, 2)]).all()


@pytest.mark.parametrize("portions", [1, 2, 7])
def test_portions_change_nothing(portions):
    rows = [(10 * n + 1, n % 3 + 1, IN if n % 6 < 3 else OUT, n % 2) for n in range(60)]
    whole, parts = CoreLogs(), CoreLogs()
    whole.take(told(*rows))
    for some in np.array_split(np.arange(60), portions):
        parts.take(told(*(rows[n] for n in some)))
    for tid in (1, 2, 3):
        assert whole.of(track(tid, 600)).times_between(0, 700) == parts.of(track(tid, 600)).times_between(0, 700)


def test_at_the_end_everybody_has_left():
    logs = CoreLogs()
    logs.take(told((10, 1, IN, 0)))
    logs.finish(30)
    assert logs.of(track(1, 12)).times_between(0, 100) == {0: 20}
    assert logs.used(0, 10, 100) == 20
