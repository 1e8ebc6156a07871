"""What the instruments of threading, time and print record."""

import itertools

import pytest

from tests.lab.observed import pythons
from visualiser.lab.layout import LABELS, WAITS, Kind

TWO_THREADS = """
    import threading
    import time

    def work():
        print("begins")
        time.sleep(0.05)

    thread1 = threading.Thread(target=work, name="one")
    thread2 = threading.Thread(target=work, name="two")
    thread1.start()
    thread2.start()
    thread1.join()
    thread2.join()
    answer = 42
    text = "x" * 2000
    _hidden = 1
"""


@pytest.mark.parametrize("python", pythons())
def test_two_threads_on_every_interpreter(lab, python):
    seen = lab.run(TWO_THREADS, python=python)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    for name in ("one", "two"):
        life, said, slept = seen.thread(name)
        assert (life.kind, said.kind, slept.kind) == (Kind.THREAD, Kind.PRINT, Kind.SLEEP)
        assert life.begin <= said.begin == said.end <= slept.begin < slept.end <= life.end
        assert (slept.label, slept.value, slept.line) == ("sleep", 50_000_000, lab.line("time.sleep"))
        assert slept.file == str(lab.script)
        assert slept.duration >= 50_000_000
        assert said.line == lab.line("print(")
    main = seen.thread("MainThread")
    assert [r.label for r in main if r.kind == Kind.START] == ["start one", "start two"]
    assert [r.label for r in main if r.kind == Kind.JOIN] == ["join one", "join two"]
    assert [r.line for r in main if r.kind == Kind.JOIN] == [lab.line("thread1.join"), lab.line("thread2.join")]
    tids = {line["name"]: line["tid"] for line in seen.told("thread")}
    assert [r.value for r in main if r.kind == Kind.SPAWN] == [tids["one"], tids["two"]]


def test_the_story_of_a_run(lab):
    seen = lab.run(TWO_THREADS)
    (process,) = seen.told("process")
    assert (process["how"], process["name"], process["gil"]) == ("root", "script.py", True)
    assert [line["ev"] for line in seen.story][-2:] == ["results", "end"]
    (results,) = seen.told("results")
    assert results["values"] == {"answer": 42, "text": "x" * 1000}
    (start,) = seen.told("start")
    assert all(record.begin >= start["t"] for record in seen.records if record.kind != Kind.THREAD)
    assert [line["main"] for line in seen.told("thread")] == [True, False, False]


def test_every_kind_of_wait_at_its_line(lab):
    seen = lab.run("""
        import threading

        def meet(ready, go):
            ready.set()
            go()

        def wait_for(go, release):
            ready = threading.Event()
            thread = threading.Thread(target=meet, args=(ready, go), name=go.__qualname__)
            thread.start()
            ready.wait()
            while not release():
                pass
            thread.join()

        lock, condition, event = threading.Lock(), threading.Condition(), threading.Event()
        semaphore, barrier = threading.Semaphore(0), threading.Barrier(2)

        def take_lock():
            with lock:  # waits for the lock
                pass

        def take_condition():
            with condition:
                condition.wait()  # waits for the condition

        def free_lock():
            while not lock._waiting:
                pass
            lock.release()
            return True

        def notify():
            with condition:
                condition.notify()
                return not condition._waiters

        lock.acquire()
        wait_for(take_lock, free_lock)
        told = []
        def release_condition():
            with condition:
                if condition._waiters:
                    condition.notify()
                    told.append(1)
            return told
        wait_for(take_condition, release_condition)
        wait_for(lambda: event.wait(), lambda: (len(event._cond._waiters) and (event.set(), 1)))
        wait_for(lambda: semaphore.acquire(), lambda: len(semaphore._cond._waiters) and (semaphore.release(), 1))
        wait_for(lambda: barrier.wait(), lambda: barrier.n_waiting and (barrier.wait(), 1))
    """)
    assert (seen.code, seen.err) == (0, "")
    main = seen.thread("MainThread")[0].chain
    waits = {r.kind: r for r in seen.records if r.chain != main and r.kind in WAITS}
    labels = {kind: record.label for kind, record in waits.items()}
    assert labels == {
        Kind.LOCK: "Lock 1",
        Kind.COND: "Condition 1",
        Kind.EVENT: "Event 1",
        Kind.SEM: "Semaphore 1",
        Kind.BARRIER: "Barrier 1",
    }
    assert waits[Kind.LOCK].line == lab.line("# waits for the lock")
    assert waits[Kind.COND].line == lab.line("# waits for the condition")
    (released,) = seen.of(Kind.RELEASE)
    assert released.label == "Lock 1"
    assert waits[Kind.LOCK].begin <= released.begin <= waits[Kind.LOCK].end


def test_a_lock_without_contention_records_nothing(lab):
    seen = lab.run("""
        import threading
        lock, rlock, semaphore, event = threading.Lock(), threading.RLock(), threading.Semaphore(), threading.Event()
        event.set()
        for _ in range(100):
            with lock, rlock, semaphore:
                event.wait()
            lock.acquire(timeout=1)
            lock.release()
            assert lock.acquire(False)
            assert not lock.acquire(False)
            lock.release()
    """)
    assert (seen.code, seen.err) == (0, "")
    assert {record.kind for record in seen.records} <= {Kind.THREAD, Kind.IMPORT}


