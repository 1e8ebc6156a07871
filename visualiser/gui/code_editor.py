"""The editor: the script's text with line numbers, highlighting and the lines the window points at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from PySide6.QtCore import QMimeData, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent, QTextBlock, QTextCursor, QTextFormat, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from visualiser.gui.gutter import Gutter
from visualiser.gui.highlighter import Highlighter
from visualiser.gui.theme import Theme

INDENT = 4


class CodeEditor(QPlainTextEdit):
    """A plain-text editor for Python."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._shown_line: int | None = None
        self._gutter = Gutter(self, theme)
        self._highlighter = Highlighter(self.document(), theme)
        self.setAccessibleName("Source code")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setTabChangesFocus(False)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow_scrolling)
        self.cursorPositionChanged.connect(self._mark_lines)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours, font and spacing."""
        self.theme = theme
        self._gutter.theme = theme
        font = theme.font("code")
        self.setFont(font)
        # the style sheet sets a font on every widget; this one needs its own
        self.setStyleSheet(f'QPlainTextEdit {{ font-family: "{font.family()}"; font-size: {font.pixelSize()}px; }}')
        self.document().setDefaultFont(font)
        self.setTabStopDistance(INDENT * self.fontMetrics().horizontalAdvance(" "))
        self.setMinimumHeight(theme.px(56))
        self.setCursorWidth(max(2, theme.px(2)))
        self._highlighter.set_theme(theme)
        self._make_room()
        self._mark_lines()

    def show_text(self, text: str) -> None:
        """Show another script: no undo back into the one before."""
        self._shown_line = None
        self.set_marks({})
        self.setPlainText(text)

    def replace_text(self, text: str, join: bool = False) -> None:
        """Change the script to that text in one undo step, or as part of the step before; touches only what differs."""
        old = self.toPlainText()
        if old == text:
            return
        head = _common(old, text)
        tail = _common(old[head:][::-1], text[head:][::-1])
        cursor = QTextCursor(self.document())
        cursor.joinPreviousEditBlock() if join else cursor.beginEditBlock()
        cursor.setPosition(_units(old[:head]))
        cursor.setPosition(_units(old[: len(old) - tail]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[head : len(text) - tail])
        cursor.endEditBlock()

    def show_line(self, line: int | None) -> None:
        """Highlight that 1-based line in the middle of the editor; None highlights no line."""
        block = self.document().findBlockByNumber(line - 1) if line else QTextBlock()
        self._shown_line = line if block.isValid() else None
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.centerCursor()
        self._mark_lines()

    @property
    def shown_line(self) -> int | None:
        """The line highlighted by ``show_line``."""
        return self._shown_line

    def set_marks(self, marks: Mapping[int, Sequence[QColor]]) -> None:
        """Show these colours beside these 1-based lines."""
        self._gutter.set_marks(marks)

    def visible_blocks(self) -> Iterator[tuple[QTextBlock, float, float]]:
        """Every line on screen with its top and height in the viewport, in pixels."""
        block = self.firstVisibleBlock()
        bottom = self.viewport().height()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > bottom:
                return
            if block.isVisible():
                yield block, area.top(), area.height()
            block = block.next()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab indents by four spaces, Enter keeps the indentation; the rest is Qt's."""
        key = event.key()
        if key == Qt.Key.Key_Tab and not event.modifiers():
            self._indent()
        elif key == Qt.Key.Key_Backtab:
            self._outdent()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._new_line()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text, but no files: those are for the window to open."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter beside the text."""
        super().resizeEvent(event)
        self._place_gutter()

    def _selected_blocks(self) -> list[QTextBlock]:
        cursor = self.textCursor()
        block = self.document().findBlock(cursor.selectionStart())
        blocks = [block]
        while block.next().isValid() and block.next().position() < cursor.selectionEnd():
            block = block.next()
            blocks.append(block)
        return blocks

    def _indent(self) -> None:
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.insertText(" " * (INDENT - cursor.positionInBlock() % INDENT))
            return
        blocks = self._selected_blocks()
        cursor.beginEditBlock()
        for block in blocks:
            QTextCursor(block).insertText(" " * INDENT)
        cursor.endEditBlock()

    def _outdent(self) -> None:
        blocks = self._selected_blocks()
        cursor = self.textCursor()
        cursor.beginEditBlock()
        for block in blocks:
            spaces = len(block.text()) - len(block.text().lstrip(" "))
            edit = QTextCursor(block)
            step = (spaces - 1) % INDENT + 1 if spaces else 0
            edit.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, step)
            edit.removeSelectedText()
        cursor.endEditBlock()

    def _new_line(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = before[: len(before) - len(before.lstrip(" "))]
        deeper = " " * INDENT if before.rstrip().endswith(":") else ""
        cursor.insertText(f"\n{indent}{deeper}")
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _make_room(self) -> None:
        self.setViewportMargins(self._gutter.width_needed(), 0, 0, 0)
        self._place_gutter()

    def _place_gutter(self) -> None:
        inside = self.contentsRect()
        self._gutter.setGeometry(QRect(inside.left(), inside.top(), self._gutter.width_needed(), inside.height()))

    def _follow_scrolling(self, area: QRect, pixels: int) -> None:
        if pixels:
            self._gutter.scroll(0, pixels)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _mark_lines(self) -> None:
        selections = [self._line_selection(self.textCursor(), "code_line")]
        if self._shown_line is not None:
            block = self.document().findBlockByNumber(self._shown_line - 1)
            selections.append(self._line_selection(QTextCursor(block), "code_show"))
        self.setExtraSelections(selections)
        self._gutter.update()

    def _line_selection(self, cursor: QTextCursor, token: str) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor.clearSelection()
        selection.cursor = cursor
        selection.format.setBackground(self.theme.color(token))
        selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return selection


def _common(first: str, second: str) -> int:
    """How many characters at the start are equal."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _units(text: str) -> int:
    """Length as Qt counts: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
