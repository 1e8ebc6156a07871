# @title The price of the lock
# @section 4.2 Memory and threads
"""The same counting with no lock, with one lock per increment and with one per batch: what safety costs."""

import sys
import threading
import time

THREADS = 4  # @param {type:"slider", min:1, max:32}
INCREMENTS = 500000  # @param {type:"slider", min:1000, max:1000000, step:1000}
BATCH = 1000  # @param {type:"slider", min:1, max:100000}
WORKERS = "QThread"  # @param ["QThread", "threading"]

Thread = threading.Thread
if WORKERS == "QThread":
    try:
        from visualiser.qthread import Thread
    except ImportError:
        print("No QThread here: threading.Thread takes its place.")

# Shared resource
counter = 0
lock = threading.Lock()


def increment():
    global counter
    for _ in range(INCREMENTS):
        counter += 1


def safe_increment():
    global counter
    for _ in range(INCREMENTS):
        with lock:
            counter += 1


def batch_increment():
    global counter
    for done in range(0, INCREMENTS, BATCH):
        with lock:
            for _ in range(min(BATCH, INCREMENTS - done)):
                counter += 1


def count(target):
    """Let all threads count; give what they counted and the seconds it took."""
    global counter
    counter = 0
    started = time.perf_counter()
    threads = [Thread(target=target) for _ in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return counter, round(time.perf_counter() - started, 5)


expected = THREADS * INCREMENTS
gil = getattr(sys, "_is_gil_enabled", lambda: True)()

print("== No lock ==")
counted_without, seconds_without = count(increment)

print("== One lock per increment ==")
counted_each, seconds_each = count(safe_increment)

print("== One lock per batch ==")
counted_batch, seconds_batch = count(batch_increment)

lost_without = expected - counted_without
lost_each = expected - counted_each
lost_batch = expected - counted_batch
times_each = round(seconds_each / seconds_without, 1)
times_batch = round(seconds_batch / seconds_without, 1)

print(f"No lock:                {seconds_without:.4f} s, lost {lost_without} of {expected}")
print(f"One lock per increment: {seconds_each:.4f} s, lost {lost_each}: {times_each} times as long")
print(f"One lock per batch:     {seconds_batch:.4f} s, lost {lost_batch}: {times_batch} times as long")
if lost_without == 0 and gil:
    print("Without the lock nothing is lost because this Python never hands over the GIL within 'counter += 1':")
    print("an accident, not a promise.")
