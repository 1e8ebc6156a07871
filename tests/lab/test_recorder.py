"""The recorder on its own: segments, their growth, their end on a full disk."""

import errno
import itertools
import os
import subprocess
import threading

import pytest

from tests.lab.observed import Lab
from visualiser.lab import layout, recorder
from visualiser.lab.control import Control
from visualiser.lab.layout import Kind
from visualiser.lab.recorder import KIND, Recorder
from visualiser.lab.story import Story

SLEEP = Kind.SLEEP << KIND


def open_recorder(lab):
    control = Control(str(lab.run_dir))
    return Recorder(str(lab.run_dir), control, Story(str(lab.run_dir), control), lambda: "unnamed")


def in_other_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_a_record_is_open_until_it_ends(lab):
    track = open_recorder(lab).threads.track
    handle = track.begin(SLEEP, 7, -5)
    (record,) = lab.read().of(Kind.SLEEP)
    assert (record.is_open, record.value, record.pid, record.tid) == (True, -5, os.getpid(), threading.get_native_id())
    track.end(handle)
    (record,) = lab.read().of(Kind.SLEEP)
    assert record.begin < record.end
    track.finish()
    assert not lab.read().of(Kind.THREAD)[0].is_open


def test_a_value_may_come_with_the_end_and_a_mark_may_come_late(lab):
    track = open_recorder(lab).threads.track
    track.end_with(track.begin(Kind.START << KIND, 0), 4711)
    track.mark(Kind.SPAWN << KIND, 0, 4711, when=12345)
    seen = lab.read()
    assert seen.of(Kind.START)[0].value == 4711
    assert not seen.of(Kind.START)[0].is_open
    (mark,) = seen.of(Kind.SPAWN)
    assert (mark.begin, mark.end, mark.value) == (12345, 12345, 4711)
    track.finish()


def test_a_full_segment_is_followed_by_a_larger_one(lab):
    track = open_recorder(lab).threads.track
    outer = track.begin(Kind.TASK << KIND, 0)
    for number in range(150_000):
        track.end(track.begin(SLEEP, 0, number))
    track.end(outer)
    track.finish()
    seen = lab.read()
    assert [record.value for record in seen.of(Kind.SLEEP)] == list(range(150_000))
    assert {record.chain for record in seen.records} == {0}
    assert not any(record.is_open for record in seen.records)
    sizes = sorted(path.stat().st_size for path in seen.segments)
    assert sizes[0] == layout.FIRST_SEGMENT_BYTES
    assert all(larger == min(2 * size, layout.LARGEST_SEGMENT_BYTES) for size, larger in itertools.pairwise(sizes))
    assert sizes[-2:] == [layout.LARGEST_SEGMENT_BYTES] * 2


def test_every_thread_has_segments_of_its_own(lab):
    ours = open_recorder(lab)
    in_other_thread(lambda: ours.threads.track.end(ours.threads.track.begin(SLEEP, 0)))
    seen = lab.read()
    assert {record.chain for record in seen.records} == {0, 1}
    assert [line["name"] for line in seen.told("thread")] == ["MainThread", "unnamed"]
    (life,) = [record for record in seen.of(Kind.THREAD) if record.chain == 1]
    assert not life.is_open


def test_the_segments_of_another_process_with_the_same_pid_are_left_alone(lab):
    (lab.run_dir / layout.segment_name(os.getpid(), 0)).write_bytes(bytes(64))
    open_recorder(lab).threads.track.finish()
    assert (lab.run_dir / layout.segment_name(os.getpid(), 0)).read_bytes() == bytes(64)
    assert (lab.run_dir / layout.segment_name(os.getpid(), 1)).exists()


def test_no_more_room_is_told_and_what_is_lost_is_counted(lab, monkeypatch):
    ours = open_recorder(lab)
    track = ours.threads.track

    def refuse(*_):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(recorder, "make_segment", refuse)
    room = (layout.FIRST_SEGMENT_BYTES - layout.HEADER_BYTES) // layout.RECORD_BYTES
    for _ in range(room + 99):
        track.end(track.begin(SLEEP, 0))
    seen = lab.read()
    assert (len(seen.records), seen.dropped) == (room, 100)
    assert (lab.control(layout.CONTROL_FAULT), ours.fault) == (errno.ENOSPC, errno.ENOSPC)
    assert lab.control(layout.CONTROL_FAULT_PID, layout.LONG) == os.getpid()
    in_other_thread(lambda: ours.threads.track.end(ours.threads.track.begin(SLEEP, 0)))
    assert len(lab.read().records) == room
    track.finish()


@pytest.fixture
def tiny_disk(tmp_path):
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a tiny disk")
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let root mount")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_neither_kills_nor_disturbs_the_script(tiny_disk):
    lab = Lab(tiny_disk)
    seen = lab.run("""
        import threading, time
        def work():
            for _ in range(20_000):
                time.sleep(1e-6)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads: t.start()
        for t in threads: t.join()
        print("done")
    """)
    assert (seen.code, seen.out, seen.err) == (0, "done\n", "")
    assert lab.control(layout.CONTROL_FAULT) == errno.ENOSPC
    assert seen.records
    assert seen.dropped
