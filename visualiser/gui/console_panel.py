"""What the script prints: its two streams in one place, bounded, and still where the reader left it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from visualiser.gui.card import Card, dim
from visualiser.gui.theme import Theme

MOST_LINES = 5000
LONGEST_LINE = 2000
MOST_AT_ONCE = 100_000
_ERROR_BLOCK = 1


class ConsolePanel(Card):
    """A card with the script's output."""

    def __init__(self, theme: Theme) -> None:
        self.view = ConsoleView(theme)
        super().__init__("Output", theme)
        self.body.addWidget(self.view, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self.view.set_theme(theme)

    def set_outdated(self, on: bool) -> None:
        """Say whether this is the output of the script before it was changed."""
        super().set_outdated(on)
        dim(self.view, on)

    def clear(self) -> None:
        """Forget the output of the run before."""
        self.view.forget()
        self.note.setText("")

    def append(self, pieces: list[tuple[str, str]]) -> None:
        """Add pieces ("out" or "err", text) in the order they came."""
        if pieces:
            self.view.append_pieces(pieces)
            self.note.setText(f"the last {MOST_LINES:,} lines" if self.view.blockCount() >= MOST_LINES else "")


class ConsoleView(QPlainTextEdit):
    """The text itself; lines of standard error carry a bar on their left besides their colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("console")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setMaximumBlockCount(MOST_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setAccessibleName("Output of the script")
        self._column = 0
        self._following = True
        self.verticalScrollBar().valueChanged.connect(self._note_place)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and font; text that is there is coloured anew."""
        self._theme = theme
        font = theme.font("code_small")
        self.setFont(font)
        self.setStyleSheet(f'QPlainTextEdit {{ font-family: "{font.family()}"; font-size: {font.pixelSize()}px; }}')
        self.document().setDefaultFont(font)
        self.document().setDocumentMargin(theme.px(10))
        self.setMinimumHeight(theme.px(36))
        self._recolor()

    def forget(self) -> None:
        """Start with nothing."""
        self.clear()
        self._column = 0
        self.document().firstBlock().setUserState(-1)

    def append_pieces(self, pieces: list[tuple[str, str]]) -> None:
        """Add pieces at the end; the view follows only if it shows the end already."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for stream, text in _bounded(pieces):
            self._insert(cursor, stream == "err", text)
        cursor.endEditBlock()
        self._keep_end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go on showing the end."""
        following = self._following
        super().resizeEvent(event)
        self._following = following
        self._keep_end()

    @property
    def _at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 2

    def _note_place(self) -> None:
        self._following = self._at_end

    def _keep_end(self) -> None:
        if self._following:
            self._show_end()

    def _show_end(self) -> None:
        """Show the last line that says something: where there is room for one, it must not be the empty one below."""
        bar = self.verticalScrollBar()
        empty = self.blockCount() > 1 and not self.document().lastBlock().text()
        cut = bar.pageStep() == 0  # not even one line fits: then the bar reaches one too far
        bar.setValue(bar.maximum() - empty - cut)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, then the bars beside standard error."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("danger"))
        block, width = self.firstVisibleBlock(), self._theme.px(3)
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > self.viewport().height():
                break
            if block.userState() == _ERROR_BLOCK:
                painter.drawRect(QRectF(self._theme.px(3), area.top(), width, area.height()))
            block = block.next()
        painter.end()

    def _insert(self, cursor: QTextCursor, error: bool, text: str) -> None:
        """Insert line by line. A change of stream in mid-line starts a new one, so that each line has one stream."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        last = len(lines) - 1
        for number, line in enumerate(lines):
            if line:
                self._insert_line(cursor, error, line)
            if number < last:
                cursor.insertBlock()
                cursor.block().setUserState(-1)
                self._column = 0

    def _insert_line(self, cursor: QTextCursor, error: bool, line: str) -> None:
        block = cursor.block()
        if self._column and (block.userState() == _ERROR_BLOCK) != error:
            cursor.insertBlock()
            self._column = 0
        cursor.block().setUserState(_ERROR_BLOCK if error else -1)
        room = LONGEST_LINE - self._column
        self._column += len(line)
        if room > 0:
            cursor.insertText(line if len(line) <= room else f"{line[:room]}…", self._format(error))

    def _format(self, error: bool) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._theme.color("danger" if error else "text"))
        return made

    def _recolor(self) -> None:
        block = self.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(self._format(block.userState() == _ERROR_BLOCK))
            block = block.next()


def _bounded(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The newest pieces that can be taken in within a frame; a note stands for what was skipped."""
    kept: list[tuple[str, str]] = []
    room = MOST_AT_ONCE
    for stream, text in reversed(pieces):
        if len(text) > room:
            kept.append((stream, text[len(text) - room :] if room else ""))
            kept.append((stream, "\n… output too fast to show all of it …\n"))
            break
        kept.append((stream, text))
        room -= len(text)
    return kept[::-1]
