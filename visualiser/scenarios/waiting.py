# @title All the ways of waiting
# @section 10.5 Beyond the article
"""Every state of a thread side by side: runs, lacks the GIL or a core, sleeps, waits for something."""

import hashlib
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

COMPUTING = 2  # @param {type:"slider", min:0, max:16}
HASHING = 1  # @param {type:"slider", min:1, max:64}
SECONDS = 3.0  # @param {type:"slider", min:0.5, max:10, step:0.1}
WORKERS = "QThread"  # @param ["QThread", "threading"]

Thread = threading.Thread
if WORKERS == "QThread":
    try:
        from visualiser.qthread import Thread
    except ImportError:
        print("No QThread here: threading.Thread takes its place.")

alarm = threading.Event()
condition = threading.Condition()
semaphore = threading.Semaphore(0)
barrier = threading.Barrier(2)
lock = threading.Lock()
items = queue.Queue(maxsize=1)
reading_end, writing_end = socket.socketpair()
block = bytes(64_000_000)


def sleep_then_wake():
    time.sleep(SECONDS)
    alarm.set()
    with condition:
        condition.notify()
    semaphore.release()
    barrier.wait()  # the other party is there already
    writing_end.sendall(b"Good morning")


def wait_for_event():
    alarm.wait()


def wait_for_condition():
    with condition:
        condition.wait_for(alarm.is_set)


def wait_for_semaphore():
    semaphore.acquire()


def wait_at_barrier():
    barrier.wait()


def read_socket():
    reading_end.recv(100)


def share_lock():
    with lock:  # two threads do this: one sleeps and the other one waits for the lock
        time.sleep(SECONDS / 2)


def put_into_queue():
    time.sleep(SECONDS / 2)
    for item in range(4):
        items.put(item)  # waits while the queue is full


def get_from_queue():
    for _ in range(4):
        items.get()  # waits while the queue is empty
        time.sleep(SECONDS / 8)


def wait_for_program():
    subprocess.run([sys.executable, "-c", f"import time; time.sleep({SECONDS / 2})"], check=True)


def compute():
    while time.monotonic() < _started + SECONDS:  # Python code: runs with the GIL only
        pass


def hash_in_c():
    while time.monotonic() < _started + SECONDS / 2:
        hashlib.sha256(block)  # C code that lets go of the GIL: runs beside the others


waiting = [sleep_then_wake, wait_for_event, wait_for_condition, wait_for_semaphore, wait_at_barrier]
waiting += [read_socket, share_lock, share_lock, put_into_queue, get_from_queue, wait_for_program]
threads = [Thread(target=target, name=target.__name__) for target in waiting + [compute] * COMPUTING]
cores = os.cpu_count()

_started = time.monotonic()
with ThreadPoolExecutor(HASHING, thread_name_prefix="hash_in_c") as pool:
    for t in threads:
        t.start()
    for _ in range(HASHING):
        pool.submit(hash_in_c)
    for t in threads:
        t.join()
reading_end.close()
writing_end.close()

seconds = round(time.monotonic() - _started, 2)
print(f"{len(threads) + HASHING} threads lived side by side, for {seconds} s.")
