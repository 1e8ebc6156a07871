"""Stop ends everything, whatever the script does; checked on real processes."""

import os
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import psutil
import pytest

from tests.conftest import eventually
from tests.host.runs import carriers, follow, is_gone, output_of, reap_orphans, started
from visualiser.host import deaths, lab_process, sampler
from visualiser.host.relatives import Relatives
from visualiser.host.stop import ASK_S, KILL_S, TERMINATE_S, Ending

LOOP = """
    print("ready", flush=True)
    while True:
        pass
"""
DEAF = """
    import signal
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
DEADLOCK = """
    import threading
    one, two, both = threading.Lock(), threading.Lock(), threading.Barrier(3)

    def take(first, second):
        with first:
            both.wait()
            with second:
                pass

    for pair in ((one, two), (two, one)):
        threading.Thread(target=take, args=pair).start()
    both.wait()
    print("ready", flush=True)
"""
MANY = """
    import multiprocessing, os, signal, time

    def child(ready):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ready.release()
        while True:
            time.sleep(1)

    if __name__ == "__main__":
        context = multiprocessing.get_context("fork")
        ready = context.Semaphore(0)
        children = [context.Process(target=child, args=(ready,)) for _ in range(50)]
        for one in children:
            one.start()
        for _ in children:
            ready.acquire()
        print("ready", flush=True)
        children[0].join()
"""
RUNAWAY = """
    import os, signal, subprocess, sys, time
    hide = '''
    import os, signal, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.closerange(0, 3)
    with open(sys.argv[1], "w") as file:
        file.write(str(os.getpid()))
    os.rename(sys.argv[1], sys.argv[1] + ".done")
    while True:
        time.sleep(1)
    '''
    import textwrap
    for name, environment in (("kept", None), ("cleared", {})):
        subprocess.run([sys.executable, "-S", "-c", textwrap.dedent(hide), name], env=environment, check=True)
    while not all(os.path.exists(name + ".done") for name in ("kept", "cleared")):
        time.sleep(0.01)
    print("ready", flush=True)
    WAIT
