import numpy as np
import pytest

from tests.trace.story import IN, OUT, PREEMPT
from tests.trace.told_cores import EXIT, LOST, told
from visualiser.trace.core_logs import CoreLogs
from visualiser.trace.loads import Loads


def loads_with(*rows):
    logs = CoreLogs()
    logs.take(told(*rows))
    return Loads(logs)


def test_our_share_is_the_time_our_threads_had_the_core():
    loads = loads_with((100, 1, IN, 0), (150, 1, OUT, 0), (160, 2, IN, 1), (180, 2, PREEMPT, 1), (190, 2, IN, 0))
    loads.extend([(200, (80.0, 40.0)), (300, (100.0, 50.0))], told_until=300)
    assert loads.ours(0).tolist() == [60.0, 100.0]
    assert loads.ours(1).tolist() == [20.0, 0.0]
    assert loads.percent(0).tolist() == [80.0, 100.0]


def test_a_sample_waits_until_its_switches_have_been_told():
    logs = CoreLogs()
    loads = Loads(logs)
    logs.take(told((100, 1, IN, 0)))
    loads.extend([(200, (90.0,))], told_until=180)
    assert (len(loads), loads.shared) == (1, 0)
    logs.take(told((190, 1, OUT, 0)))
    loads.extend([], told_until=200)
    assert loads.ours(0).tolist() == [90.0]


def test_a_sample_that_says_less_than_we_used_is_raised():
    loads = loads_with((100, 1, IN, 0), (200, 1, OUT, 0))
    loads.extend([(200, (93.0,)), (300, (7.0,))], told_until=300)
    assert loads.percent(0).tolist() == [100.0, 7.0]
    assert loads.ours(0).tolist() == [100.0, 0.0]
    assert loads.others_percent == pytest.approx(0.0, abs=1e-6)  # 7 too little and 7 too much


def test_everything_else_is_the_rest_over_all_cores():
    loads = loads_with((100, 1, IN, 0), (150, 1, OUT, 0))
    loads.extend([(200, (90.0, 40.0))], told_until=200)
    assert loads.others_percent == pytest.approx((40 + 40) / 2)


def test_without_switches_nothing_is_known_of_shares():
    for loads in (Loads(), Loads(CoreLogs())):
        loads.extend([(200, (90.0,)), (400, (80.0,))], told_until=500)
        assert np.isnan(loads.ours(0)).all()
        assert loads.percent(0).tolist() == [90.0, 80.0]
        assert loads.others_percent is None


def test_what_was_lost_on_one_core_is_not_known_there_alone():
    loads = loads_with((100, 1, IN, 0), (110, 2, IN, 1), (150, 0, LOST, 1), (220, 3, IN, 1), (250, 3, EXIT, 1))
    loads.extend([(200, (90.0, 90.0)), (300, (90.0, 90.0)), (400, (90.0, 90.0))], told_until=400)
    assert loads.ours(0).tolist() == [100.0, 100.0, 100.0]
    assert np.isnan(loads.ours(1)[:2]).all()
    assert loads.ours(1)[2] == 0


def test_a_core_that_the_samples_do_not_have_makes_the_numbers_of_cores_doubtful():
    loads = loads_with((100, 1, IN, 3))
    loads.extend([(200, (90.0, 90.0))], told_until=200)
    assert np.isnan([loads.ours(core)[0] for core in (0, 1)]).all()


def test_who_left_first_had_the_core_since_the_first_switch():
    loads = loads_with((100, 1, IN, 1), (150, 2, OUT, 0))
    loads.extend([(200, (60.0, 60.0))], told_until=200)
    assert loads.ours(0).tolist() == [50.0]


def test_ours_is_never_more_than_the_load_whatever_the_rounding():
    loads = loads_with(*[(100 + 3 * n, 1, IN if n % 2 == 0 else OUT, 0) for n in range(900)])
    loads.extend([(200 * n, (47.3 + n,)) for n in range(1, 14)], told_until=2600)
    assert (loads.ours(0) <= loads.percent(0)).all()
    assert len(loads.ours(0)) == 13


def test_a_sample_that_waits_too_long_for_its_switches_stands_for_all():
    loads = loads_with((100, 1, IN, 0))
    loads.extend([(200, (90.0,))], told_until=150)
    loads.extend([(1_000_000_000, (90.0,))], told_until=150)
    assert loads.shared == 0
    loads.extend([(2_100_000_000, (90.0,))], told_until=150)
    assert (loads.shared, np.isnan(loads.ours(0)).tolist()) == (1, [True])


@pytest.mark.parametrize("told_all", [True, False])
def test_at_the_end_nothing_waits_any_longer(told_all):
    loads = loads_with((100, 1, IN, 0), (150, 1, EXIT, 0))
    loads.extend([(200, (90.0,))], told_until=150)
    loads.finish(told=told_all)
    assert loads.ours(0).tolist() == pytest.approx([50.0] if told_all else [np.nan], nan_ok=True)
