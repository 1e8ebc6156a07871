"""Puts bookmarks into the files of the run on show as soon as they change, so that nobody has to save them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.gui.jobs.job import Job, Progress
from visualiser.host.recordings import SUFFIX, save_bookmarks
from visualiser.trace.document import Bookmark, Document

_REST_MS = 600  # after the last change


class BookmarkSaver(QObject):
    """Knows where the run on show lies; ``said`` carries a sentence where a file cannot be changed."""

    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._places: list[Path] = []
        self._stale = False
        self._job: Job | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._save)

    def show_document(self, document: Document | None) -> None:
        """Another run is on show; what changed in the one before is written first."""
        if document is not self._document:
            self.close()
            self._document, self._places = document, []

    def add_place(self, document: Document, path: Path) -> None:
        """The run lies in that file, too."""
        if document is self._document and path.name.lower().endswith(SUFFIX) and path not in self._places:
            self._places.append(path)

    def change(self, document: Document) -> None:
        """Bookmarks of the run changed."""
        if document is self._document:
            self._stale = True
            self._rest.start()

    def close(self) -> None:
        """Write what is still to be written, and wait for it."""
        if self._rest.isActive():
            self._rest.stop()
            self._save()
        while self._job is not None:
            self._job.wait()
            self._end()

    def _save(self) -> None:
        if self._job is not None or self._document is None or not self._stale:
            return
        self._stale = False
        work = partial(_write, list(self._document.bookmarks), list(self._places))
        self._job = Job("keeping bookmarks", work, self)
        self._job.failed.connect(self.said)
        self._job.finished.connect(self._end)
        self._job.start()

    def _end(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.wait()
            job.deleteLater()
            self._save()  # what changed meanwhile


def _write(bookmarks: list[Bookmark], places: list[Path], _progress: Progress) -> None:
    for path in places:
        save_bookmarks(bookmarks, path)
