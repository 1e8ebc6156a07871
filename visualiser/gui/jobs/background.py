"""Small jobs one after the other, without a word unless one fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from visualiser.gui.jobs.job import Job, Work

Done = Callable[[object], object]


class _Task(NamedTuple):
    name: str
    work: Work
    done: Done


class Background(QObject):
    """``said`` carries one sentence for each job that failed."""

    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[_Task] = deque()
        self._job: Job | None = None
        self._done: Done = lambda _result: None

    def do(self, name: str, work: Work, done: Done = lambda _result: None) -> None:
        """Do it after what waits already; ``done`` is called in this thread with what the work gave."""
        self._waiting.append(_Task(name, work, done))
        self._next()

    def close(self) -> None:
        """Do what is still to be done, and wait for it; nobody is told of it any more."""
        while self._job is not None:
            self._job.wait()
            self._end()

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        task = self._waiting.popleft()
        self._done = task.done
        self._job = Job(task.name, task.work, self)
        self._job.done.connect(self._tell)
        self._job.failed.connect(self.said)
        self._job.finished.connect(self._end)
        self._job.start()

    def _tell(self, result: object) -> None:
        self._done(result)

    def _end(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.wait()
            job.deleteLater()
            self._next()
