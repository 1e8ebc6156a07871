"""The pyramid may be coarse, but it must not invent states, leave columns out or grow with the spans."""

import numpy as np

from visualiser.trace.lane import Lane
from visualiser.trace.pyramid import Pyramid
from visualiser.trace.row import row
from visualiser.trace.row_cache import RowCache
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale


def dense_lane(spans: int = 20_000) -> Lane:
    random = np.random.default_rng(4)
    t = 5_000 + np.cumsum(random.integers(50, 500, spans))
    lane = Lane()
    states = random.choice([State.RUN, State.GIL, State.SLEEP], spans).astype(np.uint8)
    lane.append(t, states, np.zeros(spans, np.uint32), int(t[-1]) + 100)
    return lane


def test_at_a_level_of_its_own_the_pyramid_is_exact():
    lane = dense_lane()
    scale = TimeScale(5_000, 4.0**6, 0, 700)
    assert Pyramid().row(lane, scale).main.tolist() == row(lane, scale.edges()).main.tolist()


def test_between_levels_most_columns_agree_and_none_is_left_out():
    lane = dense_lane()
    for step in (900.0, 3000.0, 7001.0):
        scale = TimeScale(5_000, step, 10, 400)
        quick, exact = Pyramid().row(lane, scale), row(lane, scale.edges())
        alive = exact.main != State.NONE
        assert (quick.main[alive][:-2] != State.NONE).all()
        assert (quick.main == exact.main).mean() > 0.4


def test_a_growing_lane_is_seen_to_its_end():
    lane, pyramid = Lane(), Pyramid()
    scale = TimeScale(0, 1000.0, 0, 300)
    for end in range(100_000, 300_001, 100_000):
        lane.append(np.array([end - 100_000]), np.array([end // 100_000], np.uint8), np.zeros(1, np.uint32), end)
        shown = pyramid.row(lane, scale).main
        assert len(np.flatnonzero(shown)) >= end // 1000 - 4


def test_only_a_moving_view_of_many_spans_is_not_exact():
    lane = dense_lane()
    cache = RowCache()
    whole = TimeScale(5_000, 20_000.0, 0, 300)
    cache.row(lane, whole, moving=True)
    assert not cache.exact
    kept = cache.row(lane, whole)
    assert cache.exact
    assert kept.main.tolist() == row(lane, whole.edges()).main.tolist()
    cache.row(lane, TimeScale(5_000, 20.0, 0, 300), moving=True)
    assert cache.exact, "few spans in view cost nothing to show exactly"


def test_zooming_again_over_the_same_stretch_computes_nothing():
    lane, pyramid = dense_lane(), Pyramid()
    for _ in range(2):
        for step in np.geomspace(1_000, 20_000, 12):
            pyramid.row(lane, TimeScale(5_000, float(step), 0, 300))
            last = pyramid.computed
    assert last == 0
