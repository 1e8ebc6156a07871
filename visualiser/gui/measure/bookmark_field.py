"""The field in which a bookmark gets its text, right where its flag will stand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

WIDTH = 230  # at scale 1
_LONGEST = 500  # characters


class BookmarkField(QLineEdit):
    """Enter keeps what was written, Esc drops it; to go elsewhere keeps it, unless nothing was written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setMaxLength(_LONGEST)
        self.setPlaceholderText("What is here? Enter keeps it")
        self.setAccessibleName("Text of the bookmark")
        self._keep: Callable[[str], None] | None = None
        self.hide()

    def ask(self, at: QPoint, text: str, width: int, keep: Callable[[str], None]) -> None:
        """Ask for the text at a place of the parent; ``keep`` gets it, and is not called where it is dropped."""
        self._end(kept=True)
        self._keep = keep
        self.setText(text)
        self.selectAll()
        wide = min(width, self._room.width())
        self.setFixedWidth(wide)
        self.adjustSize()
        self.move(max(0, min(at.x(), self._room.width() - wide)), at.y())
        self.show()
        self.raise_()
        self.setFocus()

    def drop(self) -> None:
        """Forget what is being written."""
        self._end(kept=False)

    def event(self, event: QEvent) -> bool:
        """Esc is ours before it is anybody's shortcut."""
        asked = event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep or drop; no key goes on to the timeline."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._leave(kept=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._leave(kept=False)
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing that was written gets lost."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._end(kept=True)

    def _leave(self, kept: bool) -> None:
        self._end(kept)
        self._room.setFocus()

    def _end(self, kept: bool) -> None:
        keep, self._keep = self._keep, None
        self.hide()
        text = self.text().strip()
        if keep is not None and kept and text:
            keep(text)
