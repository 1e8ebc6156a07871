"""What the instruments of asyncio record of tasks: when they are ready, their steps, their ends."""

import pytest

from tests.lab.asyncio_runs import TASK_KINDS, assert_in_order, ran_well, waits
from tests.lab.observed import pythons
from visualiser.lab.layout import WAITS, Kind


@pytest.mark.parametrize("python", pythons())
def test_a_task_is_told_with_its_steps_and_what_it_awaits(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio, time

            async def fetch(seconds):
                await asyncio.sleep(seconds)  # sleeps
                time.sleep(0.002)  # blocks the loop

            async def main():
                await asyncio.gather(fetch(0.03), fetch(0.05))  # gathers

            asyncio.run(main())  # runs
            """,
            python=python,
        )
    )
    told = [(line["number"], line["name"], line["label"], line["line"]) for line in seen.told("async_task")]
    fetches = lab.line("async def fetch")
    main = (1, "Task-1", "main", lab.line("async def main"))
    assert told[:3] == [main, (2, "Task-2", "fetch", fetches), (3, "Task-3", "fetch", fetches)]
    assert [line["helper"] for line in seen.told("async_task")] == [False] * 3 + [True] * (len(told) - 3)
    assert {line["chain"] for line in seen.told("async_task")} == {0}
    assert waits(seen, "Task-1") == [(Kind.FUTURE, "gather", lab.line("# gathers"))]
    assert waits(seen, "Task-2") == waits(seen, "Task-3") == [(Kind.SLEEP, "asyncio.sleep", lab.line("# sleeps"))]
    second = [r for r in seen.of(*TASK_KINDS) if r.value == 2]
    assert [r.kind for r in second] == [
        Kind.TASK_READY, Kind.STEP, Kind.TASK_WAIT, Kind.TASK_READY, Kind.STEP, Kind.TASK_DONE
    ]  # fmt: skip
    ready, first, wait, again, last, done = second
    assert first.end == wait.begin < again.begin < wait.end == last.begin
    assert ready.begin < first.begin
    (due,) = [r for r in seen.of(Kind.TASK_DUE) if r.value == 2]
    assert due.begin == wait.begin < due.end <= again.begin + 1_000_000  # the loop's clock may be a coarser one
    assert (first.label, first.line, done.label) == ("Task-2 fetch", fetches, "done")
    blocked = [r for r in seen.of(Kind.SLEEP) if r.line == lab.line("# blocks")]
    assert len(blocked) == 2
    assert last.begin < blocked[0].begin < blocked[0].end < last.end
    assert {(r.label, r.line) for r in seen.of(Kind.IO)} == {("event loop waits", lab.line("# runs"))}


@pytest.mark.parametrize("python", pythons())
def test_handles_stay_what_they_are(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio

            async def main():
                loop = asyncio.get_running_loop()
                loop.slow_callback_duration = 10
                handle, timer = loop.call_soon(print, "soon"), loop.call_later(0.001, print, "later")
                for each in (handle, timer):
                    assert isinstance(each, asyncio.Handle) and isinstance(each, asyncio.events.Handle)
                assert isinstance(timer, asyncio.TimerHandle) and not isinstance(handle, asyncio.TimerHandle)
                assert type(handle) is asyncio.Handle and repr(handle).startswith("<Handle print("), repr(handle)
                if loop.get_debug():
                    assert "script.py" in repr(handle)
                cancelled = loop.call_soon(print, "never")
                cancelled.cancel()
                task = asyncio.current_task()
                assert loop.call_soon(task.get_name).cancelled() is False  # a method, and no step
                step = [each for each in (asyncio.create_task(asyncio.sleep(0)), *loop._ready) if hasattr(each, "_run")]
                assert {type(each).__name__ for each in step} == {"Handle"}
                assert all(isinstance(each, asyncio.Handle) for each in step)
                assert all(repr(each).startswith("<Handle") for each in step[:1])
                await asyncio.sleep(0.01)

            asyncio.run(main())
            asyncio.run(main(), debug=True)
            """,
            python=python,
        )
    )
    assert seen.out == "soon\nlater\n" * 2
    assert len([line for line in seen.told("async_task") if line["label"] == "main"]) == 2


@pytest.mark.parametrize("python", pythons())
def test_failed_and_cancelled_tasks_end_so_and_are_reported_by_asyncio_as_ever(lab, python):
    seen = lab.run(
        """
        import asyncio, gc

        async def fails():
            await asyncio.sleep(0)
            raise ValueError("wrong")

        async def waits_for_ever():
            await asyncio.Event().wait()

        async def lonely():
            raise KeyError("nobody asks")

        async def main():
            try:
                await asyncio.create_task(fails())
            except ValueError as error:
                print("caught", error)
            task = asyncio.create_task(waits_for_ever())
            try:
                await asyncio.wait_for(task, 0.002)
            except asyncio.TimeoutError:
                print("too late")
            asyncio.create_task(lonely())
            await asyncio.sleep(0)
            gc.collect()

        asyncio.run(main())
        raise asyncio.InvalidStateError("the end")
        """,
        python=python,
    )
    assert seen.out == "caught wrong\ntoo late\n"
    assert "Task exception was never retrieved" in seen.err
    assert "visualiser" not in seen.err
    assert_in_order(seen)
    ends = {record.value: record.label for record in seen.of(Kind.TASK_DONE)}
    outcome = {line["label"]: ends[line["number"]] for line in seen.told("async_task")}
    assert outcome["fails"] == "ValueError"
    assert outcome["waits_for_ever"] == "cancelled"
    assert outcome["lonely"] == "KeyError"
    assert outcome["main"] == "done"


