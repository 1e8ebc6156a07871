"""Four CPU-bound processes."""

import multiprocessing
import time

SECONDS = 2.5
PROCESSES = 4


def spin(end: float) -> None:
    """Compute until the time is up."""
    while time.perf_counter() < end:
        total = 0
        for number in range(300):
            total += number * number


if __name__ == "__main__":
    end = time.perf_counter() + SECONDS
    processes = [multiprocessing.Process(target=spin, args=(end,), name=f"cpu {number}") for number in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
