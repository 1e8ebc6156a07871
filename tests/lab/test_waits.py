"""What the instruments of queues, pipes, managers, sockets and selectors record."""

import pytest

from tests.lab.observed import pythons
from visualiser.lab.layout import WAITS, Kind


@pytest.mark.parametrize("python", pythons())
def test_queues_of_threads(lab, python):
    seen = lab.run(
        """
        import pickle, queue, threading
        for make in (queue.Queue, queue.LifoQueue, queue.PriorityQueue, queue.SimpleQueue):
            q = make()
            q.put(1)
            assert q.get() == 1
            for refuse in (lambda: q.get(block=False), lambda: q.get(timeout=0.001)):
                try:
                    refuse()
                except queue.Empty:
                    pass
                else:
                    raise AssertionError("not empty")
        assert isinstance(queue.SimpleQueue(), queue.SimpleQueue)
        full = queue.Queue(1)
        full.put(1)
        threading.Thread(target=lambda: (full.get(), full.task_done())).start()
        full.put(2)
        threading.Thread(target=lambda: (full.get(), full.task_done())).start()
        full.join()
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    gets = [record for record in seen.of(Kind.QUEUE_GET) if record.duration >= 1_000_000]
    assert len(gets) >= 4
    assert {record.line for record in gets} == {lab.line("q.get(timeout")}
    assert {record.kind for record in seen.thread_of_root() if record.kind in WAITS} <= {
        Kind.QUEUE_GET, Kind.QUEUE_PUT, Kind.COND, Kind.LOCK
    }  # fmt: skip


@pytest.mark.parametrize("python", pythons())
def test_pipes_managers_and_events(lab, python):
    seen = lab.run(
        """
        import multiprocessing

        def answer(pipe, event):
            event.set()
            pipe.send(pipe.recv() + 1)

        if __name__ == "__main__":
            here, there = multiprocessing.Pipe()
            event = multiprocessing.Event()
            p = multiprocessing.Process(target=answer, args=(there, event))
            p.start()
            event.wait()  # event
            here.send(1)
            assert here.recv() == 2  # receives
            p.join()
            with multiprocessing.Manager() as manager:
                numbers = manager.list([1, 2])
                numbers.append(3)  # appends
                assert list(numbers) == [1, 2, 3]
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    lines = {record.label: record.line for record in seen.thread_of_root() if record.kind in WAITS}
    assert lines["Event 1"] == lab.line("# event")
    assert lines["pipe.recv"]
    assert lab.line("# receives") in {r.line for r in seen.thread_of_root() if r.label == "pipe.recv"}
    assert lines["manager append"] == lab.line("# appends")


@pytest.mark.parametrize("python", pythons())
def test_sockets_selectors_and_asyncio(lab, python):
    seen = lab.run(
        """
        import asyncio, select, selectors, socket, threading
        server = socket.create_server(("127.0.0.1", 0))
        def serve():
            connection, _ = server.accept()
            connection.sendall(connection.recv(10))
            connection.close()
        thread = threading.Thread(target=serve, name="server")
        thread.start()
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"hello")
            select.select([client], [], [])
            with selectors.DefaultSelector() as selector:
                selector.register(client, selectors.EVENT_READ)
                selector.select()
            assert client.recv(10) == b"hello"  # receives
        thread.join()
        server.close()
        async def nap():
            await asyncio.gather(asyncio.sleep(0.02), asyncio.to_thread(print, "from a thread"))
        asyncio.run(nap())
        """,
        python=python,
    )
    assert (seen.code, seen.out, seen.err) == (0, "from a thread\n", "")
    assert not seen.told("note")
    labels = {record.label: record for record in seen.of(Kind.IO)}
    assert {"socket.accept", "socket.recv", "socket.sendall", "socket.connect", "select"} <= set(labels)
    assert lab.line("# receives") in {record.line for record in seen.of(Kind.IO) if record.label == "socket.recv"}
    assert seen.thread("server")[1].label == "socket.accept"


def test_a_silenced_script_is_observed_too(lab):
    seen = lab.run("""
        import sys, time
        sys.stdout = sys.stderr = None
        print("nowhere")
        time.sleep(0.001)
    """)
    assert (seen.code, seen.out, seen.err) == (0, "", "")
    assert [record.kind for record in seen.records] == [Kind.THREAD, Kind.PRINT, Kind.SLEEP]


@pytest.mark.parametrize("python", pythons())
def test_a_wait_with_a_time_limit_tells_it(lab, python):
    seen = lab.run(
        """
        import queue, threading
        threading.Event().wait(0.003)
        sleeper = threading.Thread(target=threading.Event().wait, kwargs={"timeout": 0.02})
        sleeper.start()
        sleeper.join(timeout=0.004)
        try:
            queue.Queue().get(True, 0.005)
        except queue.Empty:
            pass
        sleeper.join()
        """,
        python=python,
    )
    limits = {record.kind: record.value for record in seen.thread_of_root() if record.kind in WAITS}
    assert limits[Kind.EVENT] == 3_000_000
    assert limits[Kind.QUEUE_GET] == 5_000_000
    assert [record.value for record in seen.of(Kind.JOIN)] == [4_000_000, 0]


@pytest.mark.parametrize("python", pythons())
def test_calls_that_come_from_no_python_code(lab, python):
    seen = lab.run(
        """
        import _thread, atexit, time
        done = _thread.allocate_lock()
        done.acquire()
        atexit.register(print, "at the end")
        atexit.register(time.sleep, 0.001)
        _thread.start_new_thread(time.sleep, (0.001,))
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    assert "at the end" in seen.out


@pytest.mark.parametrize("python", pythons())
def test_how_often_threads_ask_for_the_gil(lab, python):
    seen = lab.run(
        """
        import sys
        sys.setswitchinterval(0.02)
        try:
            sys.setswitchinterval(-1)
        except ValueError:
            pass
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    assert [told["switch_interval"] for told in seen.told("process")] == [pytest.approx(0.005)]
    assert [told["seconds"] for told in seen.told("switch_interval")] == [pytest.approx(0.02)]
