"""The marks that tell who holds a lock while others wait for it."""

import os
import sys

import pytest

from tests.lab.observed import pythons
from visualiser.lab.layout import Kind

needs_gil = pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="without a GIL they do meet")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
every_lock = pytest.mark.parametrize("word", ["Lock", "RLock"])

# ``waiting`` is what the lab knows: there is no other way to tell that a thread waits for a lock.
COMMON = """
    import sys, threading, time
    lock = getattr(threading, sys.argv[1])()
    def await_waiting(number):
        while len(lock._waiting) < number:
            time.sleep(0)
    def take():
        with lock: pass  # takes
    def start(name, target):
        thread = threading.Thread(target=target, name=name)
        thread.start()
        return thread
"""


def tid_of(seen, name):
    (told,) = [line for line in seen.told("thread") if line["name"] == name]
    return told["tid"]


@every_lock
def test_the_holder_is_told_to_everyone_who_waits(lab, word):
    seen = lab.run(
        COMMON
        + """
    held = threading.Event()
    def hold():
        with lock:
            held.set()
            await_waiting(2)
    first = start("first", hold)
    held.wait()
    others = [start("second", take), start("third", take)]
    for thread in (first, *others):
        thread.join()
        """,
        word,
    )
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    waits, held_by = seen.of(Kind.LOCK), seen.of(Kind.HELD_BY)
    assert [mark.value for mark in held_by] == [tid_of(seen, "first")] * 2
    for wait, mark in zip(waits, held_by, strict=True):
        assert (wait.tid, wait.label, wait.line) == (mark.tid, mark.label, mark.line)
        assert wait.begin <= mark.begin <= wait.end
    # The one who gets it first keeps the other waiting; when that one gets it, nobody waits any more.
    (acquired,) = seen.of(Kind.ACQUIRE)
    assert acquired.tid in {tid_of(seen, "second"), tid_of(seen, "third")}
    marks = seen.of(Kind.LOCK, Kind.HELD_BY, Kind.ACQUIRE, Kind.RELEASE)
    assert {mark.label for mark in marks} == {f"{word} 1"}


HOLDS = {
    "acquire": "lock.acquire()",
    "at once": "assert lock.acquire(False)",
    "in time": "assert lock.acquire(timeout=10)",
    "again": "lock.acquire(); lock.release(); lock.acquire()",
    "after a wait": "start('second', take).join(); lock.__enter__()",
    "condition": "condition = threading.Condition(lock); condition.acquire(); condition.wait(0.001)",
    "not": "lock.acquire(); lock.release(); lock.acquire(); other = start('other', take); await_waiting(1); "
    "lock.release(); other.join(); lock.acquire()",
}


@every_lock
@pytest.mark.parametrize("way", HOLDS)
def test_a_holder_is_known_whichever_way_it_got_the_lock(lab, word, way):
    seen = lab.run(
        COMMON
        + f"""
    def hold():
        {HOLDS[way]}
        last = start("last", lambda: lock.acquire(timeout=0.001))
        last.join()
        lock.release()
    start("holder", hold).join()
        """,
        word,
    )
    assert (seen.code, seen.err) == (0, "")
    (wait,) = [record for record in seen.thread("last") if record.kind == Kind.LOCK]
    (held_by,) = [record for record in seen.thread("last") if record.kind == Kind.HELD_BY]
    assert held_by.value == tid_of(seen, "holder")
    assert wait.value == 1_000_000


@every_lock
def test_a_thread_that_ended_still_holds_its_lock(lab, word):
    seen = lab.run(
        COMMON
        + """
    start("careless", lock.acquire).join()
    enough = threading.Event()
    late = start("late", enough.wait)  # Python is free to call this one the same
    lock.acquire(timeout=0.001)
    enough.set()
    late.join()
        """,
        word,
    )
    assert (seen.code, seen.err) == (0, "")
    assert [mark.value for mark in seen.of(Kind.HELD_BY)] == [tid_of(seen, "careless")]


def test_a_lock_that_another_thread_released_forgets_who_left_it(lab):
    seen = lab.run(
        COMMON
        + """
    start("careless", lock.acquire).join()
    lock.release()
    with lock:
        start("late", lambda: lock.acquire(timeout=0.001)).join()
        """,
        "Lock",
    )
    assert (seen.code, seen.err) == (0, "")
    assert [mark.value for mark in seen.of(Kind.HELD_BY)] == [tid_of(seen, "MainThread")]


def test_locks_of_libraries_are_told_apart(lab):
    seen = lab.run("""
        import logging, threading
        handlers = [logging.StreamHandler(), logging.StreamHandler()]
        def flush(handler):
            handler.lock.acquire(timeout=0.001)
        for handler in (*handlers, handlers[0]):
            with handler.lock:
                thread = threading.Thread(target=flush, args=(handler,))
                thread.start()
                thread.join()
    """)
    assert (seen.code, seen.err) == (0, "")
    labels = [f"library RLock {number}" for number in (1, 2, 1)]
    assert [wait.label for wait in seen.of(Kind.LOCK)] == labels
    assert [(mark.label, mark.value) for mark in seen.of(Kind.HELD_BY)] == [
        (label, tid_of(seen, "MainThread")) for label in labels
    ]


