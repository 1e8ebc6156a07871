# @title Concurrency and parallelism
# @section 1.1 Concepts
"""The same two tasks one after another, interleaved in two threads, and in parallel in two processes."""

import multiprocessing
import threading
import time

PARTS = 4  # @param {type:"slider", min:1, max:20}
N = 3000000  # @param {type:"slider", min:0, max:20000000, step:100000}
PAUSE = 0.1  # @param {type:"slider", min:0, max:1, step:0.01}
WORKERS = "QThread"  # @param ["QThread", "threading"]
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def compute(n):
    total = 0
    for i in range(n):
        total += i
    return total


def task(name):
    for part in range(1, PARTS + 1):
        compute(N)
        time.sleep(PAUSE)  # stands for waiting: a disk, a network, a person
        print(f"Task {name}: part {part} of {PARTS}")


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
    cores = multiprocessing.cpu_count()

    print("== One after another ==")
    _started = time.perf_counter()
    task("A")
    task("B")
    one_after_another = round(time.perf_counter() - _started, 2)

    print("== Interleaved ==")
    _started = time.perf_counter()
    threads = [Thread(target=task, args=(name,), name=f"thread {name}") for name in "AB"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    interleaved = round(time.perf_counter() - _started, 2)

    print("== In parallel ==")
    _started = time.perf_counter()
    processes = [multiprocessing.Process(target=task, args=(name,), name=f"process {name}") for name in "AB"]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    in_parallel = round(time.perf_counter() - _started, 2)

    print(f"One after another: {one_after_another} s. Interleaved: {interleaved} s. In parallel: {in_parallel} s.")
