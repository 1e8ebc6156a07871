"""The bookmarks as a table: when, what, which lane; the text can be edited in place."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from visualiser.gui.measure.bookmark_flags import lane_name, moment_text
from visualiser.gui.measure.bookmarks import Bookmarks
from visualiser.trace.document import Bookmark
from visualiser.trace.run import Run

COLUMNS = ("Time", "Text", "Lane")
TEXT, LANE = COLUMNS.index("Text"), COLUMNS.index("Lane")
_Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex


class BookmarkModel(QAbstractTableModel):
    """A row for every bookmark of the run on show."""

    def __init__(self, bookmarks: Bookmarks, run: Callable[[], Run | None], parent: QObject) -> None:
        super().__init__(parent)
        self._bookmarks = bookmarks
        self._run = run
        self._shown: list[Bookmark] = []
        bookmarks.changed.connect(self._renew)

    def rowCount(self, parent: Index | None = None) -> int:
        """One for every bookmark."""
        return 0 if parent is not None and parent.isValid() else len(self._bookmarks.all)

    def columnCount(self, parent: Index | None = None) -> int:
        """Time, text, lane."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def mark(self, row: int) -> Bookmark | None:
        """The bookmark in a row."""
        return self._bookmarks.all[row] if 0 <= row < len(self._bookmarks.all) else None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """What stands in a cell."""
        mark, run = self.mark(index.row()), self._run()
        if mark is None or run is None or role not in (_Role.DisplayRole, _Role.EditRole, _Role.ToolTipRole):
            return None
        return (moment_text(run, mark), mark.text, lane_name(run, mark))[index.column()]

    def setData(self, index: Index, value: object, role: int = _Role.EditRole) -> bool:
        """Take another text; an empty one is not taken."""
        mark, text = self.mark(index.row()), str(value).strip()
        if mark is None or not text or role != _Role.EditRole or index.column() != TEXT:
            return False
        self._bookmarks.rename(mark, text)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only the text can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == TEXT else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        """Names of the columns."""
        shown = role == _Role.DisplayRole and orientation == Qt.Orientation.Horizontal
        return COLUMNS[section] if shown else None

    def _renew(self) -> None:
        """Where only a text is another one the rows stay: one of them may be under edit."""
        marks = self._bookmarks.all
        if len(marks) == len(self._shown) and all(map(is_, marks, self._shown)):
            if marks:
                self.dataChanged.emit(self.index(0, 0), self.index(len(marks) - 1, len(COLUMNS) - 1))
            return
        self._shown = list(marks)
        self.beginResetModel()
        self.endResetModel()