def test_a_deadlock_can_be_read_off(lab):
    seen = lab.run("""
        import threading
        first, second = threading.Lock(), threading.Lock()
        both = threading.Barrier(2)
        def take(one, other):
            with one:
                both.wait()
                if other.acquire(timeout=0.05):
                    other.release()
        threads = [threading.Thread(target=take, args=locks, name=name)
                   for name, locks in (("a", (first, second)), ("b", (second, first)))]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """)
    assert (seen.code, seen.err) == (0, "")
    held_by = {(mark.tid, mark.label): mark.value for mark in seen.of(Kind.HELD_BY)}
    a, b = tid_of(seen, "a"), tid_of(seen, "b")
    assert held_by[a, "Lock 2"] == b or held_by[b, "Lock 1"] == a
    assert {key: value for key, value in held_by.items() if value not in (a, b)} == {}


@pytest.mark.parametrize("python", pythons())
def test_handed_from_thread_to_thread_each_waiter_knows_the_holder(lab, python):
    seen = lab.run(
        """
        import threading, time
        lock = threading.Lock()
        def work():
            for _ in range(300):
                with lock:
                    time.sleep(0.00001)
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    assert seen.of(Kind.HELD_BY)
    assert all(mark.value != mark.tid for mark in seen.of(Kind.HELD_BY))
    tids = {line["tid"] for line in seen.told("thread")}
    assert {mark.value for mark in seen.of(Kind.HELD_BY)} <= tids | {0}
    # Told once when the wait began, from then on by those who acquire while somebody waits.
    assert seen.of(Kind.ACQUIRE)


def test_a_thread_that_waits_for_itself_says_so(lab):
    seen = lab.run("""
        import threading
        lock = threading.Lock()
        with lock:
            assert not lock.acquire(timeout=0.2)
    """)
    assert (seen.code, seen.err) == (0, "")
    assert [mark.value for mark in seen.of(Kind.HELD_BY)] == [0, seen.told("start")[0]["pid"]]
    (wait,) = seen.of(Kind.LOCK)
    assert wait.duration >= 200_000_000


@every_lock
def test_who_is_known_to_be_waited_for_tells_when_it_gives_the_lock_back(lab, word):
    seen = lab.run(
        COMMON
        + """
    lock.acquire()
    waiting = start("waiting", take)
    await_waiting(1)
    lock.release()
    waiting.join()
        """,
        word,
    )
    assert (seen.code, seen.err) == (0, "")
    (released,) = seen.of(Kind.RELEASE)
    (wait,) = seen.of(Kind.LOCK)
    assert released.tid == tid_of(seen, "MainThread")
    assert wait.begin <= released.begin <= wait.end


@needs_gil
@pytest.mark.skipif(sys.version_info[:2] == (3, 14), reason="3.14 hands over the GIL right after a lock is taken")
@every_lock
def test_threads_do_not_meet_where_they_would_not_without_us(lab, word):
    seen = lab.run(
        """
        import sys, threading
        lock = getattr(threading, sys.argv[1])()
        counter = 0
        def count():
            global counter
            for _ in range(50_000):
                with lock:
                    counter += 1
        threads = [threading.Thread(target=count) for _ in range(4)]
        sys.setswitchinterval(0.00001)
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert counter == 200_000
        """,
        word,
    )
    assert (seen.code, seen.err) == (0, "")
    assert not seen.of(Kind.LOCK)


@every_lock
def test_a_lock_serves_an_exit_stack_and_is_let_go_of(lab, word):
    seen = lab.run(
        COMMON
        + """
    import contextlib, weakref
    with contextlib.ExitStack() as stack:
        assert stack.enter_context(lock) is True
        assert not threading.Thread(target=lambda: sys.exit(lock.acquire(False))).start()
    assert lock.acquire(False)
    lock.release()
    gone = weakref.ref(lock)
    del lock
    assert gone() is None
        """,
        word,
    )
    assert (seen.code, seen.err) == (0, "")


@needs_fork
def test_a_child_knows_its_own_threads(lab):
    seen = lab.run("""
        import os, threading
        lock = threading.Lock()
        lock.acquire()
        lock.release()
        child = os.fork()
        if not child:
            lock.acquire()
            thread = threading.Thread(target=lambda: lock.acquire(timeout=0.001))
            thread.start()
            thread.join()
            os._exit(0)
        os.waitpid(child, 0)
    """)
    assert (seen.code, seen.err) == (0, "")
    (held_by,) = seen.of(Kind.HELD_BY)
    assert held_by.value == held_by.pid != seen.told("start")[0]["pid"]
