"""Measures the load of every core a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import psutil

PERIOD_NS = 200_000_000
LEAST_NS = 30_000_000  # the system counts in steps of about 10 ms


class CoreTimes(Protocol):
    """Seconds a core has spent on each purpose, as psutil gives them."""

    idle: float

    def __iter__(self) -> Iterator[float]:
        """The seconds of every purpose."""


class Cores:
    """Loads since the last measurement; psutil's own percentage is avoided because it has one memory for all."""

    def __init__(
        self,
        clock: Callable[[], int] = time.perf_counter_ns,
        times: Callable[[], Sequence[CoreTimes]] = lambda: psutil.cpu_times(percpu=True),
    ) -> None:
        self._clock = clock
        self._times = times
        self._next = clock() + PERIOD_NS
        self._last = [_busy_and_total(core) for core in times()]

    def poll(self, last: bool = False) -> list[tuple[int, tuple[float, ...]]]:
        """[(ns, percent of each core)] once a period, else []; the ``last`` one may come earlier."""
        now = self._clock()
        if now < self._next - (PERIOD_NS - LEAST_NS if last else 0):
            return []
        self._next = now + PERIOD_NS
        before, self._last = self._last, [_busy_and_total(core) for core in self._times()]
        return [(now, tuple(map(_percent, before, self._last)))]


def _busy_and_total(core: CoreTimes) -> tuple[float, float]:
    # Linux counts guest time within user time as well.
    total = sum(core) - getattr(core, "guest", 0.0) - getattr(core, "guest_nice", 0.0)
    return total - core.idle - getattr(core, "iowait", 0.0), total


def _percent(before: tuple[float, float], after: tuple[float, float]) -> float:
    passed = after[1] - before[1]
    return min(max(100.0 * (after[0] - before[0]) / passed, 0.0), 100.0) if passed > 0 else 0.0
