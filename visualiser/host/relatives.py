"""Finds and kills every process of one run where there is no /proc: macOS and Windows, by psutil."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable

import psutil


class Relatives:
    """The processes of one run: the root, all its descendants, and those that have told of themselves.

    A process once seen stays known, because the children of a dead parent cannot be found any more.
    """

    def __init__(self, root: int, recorded: Callable[[], set[int]]) -> None:
        self._known: dict[int, psutil.Process] = {}
        self._recorded = recorded
        self._meet({root})

    def count(self) -> int:
        """Number of living members."""
        return len(self._living())

    def signal(self, number: signal.Signals) -> int:
        """Terminate or kill every living member; gives their number."""
        living = self._living()
        for process in living:
            with contextlib.suppress(psutil.Error):
                process.terminate() if number == signal.SIGTERM else process.kill()
        return len(living)

    def _meet(self, pids: set[int]) -> None:
        for pid in pids - self._known.keys():
            with contextlib.suppress(psutil.Error):
                self._known[pid] = psutil.Process(pid)

    def _living(self) -> list[psutil.Process]:
        self._meet(self._recorded())
        for process in list(self._known.values()):
            with contextlib.suppress(psutil.Error):
                for child in process.children(recursive=True):
                    self._known.setdefault(child.pid, child)
        return [process for process in self._known.values() if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
