"""What cannot be seen is said to be lost, and nothing is ever taken for a holder that is none."""

import ctypes
import errno
import os
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import eventually
from tests.host.looked_at import looked_at
from tests.host.writer import tell
from visualiser.host import watched_process
from visualiser.host.gil_peek import NOBODY, Garbled, GilPeek, NoMemory
from visualiser.host.peek_permission import _reason, peek_refusal
from visualiser.host.process_directory import has_ended, open_process
from visualiser.host.sampler import Sampler
from visualiser.host.syscalls import Syscalls
from visualiser.host.watched_process import WatchedProcess, why_lost
from visualiser.host.watched_run import WatchedRun
from visualiser.lab.layout import Kind, Seen

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or bool(peek_refusal()), reason="this system lets nobody look into another process"
)

MS = 1_000_000
ME = os.getpid()


@contextmanager
def directory_of(pid):
    descriptor = os.open(f"/proc/{pid}", os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class FakeGil:
    """A GIL in our own memory, with a state whose word 2 is the holder's native id."""

    def __init__(self, interval=5000, held=1, native=ME):
        self.state = ctypes.create_string_buffer(struct.pack("<QQQ", 0, 0, native))
        words = struct.pack("<QQiiQ", interval, ctypes.addressof(self.state), held, 0, 7)
        self.words = ctypes.create_string_buffer(words)

    @property
    def told(self):
        return {"address": ctypes.addressof(self.words), "size": 208, "id_at": 16, "tid_at": -1}


@contextmanager
def peek(**options):
    fake = FakeGil(**options)
    with directory_of(ME) as directory:
        gil = GilPeek(directory, fake.told)
        try:
            yield gil
        finally:
            gil.close()


def test_the_holder_is_read():
    with peek() as gil:
        assert gil.holder() == ME
    with peek(held=0) as gil:
        assert gil.holder() == NOBODY
    with peek(held=-1) as gil:
        assert gil.holder() == NOBODY, "the interpreter has done away with it"


@pytest.mark.parametrize("wrong", [{"held": 2}, {"interval": 0}, {"interval": 1 << 60}])
def test_nonsense_is_no_gil(wrong):
    with peek(**wrong) as gil, pytest.raises(Garbled):
        gil.holder()


def test_an_address_without_memory_is_no_gil():
    with directory_of(ME) as directory:
        gil = GilPeek(directory, {"address": 4096, "size": 208, "id_at": 0, "tid_at": -1})
        with pytest.raises(Garbled):
            gil.holder()
        gil.close()


def test_the_memory_of_a_process_that_ended_is_gone_and_no_others():
    program = [sys.executable, "-S", "-c", "input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as child, directory_of(child.pid) as directory:
        gil = GilPeek(directory, FakeGil().told)
        assert not has_ended(directory)
        child.kill()
        child.wait()
        with pytest.raises(NoMemory):
            gil.holder()
        assert has_ended(directory)
        gil.close()


def test_only_a_futex_in_the_gil_is_waiting_for_it():
    with directory_of(ME) as directory:
        gil = GilPeek(directory, {"address": 0x1000, "size": 208, "id_at": 0, "tid_at": -1})
        assert [gil.inside(address) for address in (0xFFF, 0x1000, 0x10CF, 0x10D0)] == [False, True, True, False]
        gil.close()


@contextmanager
def watched_myself(fake=None):
    process = WatchedProcess(ME, os.open(f"/proc/{ME}", os.O_RDONLY | os.O_DIRECTORY), False, Syscalls())
    try:
        if fake is not None:
            process.take_gil(fake.told)
        yield process
    finally:
        process.close(10**18)


def states(process):
    return {record[4] for record in process.records if record[3] == Kind.SEEN}


def test_a_holder_that_is_no_thread_of_the_process_makes_it_unknown_and_nobody_wait():
    with watched_myself(FakeGil(native=1)) as process:
        for now in range(1, 40):
            process.look(now * MS)
        assert states(process) == {Seen.LOST}
        assert "does not show any more who holds its GIL" in process.lost
        assert not process.gone


def test_for_how_long_the_gil_changes_hands_too_fast_is_counted():
    fake = FakeGil()
    with watched_myself(fake) as process:
        for now in range(1, 80):
            struct.pack_into("<Q", fake.words, 24, 10 * min(max(now, 20), 50))
            process.look(now * MS)
        assert 25 <= process.hurried // MS <= 45


def test_a_moment_of_nonsense_is_passed_over():
    fake = FakeGil()
    with watched_myself(fake) as process:
        process.look(MS)
        ctypes.memset(ctypes.byref(fake.words, 16), 9, 4)
        for now in range(2, 15):
            process.look(now * MS)
        ctypes.memset(ctypes.byref(fake.words, 16), 0, 4)
        for now in range(15, 60):
            process.look(now * MS)
        assert process.lost == ""


def test_a_refusal_in_the_middle_makes_all_its_threads_unknown(monkeypatch):
    with watched_myself() as process:
        process.look(MS)
        true = os.pread

        def refuse(*_):
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(watched_process.ThreadLook, "look", refuse)
        process.look(2 * MS)
        assert os.pread is true
        lost = {record[2] for record in process.records if record[4] == Seen.LOST}
        assert {int(task.name) for task in Path("/proc/self/task").iterdir()} <= lost
        assert (
            process.lost == f"Process {ME} may not be looked into (Permission denied): what its threads do is unknown."
        )
        assert process.look(3 * MS) is False


def test_reasons_are_sentences_with_a_way_out(monkeypatch):
    too_many = why_lost(5, OSError(errno.EMFILE, "Too many open files"))
    assert too_many.startswith("Process 5 has more threads than")
    monkeypatch.setattr("visualiser.host.peek_permission.first_line", lambda path: "2")
    assert "`sudo sysctl kernel.yama.ptrace_scope=1` would allow it" in _reason(PermissionError(errno.EPERM, "no"))
    monkeypatch.setattr("visualiser.host.peek_permission.first_line", lambda path: "")
    assert "a container or security module forbids it" in _reason(PermissionError(errno.EPERM, "no"))


def test_a_process_that_does_not_bear_the_mark_is_not_looked_at():
    assert open_process(ME, b"/no/such/run/") is None
    assert open_process(2**22 + 1, b"") is None


def test_the_story_of_a_pid_that_another_process_has_now_is_not_believed(tmp_path):
    run = WatchedRun(str(tmp_path), Syscalls())
    tell(tmp_path, ME, '{"ev": "process", "t": 1, "gil": true}')
    for now in range(0, 1200, 50):
        run.look(now * MS)
    assert run.processes == []
    assert run.troubles == []
    run.close(2000 * MS)
    assert run.records == []


def test_a_process_whose_gil_was_not_found_is_named(tmp_path):
    run = WatchedRun(str(tmp_path), Syscalls())
    tell(
        tmp_path,
        ME,
        '{"ev": "process", "t": 1, "gil": true}',
        '{"ev": "gil_address", "t": 2, "address": 0, "why": "so"}',
    )
    tell(tmp_path, ME + 1, '{"ev": "process", "t": 1, "gil": false}', '{"ev": "gil_address", "t": 2, "address": 0}')
    run.look(MS)
    assert run.troubles == [f"Who holds the GIL of process {ME} is not known: so."]
    run.close(MS)


@pytest.fixture
def sampler():
    sampler = Sampler()
    yield sampler
    sampler.close()


def can_unshare():
    return sys.platform == "linux" and subprocess.run(["unshare", "-pf", "true"], check=False).returncode == 0


@pytest.mark.skipif(not can_unshare(), reason="this user may not make a PID namespace")
def test_a_lab_in_another_pid_namespace_is_found_by_the_name_it_has_there(tmp_path, sampler):
    source = """
        import subprocess, sys
        inner = "import threading as t, time; w = t.Thread(target=time.sleep, args=(1,), name='in'); w.start()"
        subprocess.run(["unshare", "-p", "-f", "--mount-proc", sys.executable, "-c", inner], check=True)
    """
    with looked_at(tmp_path, source, sampler) as run:
        run.follow()
        pid, tid = run.threads()["in"]
        assert pid == 1
        assert run.totals(pid, tid).most_common(1)[0][0] == Seen.SLEEP
    assert run.complaint == ""


def test_threads_that_live_for_microseconds_leave_no_wrong_state(tmp_path, sampler):
    source = """
        import threading
        for _ in range(300):
            thread = threading.Thread(target=int)
            thread.start()
            thread.join()
    """
    with looked_at(tmp_path, source, sampler) as run:
        run.follow()
        for pid, tid in {(r["value"].item(), r["object"].item()) for r in run.seen}:
            assert run.of(pid, tid)[-1][1] == 0, "every thread that was seen was seen to end"
    assert run.complaint == ""


def test_a_trouble_reaches_the_window_as_a_sentence(tmp_path, sampler):
    with looked_at(tmp_path, "import time\nprint('on', flush=True)\ntime.sleep(600)", sampler) as run:
        assert run.process.stdout.readline() == b"on\n"
        line = {"ev": "gil_address", "t": 1, "address": 0, "why": "this is a test"}
        tell(run.run_dir.path, run.process.pid, line)
        eventually(lambda: run.poll() and run.complaint)
    assert run.complaint.endswith("is not known: this is a test.")