@pytest.mark.parametrize("python", pythons())
def test_what_leaves_the_loop_leaves_it_untouched(lab, python):
    seen = lab.run(
        """
        import asyncio

        async def main():
            await asyncio.sleep(0)
            raise SystemExit(3)

        asyncio.run(main())
        """,
        python=python,
    )
    assert (seen.code, seen.out, seen.err) == (3, "", "")
    assert_in_order(seen)


@pytest.mark.parametrize("python", pythons())
def test_tasks_written_in_python_and_old_style_factories(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio

            class Task(asyncio.tasks._PyTask):
                pass

            async def work():
                await asyncio.sleep(0.001)  # sleeps
                await asyncio.sleep(0)

            async def main():
                asyncio.get_running_loop().set_task_factory(lambda loop, coro, **more: Task(coro, loop=loop))
                await asyncio.gather(work(), work())

            asyncio.run(main())
            """,
            python=python,
        )
    )
    assert [r.line for r in seen.of(Kind.TASK_WAIT) if r.label == "asyncio.sleep"] == [lab.line("# sleeps")] * 2
    assert len({r.value for r in seen.of(Kind.STEP) if "work" in r.label}) == 2


def test_only_so_many_tasks_have_a_line_of_their_own(lab):
    seen = lab.run("""
        import asyncio
        async def work():
            await asyncio.sleep(0.001)
        async def main():
            await asyncio.gather(*(work() for _ in range(310)))
        asyncio.run(main())
    """)
    assert (seen.code, seen.err) == (0, "")
    (note,) = seen.told("note")
    assert "300" in note["text"]
    assert {line["number"] for line in seen.told("async_task")} == set(range(1, 301))
    nameless = [record for record in seen.of(*TASK_KINDS) if record.value == 0]
    assert len(nameless) >= 2 * 11
    assert {(record.kind, record.label) for record in nameless} >= {(Kind.STEP, "work")}
    assert {record.kind for record in nameless} == {Kind.STEP}


@pytest.mark.parametrize("python", pythons())
def test_a_loop_in_a_thread_and_tasks_from_another(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio, threading

            async def work():
                await asyncio.sleep(0.001)
                return 1

            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="loop")
            thread.start()
            assert asyncio.run_coroutine_threadsafe(work(), loop).result() == 1
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
            """,
            python=python,
        )
    )
    steps = [record for record in seen.thread("loop") if record.kind == Kind.STEP]
    assert [record.label for record in steps] == ["Task-1 work"] * 2
    assert seen.told("async_task")[0]["chain"] == steps[0].chain


@pytest.mark.parametrize("python", pythons())
def test_what_a_task_hands_to_a_thread_has_its_own_name_and_asyncios_threads_are_helpers(lab, python):
    seen = ran_well(
        lab.run(
            """
            import asyncio

            def work():
                return 1

            async def main():
                assert await asyncio.to_thread(work) == 1
                program = await asyncio.create_subprocess_exec("true")
                await program.wait()

            asyncio.run(main())
            """,
            python=python,
        )
    )
    assert [(r.label, r.line) for r in seen.of(Kind.TASK)] == [("task work", lab.line("def work"))]
    helpers = {line["name"] for line in seen.told("thread") if line["helper"]}
    assert {line["name"] for line in seen.told("thread")} - helpers == {"MainThread", "asyncio_0"}
    assert any("_do_shutdown" in name or name == "Thread-1" for name in helpers)


def test_a_forked_child_with_a_loop_of_its_own(lab):
    seen = lab.run("""
        import asyncio, os

        async def child():
            await asyncio.sleep(0.001)

        async def main():
            if os.fork() == 0:
                try:
                    asyncio.run(child())
                finally:
                    os._exit(0)
            os.wait()
            await asyncio.sleep(0.001)

        asyncio.run(main())
    """)
    assert seen.code == 0
    (told,) = [line for line in seen.told("async_task") if line["label"] == "child"]
    assert told["number"] == 1
    mine = [record for record in seen.records if record.pid == told["pid"]]
    assert [r.label for r in mine if r.kind == Kind.STEP and r.value == 1] == ["Task-2 child"] * 2
    assert [r.kind for r in mine if r.kind in WAITS]


@pytest.mark.parametrize("python", pythons())
def test_asyncio_is_loaded_by_nobody_but_the_script(lab, python):
    seen = lab.run("import sys; print('asyncio' in sys.modules)", python=python)
    assert seen.out == "False\n"
