"""Processes that have one pid after each other, and one that goes on as another, as the collector tells them."""

import pytest

from tests.host.writer import FakeThread, tell
from visualiser.host.collector import Collector
from visualiser.lab.layout import Kind
from visualiser.trace.batch import ThreadKey

S = 1_000_000_000
PROCESS = {"ev": "process", "t": 1}


class ToldDeaths:
    """Notices the end of processes when the test says so."""

    def __init__(self):
        self.watched = []
        self.news = []

    def add(self, pid):
        self.watched.append(pid)

    def gone(self):
        news, self.news = self.news, []
        return news

    def close(self):
        pass


@pytest.fixture
def collector(tmp_path):
    moments = iter(range(100 * S, 200 * S, S))
    collector = Collector(tmp_path, clock=lambda: next(moments))
    collector._deaths.close()
    collector._deaths = ToldDeaths()
    yield collector
    collector.close()


@pytest.fixture
def poll(collector):
    return collector.poll


@pytest.fixture
def deaths(collector):
    return collector._deaths


def plain(batch, key):
    return [(r["t0"].item(), r["t1"].item(), r["kind"].item()) for r in batch.records.get(key, ())]


def events(batch):
    return [event["ev"] for event in batch.story]


def test_a_later_process_with_the_same_pid_is_heard_and_watched(tmp_path, poll, deaths):
    tell(tmp_path, 7, PROCESS, {"ev": "end", "t": 2})
    FakeThread(tmp_path, 7).record(1, 2)
    poll()
    deaths.news = [7]
    assert poll().ended.keys() == {7}
    tell(tmp_path, 7, PROCESS, {"ev": "name", "t": 3})
    later = FakeThread(tmp_path, 7, chain=1)
    later.record(3, 4)
    assert events(poll()) == ["process", "name"]
    assert plain(poll(), ThreadKey(7, 1)) == [(3, 4, Kind.SLEEP)]
    assert deaths.watched == [7, 7]
    deaths.news = [7]
    assert poll().ended.keys() == {7}


def test_the_end_of_a_process_is_not_that_of_one_with_its_pid_which_has_begun_already(tmp_path, poll, deaths):
    tell(tmp_path, 7, PROCESS)
    FakeThread(tmp_path, 7).record(1, 2)
    poll()
    tell(tmp_path, 7, PROCESS)
    later = FakeThread(tmp_path, 7, chain=1)
    later.record(3, 4)
    deaths.news = [7]
    assert poll().ended == {}
    later.record(5, 6)
    tell(tmp_path, 7, {"ev": "end", "t": 5})
    assert plain(poll(), ThreadKey(7, 1)) == [(3, 4, Kind.SLEEP)]
    assert deaths.watched == [7, 7]
    deaths.news = [7]
    last = poll()
    assert plain(last, ThreadKey(7, 1)) == [(5, 6, Kind.SLEEP)]
    assert last.ended.keys() == {7}


@pytest.mark.parametrize("failed", [[], [{"ev": "exec", "t": 2}, {"ev": "exec_failed", "t": 3}]])
def test_a_process_that_goes_on_as_another_ends_once(tmp_path, poll, deaths, failed):
    tell(tmp_path, 7, PROCESS, *failed, {"ev": "exec", "t": 4}, PROCESS)
    FakeThread(tmp_path, 7).record(1, 2)
    poll()
    deaths.news = [7]
    assert poll().ended.keys() == {7}
    assert deaths.watched == [7]
