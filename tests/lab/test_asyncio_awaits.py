"""What tasks of asyncio are recorded to wait for, and the items that pass between them."""

import pytest

from tests.lab.asyncio_runs import TASK_KINDS, number_of, ran_well, since, waits
from tests.lab.observed import pythons
from visualiser.lab.layout import Kind


@pytest.mark.parametrize("python", pythons())
def test_what_is_awaited_has_a_kind_a_name_and_a_line(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio, functools, threading
            from subprocess import PIPE

            async def soon(thing, *args):
                await asyncio.sleep(0.002)
                thing(*args)

            async def nap():
                await asyncio.sleep(0.001)  # inside

            async def numbers():
                for n in range(2):
                    await asyncio.sleep(0.001)  # in a generator
                    yield n

            class Promise:
                def __init__(self, future):
                    self.future = future
                def __await__(self):
                    return (yield from self.future.__await__())  # by hand

            async def lock_users(lock):
                async with lock:  # the lock
                    await asyncio.sleep(0.001)

            async def main():
                loop = asyncio.get_running_loop()
                def later(thing, *args):
                    return asyncio.create_task(soon(thing, *args))
                lock, full, empty = asyncio.Lock(), asyncio.Queue(1), asyncio.Queue()
                event, condition, semaphore = asyncio.Event(), asyncio.Condition(), asyncio.Semaphore(0)
                await asyncio.gather(lock_users(lock), lock_users(lock))
                full.put_nowait(1)
                later(full.get_nowait); await full.put(2)  # puts
                later(empty.put_nowait, 1); await empty.get()  # gets
                later(event.set); await event.wait()  # the event
                later(semaphore.release); await semaphore.acquire()  # the semaphore
                async with condition:
                    async def notify():
                        async with condition:
                            condition.notify()
                    other = asyncio.create_task(notify())
                    await condition.wait()  # the condition
                await other
                task = asyncio.create_task(nap(), name="napper")
                await asyncio.sleep(0)
                await task  # a task
                await asyncio.wait([asyncio.create_task(nap())])  # waits for tasks
                for each in asyncio.as_completed([nap()]):
                    await each  # completed
                await asyncio.wait_for(nap(), 5)  # with a limit
                async for n in numbers():
                    pass
                future = loop.create_future()
                later(future.set_result, 1); await future  # a future
                future = loop.create_future()
                later(future.set_result, 1); await Promise(future)
                let_go = threading.Event()
                later(let_go.set); await asyncio.to_thread(let_go.wait)  # to a thread
                let_go.clear()
                later(let_go.set); await loop.run_in_executor(None, functools.partial(let_go.wait))  # in an executor
                server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())  # connects
                await reader.read()  # reads
                writer.close()
                server.close()
                process = await asyncio.create_subprocess_exec("cat", stdin=PIPE)
                later(process.stdin.close); await process.wait()  # a program
                await nap()

            asyncio.run(main())
            """,
            python=python,
        )
    )
    known = set(waits(seen))
    marked = {
        "# the lock": (Kind.LOCK, "asyncio.Lock 1"),
        "# puts": (Kind.QUEUE_PUT, "asyncio.Queue 1 put"),
        "# gets": (Kind.QUEUE_GET, "asyncio.Queue 2 get"),
        "# the event": (Kind.EVENT, "asyncio.Event 1"),
        "# the semaphore": (Kind.SEM, "asyncio.Semaphore 1"),
        "# the condition": (Kind.COND, "asyncio.Condition 1"),
        "# a task": (Kind.FUTURE, "await napper"),
        "# waits for tasks": (Kind.FUTURE, "asyncio.wait"),
        "# completed": (Kind.FUTURE, "as_completed"),
        "# in a generator": (Kind.SLEEP, "asyncio.sleep"),
        "# a future": (Kind.FUTURE, "await future"),
        "# by hand": (Kind.FUTURE, "await future"),
        "# to a thread": (Kind.FUTURE, "to_thread wait"),
        "# in an executor": (Kind.FUTURE, "run_in_executor wait"),
        "# connects": (Kind.IO, "open_connection"),
        "# reads": (Kind.IO, "stream.read"),
        "# a program": (Kind.PROC, "subprocess.wait"),
        "# inside": (Kind.SLEEP, "asyncio.sleep"),
    }
    assert {(kind, label, lab.line(mark)) for mark, (kind, label) in marked.items()} - known == set()
    # Before 3.12 wait_for runs what it is given in a task of its own.
    with_limit = {known_wait for known_wait in known if known_wait[2] == lab.line("# with a limit")}
    assert with_limit <= {(Kind.FUTURE, "asyncio.wait_for", lab.line("# with a limit"))}


@pytest.mark.parametrize("python", since("3.11"))
def test_task_groups_and_timeouts(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio

            async def work(seconds):
                await asyncio.sleep(seconds)

            async def main():
                async with asyncio.TaskGroup() as group:  # group
                    group.create_task(work(0.001), name="first")
                    group.create_task(work(0.002), name="second")
                try:
                    async with asyncio.timeout(0.002):
                        await work(10)
                except TimeoutError:
                    print("over")

            asyncio.run(main())
            """,
            python=python,
        )
    )
    assert seen.out == "over\n"
    assert (Kind.FUTURE, "TaskGroup", lab.line("# group")) in waits(seen, "main")
    names = {line["number"]: line["name"] for line in seen.told("async_task")}
    assert {"first", "second"} <= set(names.values())
    assert "first work" in {record.label for record in seen.of(Kind.STEP)}


