"""Runs bare, under the lab and under VizTracer: calls of two functions, told as CPU ns a call, the best of many."""

import sys
import time
from collections.abc import Callable

CALLS, ROUNDS = 2000, 20


def function() -> None:
    """What VizTracer records of each call: one event."""


def wait() -> None:
    """What the lab records of each call: one span, and VizTracer two events, this function and the C function."""
    time.sleep(1e-9)


def best(operation: Callable[[], None]) -> float:
    """Nanoseconds of one call, the best of many rounds."""
    took = []
    for _ in range(ROUNDS):
        begin = time.thread_time_ns()
        for _ in range(CALLS):
            operation()
        took.append((time.thread_time_ns() - begin) / CALLS)
    return min(took)


if __name__ == "__main__":
    print("function =", best(function))
    print("wait =", best(wait))
    sys.stdout.flush()
