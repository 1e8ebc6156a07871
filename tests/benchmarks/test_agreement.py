"""Two accounts of one thread are compared by the time they agree."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.agreement import Agreement, confusion


def account(*changes):
    return np.array([t for t, _ in changes], np.int64), np.array([code for _, code in changes], np.int64)


def test_time_is_counted_by_what_both_say():
    a, b = account((0, 1), (10, 2), (30, 1)), account((0, 1), (15, 2))
    assert confusion(a, b, 0, 40) == Counter({(1, 1): 10, (2, 1): 5, (2, 2): 15, (1, 2): 10})
    assert confusion(a, b, 12, 20) == Counter({(2, 1): 3, (2, 2): 5})


def test_before_its_first_change_an_account_says_nothing():
    assert confusion(account((20, 3)), account((0, 1)), 10, 25) == Counter({(0, 1): 10, (3, 1): 5})
    assert confusion(account(), account(), 0, 5) == Counter({(0, 0): 5})
    assert confusion(account((0, 1)), account((0, 1)), 5, 5) == Counter()


ACCOUNT = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 4)), unique_by=lambda change: change[0]).map(sorted)


@settings(deadline=None)
@given(ACCOUNT, ACCOUNT, st.integers(0, 99), st.integers(0, 99))
def test_it_is_the_same_as_looking_at_every_moment(first, second, begin, end):
    def says(changes, t):
        return next((code for when, code in reversed(changes) if when <= t), 0)

    expected = Counter((says(first, t), says(second, t)) for t in range(begin, end))
    assert confusion(account(*first), account(*second), begin, end) == expected


def test_an_agreement_tells_its_share_its_totals_and_its_worst():
    agreement = Agreement(Counter({("RUN", "RUN"): 70, ("GIL", "CORE"): 20, ("CORE", "GIL"): 5, ("GIL", "GIL"): 5}))
    assert agreement.percent == 75
    assert agreement.shares(0) == {"RUN": 70, "GIL": 25, "CORE": 5}
    assert agreement.shares(1) == {"RUN": 70, "CORE": 20, "GIL": 10}
    assert agreement.farthest == pytest.approx(15)
    assert agreement.worst(1) == [("GIL", "CORE", 20)]
    assert Agreement().percent == 0


def test_what_is_left_open_is_not_wrong():
    agreement = Agreement(Counter({("RUN", "RUN"): 60, ("GIL", "READY"): 20, ("CORE", "RUN"): 20}))
    assert agreement.percent == 60
    assert agreement.percent_told({"READY"}) == 75
