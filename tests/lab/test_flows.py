"""The marks of what passes from one thread or process to another: items through queues, tasks to pools."""

import json
import os
from collections import Counter

import pytest

from visualiser.lab.layout import Kind

METHODS = ["fork", "spawn", "forkserver"] if hasattr(os, "fork") else ["spawn"]
every_method = pytest.mark.parametrize("method", METHODS)


def items_got(seen):
    """Return what every thread got by its flows, each told by who put it (pid, chain) and as which of its items."""
    flows, got, puts = {}, {}, Counter()
    for put in seen.of(Kind.PUT):
        who = put.pid, put.chain
        assert put.value not in flows
        flows[put.value] = put, (who, puts[who])
        puts[who] += 1
    for get in seen.of(Kind.GET):
        put, item = flows.pop(get.value)  # each is got once
        assert (put.label, put.file) == (get.label, get.file)
        assert put.begin <= get.begin
        got.setdefault((get.pid, get.chain), []).append(item)
    return got


THREADS = """
    import json, queue, sys, threading

    class Newest(queue.Queue):
        def _init(self, maxsize):
            self.items = []
        def _qsize(self):
            return len(self.items)
        def _put(self, item):
            self.items.append(item)
        def _get(self):
            return self.items.pop()

    class Item(list):
        __hash__ = None
        def __init__(self, *content):
            super().__init__(content)
        def __lt__(self, other):
            return id(self) < id(other)

    make = {"Queue": queue.Queue, "LifoQueue": queue.LifoQueue, "PriorityQueue": queue.PriorityQueue,
            "SimpleQueue": lambda size: queue.SimpleQueue(), "Newest": Newest}[sys.argv[1]]
    channel = make(3)
    got = {}
    def produce():
        for number in range(20):
            channel.put(Item(threading.current_thread().name, number))
    def consume():
        mine = got[threading.current_thread().name] = []
        while len(mine) < 20:
            mine.append(channel.get())
    producers = [threading.Thread(target=produce, name=f"p{n}") for n in range(3)]
    consumers = [threading.Thread(target=consume, name=f"c{n}") for n in range(3)]
    for thread in producers + consumers: thread.start()
    for thread in producers + consumers: thread.join()
    print(json.dumps(got))
"""


@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "Newest"])
def test_every_item_is_followed_through_a_queue_of_threads(lab, kind):
    seen = lab.run(THREADS, kind)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    names = {(line["pid"], line["chain"]): line["name"] for line in seen.told("thread")}
    by_flow = {names[who]: [[names[source], n] for source, n in items] for who, items in items_got(seen).items()}
    assert by_flow == json.loads(seen.out)
    assert {mark.label for mark in seen.of(Kind.PUT, Kind.GET)} == {f"{kind} 1"}
    assert {mark.line for mark in seen.of(Kind.PUT)} == {lab.line("channel.put")}
    assert {mark.line for mark in seen.of(Kind.GET)} == {lab.line("channel.get")}
    assert {wait.label for wait in seen.of(Kind.QUEUE_GET)} <= {f"{kind} 1.get"}
    assert {wait.label for wait in seen.of(Kind.QUEUE_PUT)} <= {f"{kind} 1.put"}


def test_one_object_several_times_in_a_queue(lab):
    seen = lab.run("""
        import queue
        same, huge = {"not": "hashable"}, bytearray(10_000_000)
        first, last = queue.Queue(), queue.LifoQueue()
        for q in first, last:
            for thing in same, huge, same:
                q.put(thing)
            assert [q.get() is same for _ in range(3)] == [True, False, True]
            q.put_nowait(None)
            q.get_nowait()
    """)
    assert (seen.code, seen.err) == (0, "")
    flows = [mark.value for mark in seen.of(Kind.PUT)]
    assert [mark.value for mark in seen.of(Kind.GET)] == [*flows[:4], *flows[6:3:-1], flows[7]]
    assert [mark.label for mark in seen.of(Kind.PUT)] == ["Queue 1"] * 4 + ["LifoQueue 1"] * 4


