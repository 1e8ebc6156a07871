"""CPU-bound threads that count for themselves how often the GIL goes from one to another."""

import threading
import time

SECONDS = 1.2
THREADS = 2
last = 0
turns = 0


def spin(me: int) -> None:
    """Compute, and note whenever another thread had the GIL in between."""
    global last, turns
    while time.perf_counter() < end:
        total = 0
        for number in range(200):
            total += number * number
        if last != me:
            last = me
            turns += 1


end = time.perf_counter() + SECONDS
began = time.process_time()
threads = [threading.Thread(target=spin, args=(number + 1,)) for number in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("turns =", turns / (time.process_time() - began))
