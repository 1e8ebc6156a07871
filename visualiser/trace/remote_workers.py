"""The tracks of a task queue's workers on other machines, as its own events tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from visualiser.trace.run import Run


class RemoteWorkers:
    """Makes a track for every worker process that is heard of and follows its tasks."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def hear(self, line: dict[str, Any]) -> None:
        """One event of the task queue."""

    def advance(self, begin: int, end: int) -> None:
        """Everything between ``begin`` and ``end`` (ns) is known: bring the lanes up to there."""