def test_an_item_that_was_dropped_or_exchanged_is_not_taken_for_another(lab):
    seen = lab.run("""
        import queue
        class Odd(queue.Queue):
            def _put(self, item):
                if item is not None:
                    super()._put((item,))
        q = Odd()
        for item in (1, None, 2):
            q.put(item)
        assert [q.get(), q.get()] == [(1,), (2,)]
        try:
            p = queue.PriorityQueue()
            p.put(1)
            p.put("a")
        except TypeError:
            pass
        q.put(3)
    """)
    assert (seen.code, seen.err) == (0, "")
    assert [mark.value for mark in seen.of(Kind.GET)] == [0, 0]
    assert [mark.label for mark in seen.of(Kind.PUT)] == ["Odd 1"] * 3 + ["PriorityQueue 1", "Odd 1"]


def test_queues_of_libraries_are_left_alone(lab):
    seen = lab.run("""
        import logging.handlers, multiprocessing, queue, time, weakref
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
        from multiprocessing.pool import ThreadPool
        if __name__ == "__main__":
            with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(1) as processes:
                assert list(threads.map(abs, (-1, -2))) == list(processes.map(abs, (-1, -2)))
            with multiprocessing.Pool(1) as pool, ThreadPool(1) as threads:
                assert pool.map(abs, (-1, -2)) == threads.map(abs, (-1, -2))
            gone = weakref.ref(queue.Queue())
            assert gone() is None
    """)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    assert not seen.of(Kind.PUT, Kind.GET)
    assert not any(name["label"].startswith(("Queue ", "SimpleQueue ")) for name in seen.told("name"))


PROCESSES = """
    import json, multiprocessing, os, sys

    def produce(channel, done):
        for number in range(12):
            channel.put([os.getpid(), number, "x" * 10 ** (number % 6)])
        done.put(None)

    def consume(channel, results):
        got = []
        while (item := channel.get()) is not None:
            got.append(item[:2])
        results.put({os.getpid(): got})

    if __name__ == "__main__":
        multiprocessing.set_start_method(sys.argv[1])
        make = getattr(multiprocessing, sys.argv[2])
        spare, channel = multiprocessing.Queue(), make()
        results, done = multiprocessing.Queue(), multiprocessing.SimpleQueue()
        producers = [multiprocessing.Process(target=produce, args=(channel, done)) for _ in range(2)]
        consumers = [multiprocessing.Process(target=consume, args=(channel, results)) for _ in range(2)]
        for process in consumers + producers: process.start()
        for process in producers: done.get()
        for process in producers: process.join()
        for _ in consumers: channel.put(None)
        got = {}
        for _ in consumers: got.update(results.get())
        for process in consumers: process.join()
        print(json.dumps(got))
"""


@every_method
@pytest.mark.parametrize("kind", ["Queue", "JoinableQueue", "SimpleQueue"])
def test_every_item_is_followed_through_a_queue_of_processes(lab, method, kind):
    seen = lab.run(PROCESSES, method, kind)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    root = seen.told("start")[0]["pid"]
    channel = {"Queue": "Queue 2", "JoinableQueue": "JoinableQueue 1", "SimpleQueue": "SimpleQueue 1"}[kind]
    marks = Counter((mark.kind, mark.label) for mark in seen.of(Kind.PUT, Kind.GET))
    assert marks[Kind.PUT, channel] == marks[Kind.GET, channel] == 26
    results = "Queue 3" if kind == "Queue" else "Queue 2"
    done = "SimpleQueue 2" if kind == "SimpleQueue" else "SimpleQueue 1"
    assert [marks[which, name] for name in (results, done) for which in (Kind.PUT, Kind.GET)] == [2, 2, 2, 2]
    seen.records = [record for record in seen.records if record.label == channel]
    by_flow = {
        str(pid): [[source, number] for (source, _), number in items if source != root]
        for (pid, _), items in items_got(seen).items()
    }
    assert by_flow == json.loads(seen.out)


