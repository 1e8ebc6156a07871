"""Four CPU-bound threads in one process."""

import threading
import time

SECONDS = 2.5
THREADS = 4


def spin() -> None:
    """Compute until the time is up."""
    while time.perf_counter() < end:
        total = 0
        for number in range(300):
            total += number * number


end = time.perf_counter() + SECONDS
threads = [threading.Thread(target=spin, name=f"cpu {number}") for number in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
