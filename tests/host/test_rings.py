"""What becomes of switches that the kernel could not deliver: a ring written by the test, just as the kernel does."""

import mmap
import os
import struct

import pytest

from visualiser.host import recording as recording_module
from visualiser.host.perf import _HEAD, _TAIL, SwitchTrace, _Ring
from visualiser.host.recording import Recording
from visualiser.lab import layout
from visualiser.lab.layout import Kind

CORE, PID, TID = 3, 5, 6
RING_BYTES = 4096
MS = 1_000_000


class FakeRing:
    """The kernel's side of a ring of one page of data: drops records that find no room, and later tells how many."""

    def __init__(self):
        self._map = mmap.mmap(-1, mmap.PAGESIZE + RING_BYTES)
        self._lost = 0
        self.ring = _Ring(CORE, os.open(os.devnull, os.O_RDONLY), self._map)

    def switch(self, when):
        record = struct.pack("<IHHIIQII", 14, 0, 32, PID, TID, when, CORE, 0)
        lost = struct.pack("<IHHQQIIQII", 2, 0, 48, 1, self._lost, PID, TID, when, CORE, 0) if self._lost else b""
        if self._free < len(lost) + len(record):
            self._lost += 1
            return
        self._lost = 0
        self._put(lost + record)

    def exit(self, when):
        self._put(struct.pack("<IHHIIIIQIIQII", 4, 0, 56, PID, PID, TID, TID, when, PID, TID, when, CORE, 0))

    def overflow(self, first, last, number):
        """Write ``number`` switches between the times ``first`` and ``last``, far more than there is room for."""
        for i in range(number):
            self.switch(first + (last - first) * i // (number - 1))

    @property
    def _free(self):
        # As in the kernel, one byte always stays free.
        return RING_BYTES - 1 - (self._word(_HEAD) - self._word(_TAIL))

    def _word(self, place):
        return struct.unpack_from("<Q", self._map, 8 * place)[0]

    def _put(self, data):
        head = self._word(_HEAD)
        for i, byte in enumerate(data):
            self._map[mmap.PAGESIZE + (head + i) % RING_BYTES] = byte
        struct.pack_into("<Q", self._map, 8 * _HEAD, head + len(data))


class FakeTrace(SwitchTrace):
    """A trace of rings that no kernel writes."""

    def __init__(self, *fakes):
        self._rings = [fake.ring for fake in fakes]


@pytest.fixture
def fake():
    return FakeRing()


@pytest.fixture
def trace(fake):
    trace = FakeTrace(fake, FakeRing())
    yield trace
    trace.close()


def lost(switches):
    return [(t0, t1, core, number) for t0, t1, _, kind, core, number in switches if kind == Kind.LOST]


def test_switches_were_lost_between_the_last_one_before_and_the_report(fake, trace):
    fake.overflow(1000, 2000, 1001)
    before = trace.drain()
    room = (RING_BYTES - 1) // 32
    assert len(before) == room
    assert not lost(before)
    fake.switch(3000)
    fake.switch(3001)
    assert lost(trace.drain()) == [(before[-1][0], 3000, CORE, 1001 - room)]


def test_the_end_of_a_thread_is_a_record_before_a_hole_too(fake, trace):
    fake.switch(10)
    fake.exit(20)
    assert [(t0, t1, kind) for t0, t1, _, kind, _, _ in trace.drain()] == [
        (10, 10, Kind.SWITCH_IN),
        (20, 20, Kind.THREAD_EXIT),
    ]
    fake._lost = 7
    fake.switch(30)
    assert lost(trace.drain()) == [(20, 30, CORE, 7)]


def test_two_holes_in_one_drain_are_told_apart(fake, trace):
    fake.switch(10)
    fake._lost = 1
    fake.switch(20)
    fake.switch(25)
    fake._lost = 2
    fake.switch(30)
    assert lost(trace.drain()) == [(10, 20, CORE, 1), (25, 30, CORE, 2)]


def test_a_hole_does_not_reach_back_before_what_was_promised(fake, trace):
    fake.switch(10)
    trace.drain()
    fake._lost = 4
    fake.switch(30)
    assert lost(trace.drain(since=25)) == [(25, 30, CORE, 4)]
    fake._lost = 4
    fake.switch(40)
    assert lost(trace.drain(since=50)) == [(50, 50, CORE, 4)]


def test_a_full_ring_is_known_no_further_than_its_last_switch(fake, trace):
    fake.switch(10)
    trace.drain()
    assert trace.known_until == float("inf")
    assert trace.calm
    fake.overflow(100, 200, 300)
    last = trace.drain()[-1][0]
    assert trace.known_until == last
    assert not trace.calm
    trace.drain()
    assert trace.known_until == float("inf")
    assert trace.calm


def test_a_ring_above_a_quarter_is_not_calm(fake, trace):
    fake.overflow(1, 40, RING_BYTES // 32 // 4)
    trace.drain()
    assert trace.calm
    fake.overflow(41, 80, RING_BYTES // 32 // 4 + 1)
    trace.drain()
    assert not trace.calm
    assert trace.known_until == float("inf")


class Clock:
    def __init__(self, monkeypatch, now):
        self.now = now
        monkeypatch.setattr(recording_module.time, "perf_counter_ns", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, 1000 * MS)


@pytest.fixture
def recording(trace, tmp_path, clock):
    recording = Recording(trace, str(tmp_path))
    yield recording
    recording.close()


@pytest.fixture
def written(tmp_path):
    """Gives what was written since the last call: (the newest watermark, the rest as (t0, t1, kind, depth, value))."""
    path, taken = tmp_path / layout.segment_name(os.getpid(), 1), 0

    def read():
        nonlocal taken
        content = path.read_bytes()
        (count,) = layout.COUNT.unpack_from(content, layout.COUNT_AT)
        records = list(layout.RECORD.iter_unpack(content[layout.HEADER_BYTES :][: count * layout.RECORD_BYTES]))[taken:]
        taken = count
        marks = [t0 for t0, _, _, kind, _, _ in records if kind == Kind.WATERMARK]
        rest = [(t0, t1, kind, depth, value) for t0, t1, _, kind, depth, value in records if kind != Kind.WATERMARK]
        return marks[-1], rest

    return read


def test_a_hole_is_told_from_its_beginning_although_the_sampler_was_late(fake, recording, written, clock):
    fake.overflow(1001 * MS, 1090 * MS, 300)
    clock.now = 1100 * MS
    recording.drain()
    watermark, switches = written()
    begin = 1001 * MS + 89 * MS * 126 // 299
    assert watermark == begin
    assert len(switches) == 126
    fake.switch(1101 * MS)
    clock.now = 1120 * MS
    recording.drain()
    rest = [
        (begin, begin, Kind.SWITCH_IN, CORE, PID),
        (begin, 1101 * MS, Kind.LOST, CORE, 300 - 127),
        (1101 * MS, 1101 * MS, Kind.SWITCH_IN, CORE, PID),
    ]
    assert written() == (1115 * MS, rest)


def test_a_full_ring_that_lost_nothing_holds_up_one_drain_only(fake, recording, written, clock):
    fake.overflow(1001 * MS, 1090 * MS, 127)
    clock.now = 1100 * MS
    recording.drain()
    assert written()[0] == 1090 * MS
    recording.drain()
    assert written()[0] == 1095 * MS


def test_the_rings_are_drained_sooner_while_they_fill_fast(fake, recording, clock):
    usual, pauses = recording.pause_s, []
    for number in (60, 60, 60, 60, 60, 1, 1, 1, 1):
        fake.overflow(clock.now - 2, clock.now - 1, number) if number > 1 else fake.switch(clock.now)
        clock.now += 15 * MS
        recording.drain()
        pauses.append(usual / recording.pause_s)
    assert pauses == [2, 4, 8, 8, 8, 4, 2, 1, 1]


def test_whoever_asks_gets_what_there_is_and_saves_the_next_drain(fake, recording, written, clock):
    recording.tick()
    usual = recording.due
    fake.switch(1001 * MS)
    clock.now = 1010 * MS
    recording.tell()
    assert written() == (1005 * MS, [(1001 * MS, 1001 * MS, Kind.SWITCH_IN, CORE, PID)])
    assert recording.due - usual >= 0.004  # beyond the next frame, in which somebody asks again


def test_what_was_held_back_is_written_at_the_end(fake, recording, written, clock):
    fake.overflow(1001 * MS, 1010 * MS, 300)
    clock.now = 1011 * MS
    recording.close()
    watermark, switches = written()
    assert watermark == clock.now
    assert len(switches) == 127
