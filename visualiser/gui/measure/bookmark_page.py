"""The page of bookmarks: jump to one, rename it, delete it, and take that back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from visualiser.gui.card import Card, label
from visualiser.gui.measure.bookmark_model import LANE, TEXT, BookmarkModel
from visualiser.gui.measure.bookmarks import Bookmarks
from visualiser.gui.theme import Theme
from visualiser.trace.document import Bookmark
from visualiser.trace.run import Run

NONE_YET = "No bookmarks yet: press M in the timeline to note something where the mouse is."
HOW = "Enter: go there · F2: rename · Del: delete"


_LANE = 96  # width of that column at first, at scale 1


class BookmarkTable(QTableView):
    """The rows, and what keys do to them."""

    chosen = Signal(object)  # Bookmark to go to
    deleted = Signal(object)  # Bookmark to delete
    undone = Signal()

    def __init__(self, model: BookmarkModel) -> None:
        super().__init__()
        self.rows = model
        self.setModel(model)
        self.setAccessibleName("Bookmarks")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionResizeMode(LANE, QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(lambda index: self._go(index))

    def event(self, event: QEvent) -> bool:
        """Here F2 renames and Ctrl+Z takes back, whatever they do elsewhere in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go there, rename, delete, undo."""
        mark = self.rows.mark(self.currentIndex().row())
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undone.emit()
        elif mark is None or editing:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(mark)
        elif event.key() == Qt.Key.Key_Delete:
            self._delete(mark)
        elif event.key() == Qt.Key.Key_F2:
            self.edit(self.rows.index(self.currentIndex().row(), TEXT))
        else:
            super().keyPressEvent(event)

    def choose(self, row: int) -> None:
        """Select a row, or the last one."""
        if self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(min(max(row, 0), self.rows.rowCount() - 1), TEXT))

    def _go(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows.mark(index.row()))

    def _delete(self, mark: Bookmark) -> None:
        row = self.currentIndex().row()
        self.deleted.emit(mark)
        self.choose(row)


def _is_ours(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_F2 or event.matches(QKeySequence.StandardKey.Undo)


class BookmarkPage(Card):
    """The table, with what to do said below it."""

    def __init__(self, bookmarks: Bookmarks, run: Callable[[], Run | None], theme: Theme) -> None:
        self._bookmarks = bookmarks
        self.table = BookmarkTable(BookmarkModel(bookmarks, run, bookmarks))
        self.none = label(NONE_YET, "note")
        self.how = label(HOW, "note")
        self.undo = QPushButton("Undo")
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        super().__init__("", theme)
        self._fill()
        self.set_theme(theme)
        self._tell()
        bookmarks.changed.connect(self._tell)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's spacing."""
        super().set_theme(theme)
        self._column.setContentsMargins(theme.px(12), 0, theme.px(8), theme.px(4))
        self._column.setSpacing(theme.px(4))
        self.table.verticalHeader().setDefaultSectionSize(theme.px(26))
        self.table.horizontalHeader().resizeSection(LANE, theme.px(_LANE))

    def take_focus(self) -> None:
        """Let keys move in the list."""
        self.table.choose(self.table.currentIndex().row())
        self.table.setFocus()

    def _fill(self) -> None:
        foot = QHBoxLayout()
        self.undo.setObjectName("link")
        self.undo.setCursor(Qt.CursorShape.PointingHandCursor)
        self.undo.clicked.connect(self._bookmarks.undo)
        for part in (self.none, self.how):
            part.setWordWrap(True)
        foot.addWidget(self.how, 1)
        foot.addWidget(self.undo)
        self._column.addWidget(self.none)
        self._column.addWidget(self.table, 1)
        self._column.addLayout(foot)
        self._column.addStretch(0)
        self.body.addWidget(self._content, 1)

    def _tell(self) -> None:
        some = bool(self._bookmarks.all)
        self.none.setVisible(not some)
        self.table.setVisible(some)
        self.how.setVisible(some)
        self.undo.setVisible(self._bookmarks.can_undo)
