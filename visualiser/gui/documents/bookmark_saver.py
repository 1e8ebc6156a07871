"""Puts bookmarks into the files of the run on show as soon as they change, so that nobody has to save them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.gui.jobs.background import Background
from visualiser.gui.jobs.job import Progress
from visualiser.host.kept_runs import Held
from visualiser.host.recordings import SUFFIX, RecordingError, save_bookmarks
from visualiser.trace.document import Bookmark, Document

_REST_MS = 600  # after the last change


class BookmarkSaver(QObject):
    """Knows where the run on show lies; ``said`` carries a sentence where a file cannot be changed.

    As long as the run is on show, no other instance of the app removes these files as too old.
    """

    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._places: list[Path] = []
        self._held: list[Held] = []
        self._background = Background(self)
        self._background.said.connect(self.said)
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
        """The run came from that file."""
        if document is self._document and path.name.lower().endswith(SUFFIX) and path not in self._places:
            self._places.append(path)
            self._hold()

    def add_written(self, document: Document, path: Path) -> None:
        """The run has been written to that file; what was noted while it was written may not be in it yet."""
        self.add_place(document, path)
        if document.bookmarks:
            self.change(document)

    def change(self, document: Document) -> None:
        """Bookmarks of the run changed."""
        if document is self._document:
            self._rest.start()

    def close(self) -> None:
        """Write what is still to be written, and wait for it."""
        if self._rest.isActive():
            self._rest.stop()
            self._save()
        self._background.close()
        self._release()

    def _save(self) -> None:
        if self._document is not None:
            self._release()  # where files that are open cannot be replaced
            work = partial(_write, list(self._document.bookmarks), list(self._places))
            self._background.do("keeping bookmarks", work, lambda _none: self._hold())

    def _hold(self) -> None:
        self._release()
        for path in self._places:
            with suppress(RecordingError):  # it is gone: whoever saves to it is told
                self._held.append(Held(path))

    def _release(self) -> None:
        while self._held:
            self._held.pop().close()


def _write(bookmarks: list[Bookmark], places: list[Path], _progress: Progress) -> None:
    for path in places:
        save_bookmarks(bookmarks, path)