"""


@pytest.mark.parametrize("source", [LOOP, DEAF, DEADLOCK, MANY], ids=["loop", "deaf", "deadlock", "fifty children"])
def test_stop_leaves_no_process_behind(tmp_path, source):
    with started(tmp_path, source) as session:
        output_of(session, "ready")
        session.stop()
        assert carriers(session.run_dir) == []
        assert is_gone(session.pid)
        session.poll()
        assert not session.running
        assert session.outcome.stopped
        assert session.outcome.exit_code == 130
        assert session.outcome.sentence.startswith("Stopped by you after")


@pytest.fixture
def elsewhere(monkeypatch):
    """The ways of a system without /proc, process descriptors and sampler."""
    monkeypatch.setattr(lab_process, "sys", SimpleNamespace(platform="darwin"))
    monkeypatch.setattr(deaths, "_descriptors_work", lambda: False)
    monkeypatch.setattr(sampler, "SUPPORTED", False)


@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.parametrize("source", [DEAF, MANY], ids=["deaf", "fifty children"])
def test_stop_leaves_no_process_behind_on_other_systems(tmp_path, elsewhere, source):
    with started(tmp_path, source) as session:
        assert session.sources == ("calls",)
        assert session.note == "Threads are watched from outside on Linux only."
        output_of(session, "ready")
        session.stop()
        reap_orphans()
        assert carriers(session.run_dir) == []
        batch = session.poll()
        assert session.pid in batch.ended
        assert session.outcome.stopped


def hidden(folder):
    return [int((folder / f"{name}.done").read_text()) for name in ("kept", "cleared")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans over to us")
def test_stop_finds_children_that_left_the_session_and_their_parents(tmp_path):
    with started(tmp_path, RUNAWAY.replace("WAIT", "time.sleep(600)")) as session:
        output_of(session, "ready")
        assert all(psutil.pid_exists(pid) for pid in hidden(tmp_path))
        session.stop()
        assert [pid for pid in hidden(tmp_path) if not is_gone(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans over to us")
def test_strays_are_ended_when_the_script_ends_by_itself(tmp_path):
    with started(tmp_path, RUNAWAY.replace("WAIT", "")) as session:
        follow(session)
        assert session.outcome.exit_code == 0
        assert [pid for pid in hidden(tmp_path) if not is_gone(pid)] == []


def test_a_script_that_is_asked_may_finish_in_good_order(tmp_path):
    source = """
        import time
        try:
            print("ready", flush=True)
            time.sleep(600)
        except KeyboardInterrupt:
            print("bye", flush=True)
    """
    with started(tmp_path, source) as session:
        output_of(session, "ready")
        session.stop()
        session.poll()
        assert session.stdout == "ready\nbye\n"


def test_stop_may_come_from_several_threads_while_another_polls(tmp_path):
    with started(tmp_path, LOOP) as session:
        output_of(session, "ready")
        stoppers = [threading.Thread(target=session.stop) for _ in range(4)]
        for stopper in stoppers:
            stopper.start()
        follow(session)
        for stopper in stoppers:
            stopper.join()
        assert session.outcome.stopped


def test_closing_a_running_session_stops_it(tmp_path):
    with started(tmp_path, LOOP) as session:
        output_of(session, "ready")
    assert is_gone(session.pid)
    assert not session.running
    assert session.outcome.sentence.endswith("because the window was closed.")
    assert not session.run_dir.exists()


def test_stop_after_the_end_changes_nothing(tmp_path):
    with started(tmp_path, "x = 1") as session:
        follow(session)
        before = session.outcome
        session.stop()
        assert session.outcome is before
        assert not before.stopped


class Stubborn:
    """Members that ignore everything up to a certain signal."""

    def __init__(self, gives_in_to):
        self.gives_in_to = gives_in_to
        self.heard = []
        self.living = 2

    def count(self):
        return self.living

    def signal(self, number):
        living, self.living = self.living, 0 if number == self.gives_in_to else self.living
        self.heard.append(number)
        return living


def run_ending(members, root, seconds):
    now = [100.0]
    ending = Ending(members, root, clock=lambda: now[0], kill=signal.SIGKILL)
    while not ending.advance():
        now[0] += 0.05
        assert now[0] < 110.0
    return ending, pytest.approx(seconds, abs=0.11) == now[0] - 100.0


def test_an_ending_goes_from_terminate_to_kill():
    members = Stubborn(signal.SIGTERM)
    ending, in_time = run_ending(members, None, ASK_S)
    assert members.heard == [signal.SIGTERM]
    assert in_time
    members = Stubborn(signal.SIGKILL)
    ending, in_time = run_ending(members, None, ASK_S + TERMINATE_S)
    assert members.heard[:2] == [signal.SIGTERM, signal.SIGKILL]
    assert in_time
    assert ending.left == 0


def test_an_ending_gives_up_on_what_cannot_be_killed():
    ending, in_time = run_ending(Stubborn(None), None, ASK_S + TERMINATE_S + KILL_S)
    assert in_time
    assert ending.left == 2
    assert ASK_S + TERMINATE_S + KILL_S <= 2.0


def test_relatives_remember_children_of_a_dead_parent():
    family = """if True:
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(child.pid, flush=True)
        sys.stdin.read()
    """
    parent = subprocess.Popen([sys.executable, "-c", family], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with parent:
        child = int(parent.stdout.readline())
        relatives = Relatives(parent.pid, set)
        assert relatives.count() == 2
        parent.stdin.close()
        parent.wait()
        assert relatives.count() == 1
        assert relatives.signal(signal.SIGTERM) == 1
        eventually(lambda: relatives.count() == 0)
    assert child
    reap_orphans()


def test_relatives_take_in_processes_that_have_told_of_themselves():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with child:
        relatives = Relatives(os.getpid() + 1_000_000_000, lambda: {child.pid})
        assert relatives.count() == 1
        relatives.signal(signal.SIGTERM)
        child.wait()
        assert relatives.count() == 0
