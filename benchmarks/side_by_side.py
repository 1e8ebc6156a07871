"""Measures two things in turns (A B B A) and compares them round by round, so that a noisy machine cancels out."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[], float]


@dataclass(frozen=True)
class Ratio:
    """Median and quartiles of A ÷ B over the rounds, with the medians of both in their own unit."""

    median: float
    low: float
    high: float
    a: float
    b: float


def compare(a: Measure, b: Measure, rounds: int) -> Ratio:
    """Run A and B in turns; both return a cost in the same unit."""
    costs: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            second = b()
            costs.append((a(), second))
        else:
            first = a()
            costs.append((first, b()))
    ratios = [cost_a / cost_b for cost_a, cost_b in costs]
    low, median, high = statistics.quantiles(ratios, n=4)
    return Ratio(
        median, low, high, statistics.median(cost for cost, _ in costs), statistics.median(cost for _, cost in costs)
    )


def machine() -> str:
    """The machine in one line: processor count, system, interpreter, load."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}{load}"


def verdict(ok: bool) -> str:
    """The word printed behind a figure that has a goal."""
    return "ok" if ok else "MISSED"
