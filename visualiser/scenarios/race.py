# @title The race
# @section 4.1 Memory and threads
"""Ten threads add to one counter: what others add between a thread's reading and its writing is lost."""

import sys
import threading
import time

THREADS = 10  # @param {type:"slider", min:1, max:64}
INCREMENTS = 1000  # @param {type:"slider", min:1, max:100000}
USE_LOCK = False  # @param {type:"boolean"}
GAP = "sleep(0)"  # @param ["none", "call", "sleep(0)"]
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


def gap(value):
    """The time between reading the counter and writing it."""
    if GAP == "sleep(0)":
        time.sleep(0)  # lets another thread run
    return value


def increment():
    global counter
    for _ in range(INCREMENTS):
        if GAP == "none":
            counter += 1
        else:
            counter = gap(counter) + 1


def safe_increment():
    global counter
    for _ in range(INCREMENTS):
        with lock:
            if GAP == "none":
                counter += 1
            else:
                counter = gap(counter) + 1


# Create threads
target = safe_increment if USE_LOCK else increment
threads = [Thread(target=target) for _ in range(THREADS)]

# Start and join threads
for t in threads:
    t.start()
for t in threads:
    t.join()

expected = THREADS * INCREMENTS
lost = expected - counter
print(f"Counter value: {counter}, expected: {expected}, lost: {lost}")

if lost == 0 and GAP == "none" and not USE_LOCK:
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        print("Nothing lost: this Python hands over the GIL only at a call or at the end of a round of the loop,")
        print("so never between reading and writing in 'counter += 1'. That is an accident, not a promise.")
    else:
        print("Nothing lost this time. This Python has no GIL: with more increments it will lose some.")