@every_method
def test_what_cannot_be_pickled_fails_as_ever(lab, method):
    script = """
        import multiprocessing, multiprocessing.queues, sys
        class Own(multiprocessing.queues.Queue):
            def _on_queue_feeder_error(self, error, thing):
                print(type(error).__name__, thing is unpicklable, flush=True)
        unpicklable = lambda: None
        if __name__ == "__main__":
            multiprocessing.set_start_method(sys.argv[1])
            own, plain, simple = Own(ctx=multiprocessing), multiprocessing.Queue(), multiprocessing.SimpleQueue()
            for q in own, plain:
                q.put(unpicklable)
                q.put(1)
                print(q.get())
            try:
                simple.put(unpicklable)
            except Exception as error:
                print(error)
            simple.put(2)
            print(simple.get())
    """
    seen = lab.run(script, method)
    bare = lab.run(script, method, PYTHONPATH="")
    told = [text.partition("0x")[0] for text in (seen.out, bare.out)]
    assert told[0] == told[1]
    assert "True" in seen.out
    assert seen.err.partition("0x")[0] == bare.err.partition("0x")[0]
    assert [mark.label for mark in seen.of(Kind.GET)] == ["Own 1", "Queue 1", "SimpleQueue 1"]


@every_method
def test_a_queue_whose_other_end_is_not_observed(lab, method):
    seen = lab.run(
        """
        import multiprocessing, os, sys
        def answer(questions, answers, simple):
            for _ in range(2):
                answers.put(questions.get() + 1)
            simple.put(simple.get() + 1)
        if __name__ == "__main__":
            multiprocessing.set_start_method(sys.argv[1])
            run = os.environ.pop("VISUALISER_RUN")
            questions, answers = multiprocessing.Queue(), multiprocessing.JoinableQueue()
            simple = multiprocessing.SimpleQueue()
            p = multiprocessing.Process(target=answer, args=(questions, answers, simple))
            p.start()
            simple.put(1)
            for n in range(2):
                questions.put(n)
                assert answers.get() == n + 1
            p.join()
            assert simple.get() == 2
        """,
        method,
    )
    assert (seen.code, seen.err) == (0, "")
    root = [mark for mark in seen.of(Kind.PUT, Kind.GET) if mark.pid == seen.told("start")[0]["pid"]]
    assert {mark.label for mark in root if mark.kind == Kind.PUT} == {"SimpleQueue 1", "Queue 1"}
    if method == "spawn":  # whatever forks is observed all the same
        assert [mark.kind for mark in root] == [Kind.PUT] * 3
        assert len(seen.told("process")) == 1


def test_a_child_does_not_call_its_own_queue_as_one_it_got(lab):
    seen = lab.run("""
        import multiprocessing, queue
        def work(channel):
            channel.put(1)
            own = queue.Queue()
            own.put(2)
        if __name__ == "__main__":
            multiprocessing.set_start_method("spawn")
            channel = multiprocessing.Queue()
            p = multiprocessing.Process(target=work, args=(channel,))
            p.start()
            assert channel.get() == 1
            p.join()
    """)
    assert (seen.code, seen.err) == (0, "")
    assert [mark.label for mark in seen.of(Kind.PUT)] == ["Queue 1", "Queue 2"]


POOLS = """
    import multiprocessing, sys
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
    from multiprocessing.pool import ThreadPool

    def first(n, *more):
        return n

    def second(n):
        return n

    if __name__ == "__main__":
        multiprocessing.set_start_method(sys.argv[1])
        for make in (multiprocessing.Pool, ThreadPool):
            with make(2) as pool, make(2) as other:
                pool.map(first, range(8), chunksize=2)
                other.map_async(second, range(2), chunksize=1).get()
                pool.apply(first, (1,))
                pool.apply_async(func=first, args=(1,)).get()
                pool.starmap(first, [(1, 2)] * 3, 1)
                pool.starmap_async(first, [(1, 2)], 1).get()
                list(pool.imap(first, range(2)))
                list(other.imap_unordered(second, range(4), 2))
        for make in (ProcessPoolExecutor, ThreadPoolExecutor):
            with make(2) as pool, make(2) as other:
                futures = [executor.submit(task, 1) for executor, task in ((pool, first), (other, second)) * 2]
                list(pool.map(first, range(2)))
                list(other.map(second, range(4), chunksize=2))
"""
OF_A_POOL = [4, 2, 1, 1, 3, 1, 2, 2]  # tasks of each submission
OF_THE_EXECUTORS = [1] * (4 + 2 + 2), [1] * (4 + 2 + 4)


