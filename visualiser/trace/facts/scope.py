"""Which tracks of a run a fact is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visualiser.trace.track import Track

if TYPE_CHECKING:
    from visualiser.trace.process import Process
    from visualiser.trace.run import Run


class Scope:
    """The tracks and processes of a run, sorted by what they are.

    Attributes:
        main: the main thread of the process that runs the script itself.
        workers: all tracks but that one and a library's helpers.
        threads: what can be on a core of this machine: workers and main, without asyncio's tasks and other machines.
        processes: the processes that ran the script's work, the root included, multiprocessing's own not.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.main: Track | None = run.main_track
        self.workers = [track for track in run.tracks if track.kind != "helper" and track is not self.main]
        self.threads = [track for track in self.workers if track.kind in ("thread", "process")]
        if self.main is not None:
            self.threads.append(self.main)
        self.processes: list[Process] = [
            process for process in run.processes.values() if process.how and not process.is_helper
        ]

    @property
    def wall_ns(self) -> int:
        """From the first line of the script to its end, or to now; 0 before the first line. In ns."""
        end = self._run.end_ns or self._run.now_ns
        return max(end - self._run.start_ns, 0) if self._run.start_ns else 0

    def of_kind(self, kind: str) -> list[Track]:
        """The workers of one kind."""
        return [track for track in self.workers if track.kind == kind]
