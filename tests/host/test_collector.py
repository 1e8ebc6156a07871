import os
import subprocess
import sys

import pytest

from tests.conftest import eventually
from tests.host.writer import FakeThread, tell
from visualiser.host.collector import Collector
from visualiser.host.segments import SegmentReader
from visualiser.host.switch_file import SwitchFile
from visualiser.lab import layout
from visualiser.lab.layout import Kind
from visualiser.trace.batch import ThreadKey

ME = os.getpid()
S = 1_000_000_000


class Clock:
    """A clock that stands still until it is told; every poll of the tests happens a second after the last."""

    def __init__(self):
        self.now = 100 * S

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def collector(tmp_path, clock):
    collector = Collector(tmp_path, clock=clock)
    yield collector
    collector.close()


@pytest.fixture
def poll(collector, clock):
    def poll_a_second_later(last=False):
        clock.now += S
        return collector.poll(last)

    return poll_a_second_later


def plain(batch, key):
    return [(r["t0"].item(), r["t1"].item(), r["kind"].item()) for r in batch.records.get(key, ())]


def test_a_record_comes_one_poll_after_it_was_seen(tmp_path, poll):
    thread = FakeThread(tmp_path, ME, tid=4711)
    thread.record(10, 20)
    first, second, third = poll(), poll(), poll()
    assert first.records == {}
    assert plain(second, ThreadKey(ME, 0)) == [(10, 20, Kind.SLEEP)]
    assert second.native == {ThreadKey(ME, 0): 4711}
    assert third.records == {}
    assert third.native == {}


def test_what_a_glance_has_seen_comes_with_the_next_poll(tmp_path, collector, poll):
    thread, key = FakeThread(tmp_path, ME), ThreadKey(ME, 0)
    thread.record(10, 20)
    collector.glance()
    thread.record(30, 40)
    assert plain(poll(), key) == [(10, 20, Kind.SLEEP)]
    assert plain(poll(), key) == [(30, 40, Kind.SLEEP)]


def test_a_glance_vouches_for_its_own_time_only(tmp_path, collector, clock, poll):
    """Whoever began before the glance is in the batch: later ones may be missing, so the batch does not reach them."""
    FakeThread(tmp_path, ME)
    collector.discover()
    poll()
    clock.now += S
    collector.glance()
    glanced = clock.now
    assert glanced - S // 100 < poll().now < glanced


def test_files_made_after_a_glance_wait_for_the_next_one(tmp_path, collector, clock, poll):
    collector.glance()
    thread, key = FakeThread(tmp_path, ME), ThreadKey(ME, 0)
    thread.record(10, 20)
    assert plain(poll(), key) == []
    assert plain(poll(), key) == [(10, 20, Kind.SLEEP)]


def test_an_open_record_comes_again_when_it_is_closed(tmp_path, poll):
    thread, key = FakeThread(tmp_path, ME), ThreadKey(ME, 0)
    life = thread.record(5, 0, Kind.THREAD)
    wait = thread.record(10, 0, Kind.LOCK)
    poll()
    assert plain(poll(), key) == [(5, 0, Kind.THREAD), (10, 0, Kind.LOCK)]
    assert plain(poll(), key) == []
    thread.close(wait, 30)
    thread.record(40, 50)
    assert plain(poll(), key) == [(10, 30, Kind.LOCK)]
    thread.close(life, 60)
    assert plain(poll(), key) == [(5, 60, Kind.THREAD), (40, 50, Kind.SLEEP)]
    assert plain(poll(), key) == []


def test_an_end_seen_half_stored_is_no_end(tmp_path, poll):
    thread, key = FakeThread(tmp_path, ME), ThreadKey(ME, 0)
    begin, end = 0x1122334455, 0x1122340000
    wait = thread.record(begin, 0)
    thread.close(wait, end & 0xFFFFFF)  # the low bytes come first
    poll()
    assert plain(poll(), key) == [(begin, 0, Kind.SLEEP)]
    thread.close(wait, end)
    assert plain(poll(), key) == [(begin, end, Kind.SLEEP)]


def test_a_count_seen_half_stored_takes_nothing_back(tmp_path, poll):
    thread, key = FakeThread(tmp_path, ME), ThreadKey(ME, 0)
    for i in range(3):
        thread.record(i + 1, i + 2)
    poll()
    thread.publish(0)
    assert len(plain(poll(), key)) == 3
    thread.publish()
    assert plain(poll(), key) == []
    assert plain(poll(), key) == []


