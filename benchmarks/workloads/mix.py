"""A CPU-bound thread among threads that sleep, want a lock, share a queue and read a socket."""

import queue
import socket
import threading
import time

SECONDS = 2.5
lock = threading.Lock()
items: "queue.Queue[int | None]" = queue.Queue()
near, far = socket.socketpair()


def alive() -> bool:
    """There is time left."""
    return time.perf_counter() < end


def compute() -> None:
    """Never wait."""
    while alive():
        total = 0
        for number in range(300):
            total += number


def sleeper() -> None:
    """Sleep again and again."""
    while alive():
        time.sleep(0.02)


def holder() -> None:
    """Sleep with the lock held."""
    while alive():
        with lock:
            time.sleep(0.03)
        time.sleep(0.001)


def locker() -> None:
    """Want the lock all the time."""
    while alive():
        with lock:
            pass


def producer() -> None:
    """Put and send something now and then."""
    while alive():
        time.sleep(0.025)
        items.put(1)
        far.send(b"x")
    items.put(None)
    far.close()


def consumer() -> None:
    """Wait for the queue."""
    while items.get() is not None:
        pass


def reader() -> None:
    """Wait for the socket."""
    while near.recv(10):
        pass


end = time.perf_counter() + SECONDS
work = (compute, sleeper, holder, locker, producer, consumer, reader)
threads = [threading.Thread(target=each, name=each.__name__) for each in work]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
near.close()