def test_only_the_outermost_call_is_recorded_and_spans_never_overlap(lab):
    seen = lab.run("""
        import queue, threading, time
        q = queue.Queue(2)
        def take():
            for _ in range(200):
                q.get()
        threads = [threading.Thread(target=take) for _ in range(3)]
        for t in threads: t.start()
        for i in range(600): q.put(i)
        for t in threads: t.join()
    """)
    assert (seen.code, seen.err) == (0, "")
    assert seen.of(Kind.QUEUE_GET, Kind.QUEUE_PUT)
    assert not seen.of(Kind.COND)
    for chain in {record.chain for record in seen.records}:
        for kinds in (WAITS, LABELS):
            spans = [r for r in seen.records if r.chain == chain and r.kind in kinds]
            assert all(a.end <= b.begin for a, b in itertools.pairwise(spans))


def test_an_exception_ends_a_thread(lab):
    seen = lab.run("""
        import threading
        def fail():
            raise ValueError("no luck")
        thread = threading.Thread(target=fail, name="unlucky")
        thread.start()
        thread.join()
    """)
    assert seen.code == 0
    assert "no luck" in seen.err
    assert "visualiser" not in seen.err
    (error,) = seen.told("error")
    assert (error["type"], error["text"], error["thread"]) == ("ValueError", "no luck", "unlucky")
    assert (error["file"], error["line"]) == (str(lab.script), lab.line("raise"))
    assert not seen.thread("unlucky")[0].is_open


def test_a_daemon_thread_stays_open_at_the_end(lab):
    seen = lab.run("""
        import threading, time
        ready = threading.Event()
        def wait_forever():
            ready.set()
            time.sleep(1000)
        threading.Thread(target=wait_forever, daemon=True, name="daemon").start()
        ready.wait()
        while not any(f.f_code.co_name == "sleep" for f in __import__("sys")._current_frames().values()): pass
    """)
    assert (seen.code, seen.err) == (0, "")
    life, slept = seen.thread("daemon")
    assert (life.is_open, slept.is_open) == (True, True)
    assert seen.told("end")


def test_thousands_of_short_threads_keep_nothing_open(lab):
    seen = lab.run("""
        import os, threading
        before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        for _ in range(2000):
            thread = threading.Thread(target=int)
            thread.start()
            thread.join()
        more_files = (len(os.listdir("/proc/self/fd")) if before else 0) - before
        mappings = open("/proc/self/maps").read().count(".seg") if before else 1
    """)
    assert (seen.code, seen.err) == (0, "")
    # the main thread needs its first segment, where its life is still open, and the one it writes now
    assert seen.told("results")[0]["values"]["more_files"] <= 1
    assert seen.told("results")[0]["values"]["mappings"] <= 2
    lives = seen.of(Kind.THREAD)
    assert len(lives) == 2001
    assert not any(life.is_open for life in lives)


def test_a_thousand_threads_at_once_leave_the_script_its_files(lab):
    seen = lab.run("""
        import resource, threading
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        go = threading.Event()
        threads = [threading.Thread(target=go.wait) for _ in range(400)]
        for t in threads: t.start()
        open(__file__).close()
        go.set()
        for t in threads: t.join()
    """)
    assert (seen.code, seen.err) == (0, "")
    assert len(seen.of(Kind.THREAD)) == 401


def test_threads_of_other_makers_are_seen_too(lab):
    seen = lab.run("""
        import _thread, time
        done = _thread.allocate_lock()
        done.acquire()
        def work():
            time.sleep(0.01)
            done.release()
        _thread.start_new_thread(work, ())
        done.acquire()
        while _thread._count(): pass
    """)
    assert (seen.code, seen.err) == (0, "")
    (slept,) = seen.of(Kind.SLEEP)
    (life,) = [r for r in seen.of(Kind.THREAD) if r.chain == slept.chain]
    assert not life.is_open


def test_wrapped_objects_stay_what_they_were(lab):
    seen = lab.run("""
        import pickle, threading, time, weakref, _thread
        lock, rlock = threading.Lock(), threading.RLock()
        assert isinstance(lock, type(threading.Lock())) and isinstance(lock, _thread.LockType)
        assert "unlocked _thread.lock" in repr(lock) and "RLock" in repr(rlock)
        assert weakref.ref(lock)() is lock
        assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep
        assert pickle.loads(pickle.dumps(print)) is print
        for thing in (lock, rlock):
            try:
                pickle.dumps(thing)
            except TypeError as error:
                assert "cannot pickle" in str(error)
            else:
                raise AssertionError("a lock was pickled")
        lock._at_fork_reinit(); rlock._at_fork_reinit()
        for wrong in (lambda: lock.acquire(False, 1), lambda: lock.acquire(True, -5), lambda: time.sleep(-1)):
            try:
                wrong()
            except ValueError:
                pass
            else:
                raise AssertionError("accepted")
        class MyThread(threading.Thread):
            def run(self): self.ran = True
        class MyEvent(threading.Event): pass
        class MySemaphore(threading.BoundedSemaphore): pass
        t = MyThread(); t.start(); t.join(); assert t.ran
        assert not MyEvent().wait(0) and MySemaphore(1).acquire()
        with threading.Condition(threading.Lock()) as held, threading.Condition() as held_again: pass
        assert isinstance(threading.current_thread(), threading._MainThread)
        assert threading.active_count() == 1
    """)
    assert (seen.code, seen.err) == (0, "")