def test_a_chain_of_segments_is_one_thread(tmp_path, poll):
    thread, key = FakeThread(tmp_path, ME, capacity=3), ThreadKey(ME, 0)
    life = thread.record(1, 0, Kind.THREAD)
    first = thread.path
    thread.record(2, 3)
    thread.record(4, 5)
    thread.next_segment(1)
    thread.record(6, 7)
    poll()
    assert [t0 for t0, _, _ in plain(poll(), key)] == [1, 2, 4, 6]
    with first.open("r+b") as file:
        file.seek(thread.at(life) + layout.T1_AT)
        file.write(layout.COUNT.pack(9))
    assert plain(poll(), key) == [(1, 9, Kind.THREAD)]


def test_two_processes_and_two_threads_are_kept_apart(tmp_path, poll):
    for pid, chain, t0 in ((ME, 0, 1), (ME, 1, 2), (os.getppid(), 0, 3)):
        FakeThread(tmp_path, pid, chain).record(t0, t0 + 1)
    poll()
    batch = poll()
    assert {key: plain(batch, key)[0][0] for key in batch.records} == {
        ThreadKey(ME, 0): 1,
        ThreadKey(ME, 1): 2,
        ThreadKey(os.getppid(), 0): 3,
    }


def test_a_segment_without_its_header_waits(tmp_path, poll):
    thread = FakeThread(tmp_path, ME)
    thread.record(1, 2)
    whole = thread.path.read_bytes()
    thread.path.write_bytes(whole[:32])
    assert poll().records == {}
    thread.path.write_bytes(bytes(len(whole)))
    assert poll().records == {}
    thread.path.write_bytes(whole)
    poll()
    assert plain(poll(), ThreadKey(ME, 0)) == [(1, 2, Kind.SLEEP)]


def test_a_segment_that_is_still_growing_is_read_to_its_end(tmp_path, poll):
    thread = FakeThread(tmp_path, ME, capacity=4)
    whole = thread.path.read_bytes()
    thread.path.write_bytes(whole[: thread.at(1)])
    poll()
    with thread.path.open("ab") as file:
        file.write(whole[thread.at(1) :])
    for i in range(1, 4):
        thread.record(i, i + 1)
    poll()
    assert len(plain(poll(), ThreadKey(ME, 0))) == 3


def test_other_files_are_passed_over(tmp_path, poll):
    for name in ("control", "faults.txt", "pX.1.seg", "p1.seg", "p1.1.seg.tmp"):
        (tmp_path / name).write_bytes(bytes(200))
    assert poll().records == {}


def test_a_deleted_directory_ends_nothing(tmp_path, clock):
    home = tmp_path / "run"
    home.mkdir()
    collector = Collector(home, clock=clock)
    thread = FakeThread(home, ME)
    thread.record(1, 2)
    collector.poll()
    thread.path.unlink()
    home.rmdir()
    clock.now += S
    assert plain(collector.poll(), ThreadKey(ME, 0)) == [(1, 2, Kind.SLEEP)]
    clock.now += S
    assert collector.poll(last=True).now == clock.now
    collector.close()


def test_the_last_poll_takes_everything(tmp_path, poll):
    poll()
    thread = FakeThread(tmp_path, ME)
    thread.record(1, 0)
    thread.record(2, 3)
    tell(tmp_path, ME, {"ev": "end", "t": 4})
    batch = poll(last=True)
    assert plain(batch, ThreadKey(ME, 0)) == [(1, 0, Kind.SLEEP), (2, 3, Kind.SLEEP)]
    assert [event["ev"] for event in batch.story] == ["end"]
    assert list(batch.ended) == [ME]
    assert poll(last=True).ended == {}


def test_now_never_runs_ahead_of_what_was_delivered(tmp_path, poll, clock):
    assert poll().now == 0
    before = clock.now
    assert before - S < poll().now < before


def test_story_lines_come_whole_and_in_order_of_time(tmp_path, poll):
    other = os.getppid()
    tell(tmp_path, ME, {"ev": "b", "t": 2}, "not json", "[1]", {"no": "ev"}, '{"ev": "torn", "t"', end="")
    tell(tmp_path, other, {"ev": "a", "t": 1}, {"ev": "c", "t": 3})
    assert [(e["ev"], e["pid"]) for e in poll().story] == [("a", other), ("b", ME), ("c", other)]
    assert poll().story == []
    tell(tmp_path, ME, ": 9}")
    assert poll().story == [{"ev": "torn", "t": 9, "pid": ME}]


def test_dropped_records_are_counted_over_all_threads(tmp_path, poll):
    one, two = FakeThread(tmp_path, ME, 0), FakeThread(tmp_path, ME, 1)
    one.drop(3)
    assert poll().dropped == 3
    two.drop(4)
    one.drop(5)
    assert poll().dropped == 9