@pytest.mark.parametrize("python", since("3.12"))
def test_eager_tasks_run_amidst_a_step_of_the_task_that_makes_them(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio

            async def at_once():
                return 1

            async def twice():
                await asyncio.sleep(0.001)  # sleeps
                return 2

            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                first, second = asyncio.create_task(at_once()), asyncio.create_task(twice())
                assert first.done() and not second.done()
                assert (await first, await second) == (1, 2)
                try:
                    asyncio.create_task(3)
                except TypeError:
                    pass
                factory = asyncio.create_eager_task_factory(asyncio.Task)
                assert await factory(asyncio.get_running_loop(), at_once()) == 1

            asyncio.run(main())
            """,
            python=python,
        )
    )
    main, twice = number_of(seen, "main"), number_of(seen, "twice")
    first = next(line["number"] for line in seen.told("async_task") if line["label"] == "at_once")
    assert all(line["name"] != "None" for line in seen.told("async_task"))
    assert {line["label"] for line in seen.told("async_task") if not line["helper"]} == {"main", "at_once", "twice"}
    assert [r.kind for r in seen.of(*TASK_KINDS) if r.value == first] == [Kind.STEP, Kind.TASK_DONE]
    assert waits(seen, "twice") == [(Kind.SLEEP, "asyncio.sleep", lab.line("# sleeps"))]
    assert waits(seen, "main")[:2] == [(Kind.FUTURE, "start at_once", None), (Kind.FUTURE, "start twice", None)]
    started = next(r for r in seen.of(Kind.STEP) if r.value == twice)
    around = [r for r in seen.of(Kind.TASK_WAIT) if r.value == main][1]
    assert around.begin <= started.begin < started.end <= around.end


@pytest.mark.parametrize("python", pythons())
def test_every_item_of_a_queue_is_followed_from_put_to_get(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio
            same = "the same object"

            async def produce(queue, items):
                for item in items:
                    await queue.put(item)  # puts
                    if item == 3:
                        await asyncio.sleep(0)

            async def consume(queue, number):
                return [await queue.get() for _ in range(number)]  # gets

            async def through(queue, items):
                got, _ = await asyncio.gather(consume(queue, len(items)), produce(queue, items))
                return got

            async def main():
                print(await through(asyncio.Queue(2), [5, 3, 4]))
                print(await through(asyncio.PriorityQueue(), [5, 3, 4]))
                stack = asyncio.LifoQueue()
                for _ in range(2):
                    stack.put_nowait(same)
                stack.get_nowait(), stack.get_nowait()
                try:
                    stack.get_nowait()
                except asyncio.QueueEmpty:
                    print("empty")

            asyncio.run(main())
            """,
            python=python,
        )
    )
    lines = seen.out.splitlines()
    assert (lines[0], lines[-1]) == ("[5, 3, 4]", "empty")
    priority = [int(digit) for digit in lines[1].strip("[]").split(",")]
    flows = {}
    for record in seen.of(Kind.PUT, Kind.GET):
        flows.setdefault(record.label, {}).setdefault(record.kind, []).append(record.value)
    first, second, stack = (
        flows[label] for label in ("asyncio.Queue 1", "asyncio.PriorityQueue 1", "asyncio.LifoQueue 1")
    )
    assert first[Kind.PUT] == first[Kind.GET]
    assert [second[Kind.GET][priority.index(item)] for item in (5, 3, 4)] == second[Kind.PUT]
    assert stack[Kind.GET] == stack[Kind.PUT][::-1]
    every = [flow for queue in flows.values() for flow in queue[Kind.PUT]]
    assert len(set(every)) == len(every) == 8
    assert {record.line for record in seen.of(Kind.PUT)} >= {lab.line("# puts")}
