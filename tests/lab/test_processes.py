"""What the instruments of multiprocessing record, under every start method and interpreter."""

import os
import signal

import pytest

from tests.conftest import eventually
from tests.lab.observed import pythons
from visualiser.lab.layout import Kind

METHODS = ["fork", "spawn", "forkserver"]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
every_method = pytest.mark.parametrize("method", METHODS if hasattr(os, "fork") else ["spawn"])

PROCESSES = """
    import multiprocessing, sys, time

    def put_numbers(queue, event, lock, value):
        event.wait()
        for i in range(3):
            with lock:
                time.sleep(0.002)
                queue.put(i)
            with value.get_lock():
                value.value += 1

    if __name__ == "__main__":
        multiprocessing.set_start_method(sys.argv[1])
        queue, event = multiprocessing.Queue(), multiprocessing.Event()
        lock, value = multiprocessing.Lock(), multiprocessing.Value("i", 0)
        args = (queue, event, lock, value)
        processes = [multiprocessing.Process(target=put_numbers, args=args) for _ in range(2)]
        for p in processes:
            p.start()
        event.set()
        numbers = sorted(queue.get() for _ in range(6))  # gets
        for p in processes:
            p.join()
        assert numbers == [0, 0, 1, 1, 2, 2]
        total = value.value
"""

POOL = """
    import multiprocessing, sys

    def square_number(n):
        return n * n

    if __name__ == "__main__":
        multiprocessing.set_start_method(sys.argv[1])
        with multiprocessing.Pool(2) as pool:
            results = pool.map(square_number, range(10), 5)  # maps
            assert results == [n * n for n in range(10)]
            assert list(pool.imap(square_number, range(3))) == [0, 1, 4]
            assert pool.apply(square_number, (3,)) == 9
            assert pool.apply_async(square_number, (4,)).get() == 16
"""


def children(seen):
    return [line for line in seen.told("process") if line["how"] not in ("root", "tracker", "forkserver")]


@pytest.mark.parametrize("python", pythons())
@every_method
def test_processes_and_what_they_share(lab, python, method):
    seen = lab.run(PROCESSES, method, python=python)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    assert seen.told("results")[0]["values"]["total"] == 6
    assert len(children(seen)) == 2
    assert {line["how"] for line in children(seen)} == {"spawn" if method == "spawn" else "fork"}
    assert len({line["pid"] for line in seen.told("process")}) == len(seen.told("process"))
    names = {line["pid"]: line["name"] for line in seen.told("process_name")}
    assert len(names) == 2
    assert {line["pid"] for line in seen.told("end")} >= set(names)
    assert sorted((line["child"], line["code"]) for line in seen.told("child_exit")) == sorted(
        (pid, 0) for pid in names
    )
    root = seen.thread_of_root()
    starts = [record for record in root if record.kind == Kind.START]
    assert {record.value: record.label for record in starts} == {pid: f"start {name}" for pid, name in names.items()}
    assert {r.label for r in root if r.kind == Kind.PROC} == {f"join {name}" for name in names.values()}
    assert {r.line for r in root if r.kind == Kind.QUEUE_GET} == {lab.line("# gets")}
    for pid in names:
        slept = [record for record in seen.of(Kind.SLEEP) if record.pid == pid]
        assert [record.line for record in slept] == [lab.line("time.sleep")] * 3


@pytest.mark.parametrize("python", pythons())
@every_method
def test_a_pool(lab, python, method):
    seen = lab.run(POOL, method, python=python)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    workers = {line["pid"] for line in children(seen)}
    assert len(workers) in (1, 2)  # the pool may be done and gone before the second has even begun
    assert {line["pid"] for line in seen.told("pool_worker")} <= workers
    tasks = seen.of(Kind.TASK)
    assert {task.pid for task in tasks} <= workers
    assert len(tasks) == 7
    assert {(task.label, task.line) for task in tasks} == {("task square_number", lab.line("def square_number"))}
    idle = [record for record in seen.of(Kind.IDLE) if record.pid in workers]
    assert idle
    assert {record.line for record in idle} == {None}
    waits = {record.label: record.line for record in seen.thread_of_root() if record.kind == Kind.FUTURE}
    assert waits["Pool.map"] == lab.line("# maps")
    helpers = [line for line in seen.told("thread") if line["helper"]]
    assert len(helpers) == 3
    assert not any(line["helper"] for line in seen.told("thread") if line["main"])


EXECUTORS = """
    import multiprocessing, sys, time
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait

    def cpu_task(n):
        time.sleep(0.002)
        return n * n

    if __name__ == "__main__":
        multiprocessing.set_start_method(sys.argv[1])
        for kind in (ProcessPoolExecutor, ThreadPoolExecutor):
            with kind(max_workers=2) as executor:
                futures = [executor.submit(cpu_task, n) for n in range(4)]  # submits
                assert sorted(future.result() for future in as_completed(futures)) == [0, 1, 4, 9]  # completes
                assert list(executor.map(cpu_task, range(4), chunksize=2)) == [0, 1, 4, 9]
                wait(futures)
"""


@pytest.mark.parametrize("python", pythons())
@every_method
def test_executors(lab, python, method):
    seen = lab.run(EXECUTORS, method, python=python)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    root = seen.told("start")[0]["pid"]
    tasks = seen.of(Kind.TASK)
    assert {task.label for task in tasks} == {"task cpu_task"}
    assert len([task for task in tasks if task.pid != root]) == 6
    assert len([task for task in tasks if task.pid == root]) == 8
    workers = {line["pid"] for line in seen.told("pool_worker")}
    assert {task.pid for task in tasks if task.pid != root} <= workers
    submits = seen.of(Kind.SUBMIT)
    assert [submit.line for submit in submits][:4] == [lab.line("# submits")] * 4
    assert lab.line("# completes") in {r.line for r in seen.thread_of_root() if r.label == "as_completed"}
    threads = {line["name"]: line for line in seen.told("thread") if line["pid"] == root}
    assert threads["ThreadPoolExecutor-0_0"]["helper"] is False
    assert seen.thread("ThreadPoolExecutor-0_0")[1].kind in (Kind.IDLE, Kind.TASK)