@every_method
def test_a_task_has_the_flow_of_its_submission(lab, method):
    seen = lab.run(POOLS, method)
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    submits, tasks = seen.of(Kind.SUBMIT), seen.of(Kind.TASK)
    by_flow = {submit.value: submit for submit in submits}
    assert len(by_flow) == len(submits)
    assert all(flow > 0 for flow in by_flow)
    for task in tasks:
        submit = by_flow[task.value]
        assert submit.begin <= task.begin
        assert submit.label == task.label.replace("task", "submit")
    count = Counter(task.value for task in tasks)
    of_processes, of_threads = OF_THE_EXECUTORS
    assert [count[submit.value] for submit in submits] == OF_A_POOL * 2 + of_processes + of_threads
    assert {submit.pid for submit in submits} == {seen.told("start")[0]["pid"]}


def test_a_pool_that_breaks_and_tasks_that_are_cancelled(lab):
    seen = lab.run("""
        import os, threading
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        if __name__ == "__main__":
            with ProcessPoolExecutor(1) as pool:
                future = pool.submit(os._exit, 1)
                assert isinstance(future.exception(), BrokenProcessPool)
                try:
                    pool.submit(abs, 1)
                except BrokenProcessPool:
                    pass
            go = threading.Event()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(go.wait)
                assert pool.submit(abs, 1).cancel()
                go.set()
    """)
    assert (seen.code, seen.err) == (0, "")
    broken, waits, cancelled = seen.of(Kind.SUBMIT)
    assert [submit.label for submit in (broken, waits, cancelled)] == ["submit _exit", "submit wait", "submit abs"]
    assert {task.value for task in seen.of(Kind.TASK)} == {broken.value, waits.value}


@every_method
def test_who_starts_the_workers_of_a_pool(lab, method):
    seen = lab.run(
        """
        import multiprocessing, sys
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
        if __name__ == "__main__":
            multiprocessing.set_start_method(sys.argv[1])
            with multiprocessing.Pool(2) as pool:  # pool
                pool.map(abs, range(20), 1)
            with ProcessPoolExecutor(1) as executor:
                executor.submit(abs, 1).result()  # executor
            with ThreadPoolExecutor(1) as executor:
                executor.submit(abs, 1).result()  # threads
        """,
        method,
    )
    assert (seen.code, seen.err) == (0, "")
    spawned = {mark.value: mark.line for mark in seen.thread_of_root() if mark.kind == Kind.SPAWN}
    assert sorted(spawned.values()) == [lab.line(f"# {where}") for where in ("pool", "pool", "executor", "threads")]
    starts = {start.value for start in seen.thread_of_root() if start.kind == Kind.START and start.value}
    workers = {task.pid: task.tid for task in seen.of(Kind.TASK)}
    root = seen.told("start")[0]["pid"]
    assert {pid for pid in workers if pid != root} <= starts
    assert {tid for pid, tid in workers.items() if pid == root} < set(spawned)


def test_what_is_started_inside_another_call_is_told_too(lab):
    seen = lab.run("""
        import multiprocessing, queue, threading
        class Starting(queue.Queue):
            def _get(self):  # runs inside the recorded get
                for kind in (threading.Thread, multiprocessing.get_context("fork").Process):
                    worker = kind(target=int, name=f"late {kind.__name__}")
                    worker.start()
                    worker.join()
                return super()._get()
        q = Starting()
        def get():
            q.get(True, 10)
        threads = [threading.Thread(target=get, name="getter")]
        threads[0].start()
        while not q.not_empty._waiters: pass
        q.put(1)
        threads[0].join()
    """)
    assert (seen.code, seen.err) == (0, "")
    (tid,) = [line["tid"] for line in seen.told("thread") if line["name"] == "late Thread"]
    getter = seen.thread("getter")
    spawned = {mark.label: mark.value for mark in getter if mark.kind == Kind.SPAWN}
    assert spawned == {"start late Thread": tid, "start late ForkProcess": seen.process("late ForkProcess")}
    (got,) = [record for record in getter if record.kind == Kind.QUEUE_GET]
    assert all(got.begin < mark.begin < got.end for mark in getter if mark.kind == Kind.SPAWN)
    assert not [record for record in getter if record.kind == Kind.START]
