"""The tracks of asyncio tasks: what the thread of their event loop recorded of each, and that thread's own states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visualiser.trace.batch import Records
from visualiser.trace.track import Track

if TYPE_CHECKING:
    from visualiser.trace.run import Run


class AsyncTasks:
    """Makes a track for every asyncio task of a run and follows it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def hear(self, line: dict[str, Any]) -> None:
        """A process tells of a new task."""

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""

    def advance(self, begin: int, end: int) -> None:
        """The lanes of all threads now reach from ``begin`` to ``end`` (ns): let those of the tasks follow."""
