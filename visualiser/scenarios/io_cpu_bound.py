# @title I/O-bound and CPU-bound
# @section 3.1 Types of tasks
"""Tasks that wait and tasks that compute: one by one, in threads and in processes, each with its measured speed-up."""

import multiprocessing
import select
import socket
import threading
import time
from collections import deque

TASKS = 4  # @param {type:"slider", min:1, max:16}
DELAY = 0.4  # @param {type:"slider", min:0.01, max:2, step:0.01}
N = 5000000  # @param {type:"slider", min:10000, max:20000000, step:10000}
WORKERS = "QThread"  # @param ["QThread", "threading"]
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def io_bound_task(address):
    """Ask the server, and wait for its answer."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(b"?")
        connection.recv(1)


def cpu_bound_task(n):
    total = 0
    for i in range(n):
        total += i


def serve(listener):
    """A server on this machine: answers each question DELAY seconds later, however many come at once."""
    unanswered = deque()
    while True:
        left = max(unanswered[0][0] - time.perf_counter(), 0) if unanswered else None
        if select.select([listener], [], [], left)[0]:
            connection, _ = listener.accept()
            if connection.recv(1) == b".":
                connection.close()
                return listener.close()  # no question: the end
            unanswered.append((time.perf_counter() + DELAY, connection))
        while unanswered and unanswered[0][0] <= time.perf_counter():
            with unanswered.popleft()[1] as connection:
                connection.sendall(b"!")


def one_by_one(task, argument):
    for _ in range(TASKS):
        task(argument)


def at_once(make, task, argument):
    """All tasks at the same time, in threads or in processes."""
    workers = [make(target=task, args=(argument,)) for _ in range(TASKS)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()


def _measure(function, *args):
    started = time.perf_counter()
    function(*args)
    return round(time.perf_counter() - started, 4)


if __name__ == "__main__":
    # Only here: a child that is spawned reads this file again, and needs no Qt.
    Thread = threading.Thread
    if WORKERS == "QThread":
        try:
            from visualiser.qthread import Thread
        except ImportError:
            print("No QThread here: threading.Thread takes its place.")
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system cannot start processes by {START_METHOD}: the default takes its place.")
    Process = multiprocessing.Process
    cores = multiprocessing.cpu_count()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as _listener:
        _address = _listener.getsockname()
        _server = Process(target=serve, args=(_listener,), name="server", daemon=True)
        _server.start()

    print("== I/O one by one ==")
    io_one_by_one = _measure(one_by_one, io_bound_task, _address)
    print("== I/O in threads ==")
    io_threads = _measure(at_once, Thread, io_bound_task, _address)
    print("== I/O in processes ==")
    io_processes = _measure(at_once, Process, io_bound_task, _address)
    with socket.create_connection(_address) as _connection:
        _connection.sendall(b".")
    _server.join()

    print("== CPU one by one ==")
    cpu_one_by_one = _measure(one_by_one, cpu_bound_task, N)
    print("== CPU in threads ==")
    cpu_threads = _measure(at_once, Thread, cpu_bound_task, N)
    print("== CPU in processes ==")
    cpu_processes = _measure(at_once, Process, cpu_bound_task, N)

    io_threads_speedup = round(io_one_by_one / io_threads, 2)
    io_processes_speedup = round(io_one_by_one / io_processes, 2)
    cpu_threads_speedup = round(cpu_one_by_one / cpu_threads, 2)
    cpu_processes_speedup = round(cpu_one_by_one / cpu_processes, 2)
    print(f"{TASKS:2} tasks  one by one       in threads     in processes")
    print(f"I/O-bound {io_one_by_one:8.2f} s", end=" ")
    print(f"{io_threads:8.2f} s{io_threads_speedup:5.1f}× {io_processes:8.2f} s{io_processes_speedup:5.1f}×")
    print(f"CPU-bound {cpu_one_by_one:8.2f} s", end=" ")
    print(f"{cpu_threads:8.2f} s{cpu_threads_speedup:5.1f}× {cpu_processes:8.2f} s{cpu_processes_speedup:5.1f}×")