@needs_fork
def test_a_fork_leaves_the_parents_records_alone(lab):
    seen = lab.run("""
        import os, queue, threading, time
        class Queue(queue.Queue):
            def _get(self):  # runs inside the recorded get
                self.child = os.fork()
                if self.child:
                    os.waitpid(self.child, 0)
                    time.sleep(0.005)
                return super()._get()
        q = Queue()
        threading.Thread(target=lambda: (time.sleep(0.02), q.put(1))).start()
        q.get()
        if not q.child:
            time.sleep(0.001)
            os._exit(0)
        time.sleep(0.002)
    """)
    assert seen.code == 0
    root, child = (line["pid"] for line in seen.told("process"))
    (got,) = seen.of(Kind.QUEUE_GET)
    (childs_sleep,) = [record for record in seen.of(Kind.SLEEP) if record.pid == child]
    assert got.pid == root
    assert got.begin < childs_sleep.begin < childs_sleep.end < got.end
    kinds = [record.kind for record in seen.records if record.pid == child]
    assert kinds == [Kind.THREAD, Kind.GET, Kind.SLEEP]  # the child goes on where its parent was: in the get


@needs_fork
def test_fork_beside_busy_threads(lab):
    seen = lab.run("""
        import os, threading, time
        done = False
        lock = threading.Lock()
        def work():
            while not done:
                with lock:
                    time.sleep(1e-6)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads: t.start()
        for n in range(10):
            child = os.fork()
            if not child:
                time.sleep(0.001)
                os._exit(n)
            assert os.waitpid(child, 0)[1] >> 8 == n
        done = True
        for t in threads: t.join()
    """)
    assert seen.code == 0
    assert len(children(seen)) == 10
    for told in children(seen):
        (life, slept) = [record for record in seen.records if record.pid == told["pid"]]
        assert (life.is_open, slept.is_open) == (True, False)
    root = seen.told("start")[0]["pid"]
    assert not [record for record in seen.records if record.pid == root and record.is_open]


def test_a_failing_process(lab):
    seen = lab.run("""
        import multiprocessing, os, signal, sys

        def fail():
            raise LookupError("nothing there")

        def leave():
            sys.exit(7)

        def die():
            os.kill(os.getpid(), signal.SIGKILL)

        if __name__ == "__main__":
            for target in (fail, leave, die):
                p = multiprocessing.Process(target=target)
                p.start()
                p.join()
    """)
    assert seen.code == 0
    assert sorted(line["code"] for line in seen.told("child_exit")) == [-signal.SIGKILL, 1, 7]
    (error,) = seen.told("error")
    assert (error["type"], error["line"], error["pid"]) == ("LookupError", lab.line("raise"), seen.process("Process-1"))
    (left,) = seen.told("exit")
    assert (left["code"], left["line"], left["pid"]) == (7, lab.line("sys.exit"), seen.process("Process-2"))
    assert seen.err.startswith("Process Process-1:\nTraceback (most recent call last):\n")
    assert "visualiser" not in seen.err or "3.10" in seen.told("process")[0]["python"]


def test_terminated_workers_leave_their_records(lab):
    seen = lab.run("""
        import multiprocessing, time
        def forever(started):
            started.set()
            time.sleep(1000)
        if __name__ == "__main__":
            started = multiprocessing.Manager().Event()
            pool = multiprocessing.Pool(1)
            result = pool.apply_async(forever, (started,))
            started.wait()
            pool.terminate()
            pool.join()
    """)
    assert (seen.code, seen.err) == (0, "")
    (task,) = seen.of(Kind.TASK)
    assert (task.label, task.is_open) == ("task forever", True)
    assert -signal.SIGTERM in {line["code"] for line in seen.told("child_exit") if line["child"] == task.pid}
    assert task.pid not in {line["pid"] for line in seen.told("end")}


@needs_fork
def test_a_contended_lock_between_processes_is_called_by_its_name(lab):
    script = """
        import multiprocessing, os, time
        def hold(lock, ready, enough):
            with lock:
                ready.set()
                while not os.path.exists(enough):
                    time.sleep(0.001)
        def take(lock):
            with lock: pass
        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            for number, shared in enumerate((context.Lock(), context.Value("i").get_lock())):
                ready = context.Event()
                holder = context.Process(target=hold, args=(shared, ready, f"enough{number}"))
                holder.start()
                ready.wait()
                taker = context.Process(target=take, args=(shared,))
                taker.start()
                taker.join()
                holder.join()
    """
    with lab.start(script) as process:
        for number in range(2):
            eventually(lambda number=number: len(lab.read().of(Kind.LOCK)) == number + 1)
            (lab.script.parent / f"enough{number}").touch()
        _out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert [(record.label, record.is_open) for record in lab.read().of(Kind.LOCK)] == [
        ("Lock 1", False),
        ("Lock of Value", False),
    ]


@pytest.mark.parametrize("make", ["Lock()", "RLock()", "Semaphore()", "Event()", "Value('q', 0)", "Queue()"])
def test_what_processes_share_is_let_go_of_at_once(lab, make):
    seen = lab.run(f"""
        import gc, multiprocessing, weakref
        gc.disable()
        thing = multiprocessing.{make}
        gone = weakref.ref(getattr(thing, "_lock", None) or thing)
        del thing
        assert gone() is None
    """)
    assert (seen.code, seen.err) == (0, "")
