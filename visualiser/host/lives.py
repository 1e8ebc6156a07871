"""Tells a process from a later one to which the system gave the same pid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

_CHANGES = {"process": 1, "exec": -1, "exec_failed": 1}


class Lives:
    """Counts, for every pid, the processes that told of their beginning and those that were found gone.

    A process that calls exec begins anew without having ended: it says so right before.
    """

    def __init__(self) -> None:
        self._begun: Counter[int] = Counter()
        self._over: Counter[int] = Counter()

    def hear(self, events: Iterable[dict[str, Any]]) -> None:
        """Take in what the processes tell."""
        for event in events:
            self._begun[event["pid"]] += _CHANGES.get(event["ev"], 0)

    def end(self, pid: int) -> bool:
        """A process with this pid is gone; returns whether that was the last one that told of itself."""
        self._over[pid] += 1
        return self._begun[pid] <= self._over[pid]
