"""``visualiser.qthread.Thread``: has the shape of ``threading.Thread``, and the lab records it as one of Qt's."""

import subprocess
import sys
import textwrap

import pytest

from tests.lab.observed import ROOT
from visualiser.lab.layout import Kind

pytest.importorskip("PySide6.QtCore")


def run_bare(text):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def test_it_has_the_shape_of_a_thread():
    code, out, err = run_bare("""
        import threading
        from visualiser.qthread import Thread
        go, seen = threading.Event(), []
        def work(a, b=0):
            seen.append((a, b, threading.get_ident(), threading.get_native_id()))
            go.wait()
        t = Thread(target=work, args=(1,), kwargs={"b": 2}, name="worker", daemon=True)
        assert (t.name, t.daemon, t.ident, t.native_id, t.is_alive()) == ("worker", True, None, None, False)
        assert "initial" in repr(t)
        t.start()
        assert t.is_alive() and "started" in repr(t)
        t.join(0.001)
        assert t.is_alive()
        go.set()
        t.join()
        assert not t.is_alive() and "stopped" in repr(t)
        assert seen == [(1, 2, t.ident, t.native_id)] and t.ident != threading.get_ident()
        t.join()
        class Mine(Thread):
            def run(self): seen.append(self.name)
        mine = Mine()
        mine.start(); mine.join()
        assert seen[-1].startswith("QThread-")
        assert "(work)" in Thread(target=work).name
        for wrong in (t.start, Thread().join, lambda: Thread(group=1)):
            try:
                wrong()
            except (RuntimeError, ValueError):
                pass
            else:
                raise AssertionError(wrong)
        selfish = []
        def join_me():
            try:
                selfish[0].join()
            except RuntimeError as error:
                selfish.append(str(error))
        selfish.append(Thread(target=join_me))
        selfish[0].start(); selfish[0].join()
        assert selfish[1] == "cannot join current thread"
    """)
    assert (code, out, err) == (0, "", "")


def test_python_waits_for_it_though_nobody_holds_it():
    code, out, err = run_bare("""
        import gc, time
        from visualiser.qthread import Thread
        def work():
            for _ in range(20):
                gc.collect()
                time.sleep(0.001)
            print("done")
        def start():
            Thread(target=work).start()
        start(); start()
        gc.collect()
    """)
    assert (code, out, err) == (0, "done\ndone\n", "")


def test_an_exception_goes_the_way_of_all_threads():
    code, out, err = run_bare("""
        import sys, threading
        from visualiser.qthread import Thread
        threading.excepthook = lambda args: print(args.exc_type.__name__, args.thread.name)
        for target in (lambda: 1 / 0, sys.exit):
            t = Thread(target=target, name="unlucky")
            t.start(); t.join()
    """)
    assert (code, out, err) == (0, "ZeroDivisionError unlucky\nSystemExit unlucky\n", "")


def test_many_short_threads():
    code, out, err = run_bare("""
        from visualiser.qthread import Thread, _alive
        for _ in range(500):
            Thread(target=int).start()
        t = Thread(target=int); t.start(); t.join()
        assert len(_alive) < 100
    """)
    assert (code, out, err) == (0, "", "")


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
def test_a_forked_child_does_not_wait_for_the_parents_threads():
    code, out, err = run_bare("""
        import multiprocessing, threading, warnings
        from visualiser.qthread import Thread
        warnings.simplefilter("ignore", DeprecationWarning)
        go = threading.Event()
        t = Thread(target=go.wait); t.start()
        p = multiprocessing.get_context("fork").Process(target=int)
        p.start(); p.join()
        assert p.exitcode == 0
        go.set()
    """)
    assert (code, out, err) == (0, "", "")


def test_the_lab_records_it(lab):
    seen = lab.run("""
        import time
        from visualiser.qthread import Thread
        def work():
            time.sleep(0.002)
            raise ValueError("no luck")
        t = Thread(target=work, name="worker")
        t.start()
        t.join()
    """)
    assert seen.code == 0
    assert not seen.told("note")
    (told,) = [line for line in seen.told("thread") if line["name"] == "worker"]
    assert (told["qt"], told["helper"], told["main"]) == (True, False, False)
    life, slept = seen.thread("worker")
    assert (life.kind, slept.kind, slept.line) == (Kind.THREAD, Kind.SLEEP, lab.line("time.sleep"))
    assert slept.end <= life.end
    labels = {record.label: record.line for record in seen.thread_of_root()}
    assert labels["start worker"] == lab.line("t.start")
    assert labels["join worker"] == lab.line("t.join")
    (spawn,) = seen.of(Kind.SPAWN)
    assert spawn.value == told["tid"]
    (error,) = seen.told("error")
    assert (error["thread"], error["line"]) == ("worker", lab.line("raise"))


def test_without_pyside_the_reason_is_told(lab):
    seen = lab.run("""
        import sys
        sys.modules["PySide6"] = None
        try:
            from visualiser.qthread import Thread
        except ImportError:
            from threading import Thread
        print(Thread.__module__)
    """)
    assert (seen.code, seen.out, seen.err) == (0, "threading\n", "")
    assert "PySide6" in seen.told("note")[0]["text"]
