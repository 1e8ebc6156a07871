"""Keeps every run by itself, the last twenty of them, and lists them in File ▸ Recent runs."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from visualiser.gui.actions import Actions
from visualiser.gui.documents.dates import date_text
from visualiser.gui.jobs.job import Job
from visualiser.gui.numbers import seconds_text
from visualiser.gui.settings import Settings
from visualiser.host.kept_list import delete_kept, list_kept
from visualiser.host.kept_runs import KeptRuns
from visualiser.trace.document import Document

_OFF = "keep_no_runs"


class RunKeeper(QObject):
    """``chosen`` carries the file of a run to be opened, ``written`` a Document and its file, ``said`` words."""

    chosen = Signal(object)
    written = Signal(object, object)
    said = Signal(str)

    def __init__(self, actions: Actions, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._runs = KeptRuns()
        self._waiting: deque[Document] = deque()
        self._job: Job | None = None
        self._document: Document | None = None  # that is being written
        self._keep, self._forget = actions["keep_runs"], actions["forget_runs"]
        self._menu = actions.menus["RUNS"]
        self._menu.aboutToShow.connect(self.fill)
        self._keep.setChecked(not settings.text(_OFF))
        self._keep.toggled.connect(lambda on: settings.set_text(_OFF, "" if on else "yes"))
        self._forget.triggered.connect(self.forget)
        self.fill()

    def keep(self, document: Document) -> None:
        """Write a run that is over to where runs are kept, after those that wait already."""
        if self._keep.isChecked() and document.run.spans:
            self._waiting.append(document)
            self._next()

    def fill(self) -> None:
        """List what is kept now, newest first."""
        self._menu.clear()
        runs = list_kept(self._runs)
        for run in runs:
            words = f"{run.title}, {date_text(run.made)}, {seconds_text(run.wall_s)}"
            self._menu.addAction(words.replace("&", "&&")).triggered.connect(partial(self._choose, run.path))
        self._forget.setEnabled(bool(runs))
        self._menu.addSeparator()
        self._menu.addAction(self._keep)
        self._menu.addAction(self._forget)

    def forget(self) -> None:
        """Delete every run that was kept."""
        number = delete_kept(self._runs)
        self.said.emit("1 run deleted." if number == 1 else f"{number} runs deleted.")
        self.fill()

    def close(self) -> None:
        """Write what is still to be written, and wait for it."""
        while self._job is not None:
            self._job.wait()
            self._end()

    def _choose(self, path: Path, _checked: bool = False) -> None:
        self.chosen.emit(path)

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        self._document = self._waiting.popleft()
        self._job = Job("keeping a run", partial(self._runs.keep, self._document), self)
        self._job.done.connect(self._tell)
        self._job.failed.connect(self.said)
        self._job.finished.connect(self._end)
        self._job.start()

    def _tell(self, path: object) -> None:
        if self._document is not None:
            self.written.emit(self._document, path)

    def _end(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.wait()
            job.deleteLater()
            self._next()
