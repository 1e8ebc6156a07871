# @title CPU-bound threads and the GIL
# @section 2.2 Threading and multithreading
"""Threads that only compute: with a GIL one of them runs at a time, so they are no faster together."""

import sys
import threading
import time

THREADS = 2  # @param {type:"slider", min:1, max:16}
N = 10000000  # @param {type:"slider", min:100000, max:50000000, step:100000}
WORKERS = "QThread"  # @param ["QThread", "threading"]

Thread = threading.Thread
if WORKERS == "QThread":
    try:
        from visualiser.qthread import Thread
    except ImportError:
        print("No QThread here: threading.Thread takes its place.")


def cpu_intensive_task(n):
    total = 0
    for i in range(n):
        total += i
    print(f"Task result: {total}")


# One task after the other
_started = time.perf_counter()
for _ in range(THREADS):
    cpu_intensive_task(N)
one_by_one = round(time.perf_counter() - _started, 2)

# All tasks at once, each in a thread
_started = time.perf_counter()
threads = [Thread(target=cpu_intensive_task, args=(N,)) for _ in range(THREADS)]
for t in threads:
    t.start()
for t in threads:
    t.join()
in_threads = round(time.perf_counter() - _started, 2)

print(f"One by one: {one_by_one} s. In {THREADS} threads: {in_threads} s.")
if getattr(sys, "_is_gil_enabled", lambda: True)():
    print("This Python has a GIL: only the thread that holds it runs.")
else:
    print("This Python has no GIL: the threads run on as many cores as they get.")
