"""The bookmarks of the run on show: added, renamed, deleted, and every such step taken back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from visualiser.trace.document import Bookmark, Document


class Bookmarks(QObject):
    """Keeps ``document.bookmarks`` in order of time."""

    changed = Signal()  # what is to be shown: other bookmarks, or another run
    edited = Signal(object)  # the Document whose bookmarks the user changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._before: list[list[Bookmark]] = []

    @property
    def all(self) -> list[Bookmark]:
        """In order of time."""
        return self._document.bookmarks if self._document is not None else []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def show_document(self, document: Document | None) -> None:
        """Another run is on show, or none."""
        self._document = document
        self._before.clear()
        if document is not None:
            document.bookmarks.sort(key=_when)
        self.changed.emit()

    def add(self, when_ns: int, text: str, track: int | None) -> None:
        """Note something at a moment."""
        self._keep()
        self.all.append(Bookmark(when_ns, text, track))
        self._tell()

    def rename(self, bookmark: Bookmark, text: str) -> None:
        """Note something else at that moment."""
        if text != bookmark.text:
            self._keep()
            bookmark.text = text
            self._tell()

    def delete(self, bookmark: Bookmark) -> None:
        """Take it away."""
        self._keep()
        self.all[:] = [each for each in self.all if each is not bookmark]
        self._tell()

    def undo(self) -> None:
        """Take the last step back."""
        if self._before:
            self.all[:] = self._before.pop()
            self._tell()

    def _keep(self) -> None:
        if self._document is None:
            raise ValueError("there is no run to keep bookmarks of")
        self._before.append([replace(each) for each in self.all])

    def _tell(self) -> None:
        self.all.sort(key=_when)
        self.changed.emit()
        self.edited.emit(self._document)


def _when(bookmark: Bookmark) -> int:
    return bookmark.when_ns