def test_samples_are_told_apart(tmp_path, clock):
    collector = Collector(tmp_path, sampler_pid=ME, clock=clock)
    sampler = FakeThread(tmp_path, ME)
    now = clock.now
    sampler.record(now - 30, now - 30, Kind.SWITCH_IN)
    sampler.record(now - 20, now - 20, Kind.WATERMARK)
    sampler.record(now - 10, now - 10, Kind.LOST, value=2)
    assert collector.poll().sampled == 0
    clock.now += S
    batch = collector.poll()
    assert batch.records == {}
    assert batch.switches["kind"].tolist() == [Kind.SWITCH_IN, Kind.LOST]
    assert 0 < batch.sampled <= batch.now
    assert collector.pids == set()
    assert collector.poll(last=True).sampled == now - 20
    collector.close()


def test_the_end_of_a_process_is_told_once_with_its_last_records(tmp_path, poll):
    child = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    with child:
        thread = FakeThread(tmp_path, child.pid)
        assert poll().ended == {}
        thread.record(1, 0, Kind.LOCK)
        tell(tmp_path, child.pid, {"ev": "note", "t": 1})
        child.kill()
        batches = []
        eventually(lambda: batches.append(poll()) or batches[-1].ended)
        assert list(batches[-1].ended) == [child.pid]
        assert [row for batch in batches for row in plain(batch, ThreadKey(child.pid, 0))] == [(1, 0, Kind.LOCK)]
        assert [event["ev"] for batch in batches for event in batch.story] == ["note"]
        assert poll().ended == {}


def test_a_process_that_is_already_gone_is_told(tmp_path, poll):
    child = subprocess.Popen([sys.executable, "-S", "-c", ""])
    child.wait()
    FakeThread(tmp_path, child.pid).record(1, 2)
    batches = [poll(), poll()]
    assert [pid for batch in batches for pid in batch.ended] == [child.pid]
    assert plain(batches[1], ThreadKey(child.pid, 0)) == [(1, 2, Kind.SLEEP)]


def test_full_segments_are_let_go(tmp_path, collector, poll):
    thread = FakeThread(tmp_path, ME, capacity=2)
    thread.record(1, 2)
    thread.record(3, 4)
    for _ in range(4):
        poll()
    assert [segment.number for segment in collector._segments] == [0], "its count of dropped records may still change"
    thread.next_segment(1)
    thread.record(5, 0)
    for _ in range(4):
        poll()
    assert [segment.number for segment in collector._segments] == [1]


def test_an_ended_thread_lets_go_of_all_its_segments(tmp_path, collector, poll):
    thread = FakeThread(tmp_path, ME, capacity=2)
    thread.record(1, 9, Kind.THREAD)
    thread.record(2, 3)
    thread.next_segment(1)
    thread.record(4, 5)
    for _ in range(4):
        poll()
    assert collector._segments == []


def test_a_reader_refuses_what_is_no_segment(tmp_path):
    path = tmp_path / "p1.0.seg"
    path.write_bytes(b"something else".ljust(200, b"\0"))
    with pytest.raises(OSError, match="header not complete"):
        SegmentReader(path, 0)


def test_looks_from_outside_are_a_stream_of_their_own(tmp_path, clock):
    collector = Collector(tmp_path, sampler_pid=ME, clock=clock)
    switches, looks = FakeThread(tmp_path, ME, layout.SWITCH_CHAIN), FakeThread(tmp_path, ME, layout.SEEN_CHAIN)
    now = clock.now
    switches.record(now - 30, now - 30, Kind.SWITCH_IN)
    switches.record(now - 25, now - 25, Kind.WATERMARK)
    looks.record(now - 20, now - 20, Kind.SEEN)
    looks.record(now - 10, now - 10, Kind.WATERMARK)
    batch = collector.poll(last=True)
    assert batch.switches["kind"].tolist() == [Kind.SWITCH_IN]
    assert batch.seen["kind"].tolist() == [Kind.SEEN]
    assert (batch.sampled, batch.seen_until) == (now - 25, now - 10)
    assert batch.records == {}
    collector.close()


def test_chains_of_one_writer_share_its_numbers(tmp_path, clock):
    files = {chain: SwitchFile(str(tmp_path), chain) for chain in (layout.SWITCH_CHAIN, layout.SEEN_CHAIN)}
    many = (layout.FIRST_SEGMENT_BYTES - layout.HEADER_BYTES) // layout.RECORD_BYTES + 1
    for chain, file in files.items():
        file.write([(when, when, chain, Kind.SEEN, 1, 9) for when in range(1, many + 1)])
    assert len(list(tmp_path.iterdir())) == 4
    collector = Collector(tmp_path, sampler_pid=ME, clock=clock)
    batch = collector.poll(last=True)
    assert batch.switches["object"].tolist() == [layout.SWITCH_CHAIN] * many
    assert batch.seen["object"].tolist() == [layout.SEEN_CHAIN] * many
    collector.close()
    for file in files.values():
        file.close()
