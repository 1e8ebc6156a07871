"""Whatever the order of reads and writes: what is found lost is expected − actual, and each has one destroyer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.account_machine import content, path_to, play
from visualiser.lab.layout import VERSION, WRITER_AT
from visualiser.trace.account import Account
from visualiser.trace.account_lanes import writer_lanes
from visualiser.trace.versions import VersionsError, read_versions

TURNS = st.lists(st.integers(0, 4), max_size=120)


def account_of(turns, **options):
    made, versions = play(turns, **options)
    return Account(read_versions(made)), versions


@given(TURNS, st.integers(-5, 5))
def test_lost_is_expected_minus_actual(turns, start):
    account, versions = account_of(turns, start=start)
    assert account.by_ones
    assert account.exact
    assert account.lost == account.expected - account.actual
    assert account.expected == start + len(versions) - 1
    assert account.actual == versions[-1][0]
    survived = path_to(versions, len(versions) - 1)
    assert np.flatnonzero(account.survived).tolist() == sorted(survived)


@given(TURNS, st.lists(st.integers(-9, 9), max_size=60))
def test_the_amounts_add_up_whatever_is_added(turns, adds):
    account, versions = account_of(turns, adds=adds)
    lost = set(range(len(versions))) - path_to(versions, len(versions) - 1)
    assert account.lost_amount == sum(versions[one][0] - versions[versions[one][1]][0] for one in lost)
    assert account.lost_amount == account.expected - account.actual


@given(TURNS)
def test_the_destroyer_is_the_write_from_which_on_a_version_counted_no_more(turns):
    account, versions = account_of(turns)
    paths = [path_to(versions, number) for number in range(len(versions))]
    for number in range(1, len(versions)):
        counted = [number in path for path in paths]
        destroyer = 0 if counted[-1] else len(counted) - counted[::-1].index(True)
        assert account.destroyer[number] == destroyer
    assert account.destroyed.sum() == account.lost
    assert account.largest_loss == max(account.destroyed)
    assert all(account.is_stale[one] for one in account.most_destructive(1000))


@given(TURNS)
def test_how_often_a_value_is_read_again_is_no_count_of_the_lost(turns):
    account, _ = account_of(turns)
    assert account.same_value_read + account.rolled_back == account.lost


def test_the_naive_count_is_wrong_where_the_counter_is_rolled_back_last():
    # Thread 0 reads; thread 1 adds three times; thread 0 writes: all three are lost, and one value was read twice.
    account, _ = account_of([0, 1, 1, 1, 1, 1, 1, 0])
    assert (account.expected, account.actual, account.lost, account.stale) == (4, 1, 3, 1)
    assert (account.same_value_read, account.rolled_back) == (1, 2)
    assert account.destroyer.tolist() == [0, 4, 4, 4, 0]
    assert [(one.name, one.writes, one.lost, one.destroyed) for one in account.shares()] == [
        ("Thread-0", 1, 0, 3),
        ("Thread-1", 3, 3, 0),
    ]


def test_what_was_overwritten_may_come_back_and_be_destroyed_later():
    # 1 writes version 1; 0, which had read the begin, overwrites it; 2, which had read version 1, brings it back; then
    # 3, which had read what 0 wrote, ends it for good.
    account, _ = account_of([0, 1, 1, 2, 0, 3, 2, 3])
    assert account.survived.tolist() == [True, False, True, False, True]
    assert account.destroyer.tolist() == [0, 4, 0, 4, 0]


@given(TURNS)
def test_times_are_put_into_the_order_that_the_writes_prove(turns):
    account, _ = account_of(turns)
    versions = account.versions
    assert (np.diff(versions.write) >= 0).all()
    assert (versions.read[1:] <= versions.write[1:]).all()
    assert (versions.read[1:] >= versions.write[versions.parent[1:]]).all()


@given(TURNS, st.integers(1, 40))
def test_columns_count_every_write_of_a_lane_once(turns, width):
    account, _ = account_of(turns)
    lanes = writer_lanes(account)
    assert sum(map(len, lanes)) == account.writes
    for lane in lanes:
        writes, lost = lane.columns(np.linspace(0, 10 * len(turns) + 10, width + 1).astype(np.int64))
        assert (writes.sum(), lost.sum()) == (len(lane), lane.lost)
        for at, number in enumerate(lane.numbers.tolist()):
            assert lane.nearest(int(lane.write[at]), 0) is not None
            assert at in lane.between(int(lane.read[at]), int(lane.write[at]) + 1)
            assert number in range(1, account.writes + 1)
    assert sum(lane.lost for lane in lanes) == account.lost


def test_a_counter_that_is_set_anew_begins_a_new_account():
    main = 1 << WRITER_AT
    records = [
        VERSION.pack(0, main + 1, main + 1, 0, 0),
        VERSION.pack(1, main + 2, main + 1, 1, 2),
        VERSION.pack(0, main + 3, main + 3, 3, 3),
        VERSION.pack(1, main + 4, main + 3, 4, 5),
        VERSION.pack(2, main + 5, main + 4, 6, 7),
    ]
    told = {"threads": {"1": {"tid": 1, "name": "MainThread"}}}
    account = Account(read_versions(content(records, told)))
    assert (account.writes, account.skipped, account.expected, account.lost) == (2, 1, 2, 0)
    records[3] = VERSION.pack(2, main + 4, main + 2, 4, 5)  # computed from before
    with pytest.raises(VersionsError, match="given a value outright"):
        Account(read_versions(content(records, told)))


@pytest.mark.parametrize("told", [{"refused": "there is no counter"}, {"odd": "it held something else"}])
def test_a_run_says_why_there_is_no_account(told):
    with pytest.raises(VersionsError, match=next(iter(told.values()))):
        read_versions(content([], told))


def test_a_damaged_file_is_no_account():
    made, _ = play([0, 0, 1, 1])
    for broken in (b"", made[:-1], made[:40], b"x" + made[1:], made[: len(made) - 3] + b"]]]"):
        with pytest.raises(VersionsError, match="damaged"):
            read_versions(broken)
    stray = made.replace(VERSION.pack(1, (2 << WRITER_AT) + 1, (1 << WRITER_AT) + 1, 10, 20), b"\7" * VERSION.size)
    assert stray != made
    with pytest.raises(VersionsError, match="damaged"):
        read_versions(stray)
