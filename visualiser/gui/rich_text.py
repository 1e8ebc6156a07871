"""Markdown as the window sets it: the theme's fonts and colours, calm lines, real links."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QFocusEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QLabel

from visualiser.gui.theme import Theme

OURS = "show:"  # how the addresses begin that lead into the app
_ROLE = "prose"
_LINE_PERCENT = 128
_BETWEEN = 7  # pixels between two paragraphs
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_BY_MOUSE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse


class Prose(QLabel):
    """A piece of Markdown, set in the theme; it can be selected, and its links reached by Tab and Enter.

    ``followed`` carries the address of a link that belongs to the app, without ``show:``; others open in the browser.
    """

    followed = Signal(str)

    def __init__(self, theme: Theme, markdown: str = "", token: str = "text") -> None:
        super().__init__()
        self._theme = theme
        self._markdown = markdown
        self._token = token
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.linkActivated.connect(self._follow)
        self._set()

    @property
    def markdown(self) -> str:
        """The text it was given."""
        return self._markdown

    def set_theme(self, theme: Theme) -> None:
        """Set it in another theme."""
        self._theme = theme
        self._set()

    def say(self, markdown: str, token: str | None = None) -> None:
        """Show another text, perhaps in another colour; the same again costs nothing and keeps what is selected."""
        if (markdown, token or self._token) != (self._markdown, self._token):
            self._markdown, self._token = markdown, token or self._token
            self._set()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by Tab stands on the first link at once, or on the last."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.focusNextPrevChild(event.reason() is Qt.FocusReason.TabFocusReason)

    def _set(self) -> None:
        document = typeset(self._markdown, self._theme, self._token)
        linked = any(cursor.charFormat().isAnchor() for cursor in _pieces(document))
        keys = Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(_BY_MOUSE | keys if linked else _BY_MOUSE)
        self.setText(document.toHtml())
        self.setAccessibleName(document.toPlainText())

    def _follow(self, address: str) -> None:
        if address.startswith(OURS):
            self.followed.emit(address.removeprefix(OURS))
        else:
            QDesktopServices.openUrl(QUrl(address))


def typeset(markdown: str, theme: Theme, token: str = "text") -> QTextDocument:
    """Markdown as a document in the theme's fonts, its text in the colour of ``token``."""
    document = QTextDocument()
    document.setDefaultFont(theme.font(_ROLE))
    document.setMarkdown(markdown, _FEATURES)
    _space_out(document, theme)
    for cursor in _pieces(document):
        cursor.mergeCharFormat(_dressed(cursor.charFormat(), theme, token))
    return document


def _space_out(document: QTextDocument, theme: Theme) -> None:
    """Even lines, a little air between paragraphs, none around the whole."""
    block = document.begin()
    while block.isValid():
        form = QTextBlockFormat()
        form.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setTopMargin(0)
        form.setBottomMargin(0 if block == document.lastBlock() else theme.px(_BETWEEN))
        QTextCursor(block).mergeBlockFormat(form)
        block = block.next()


def _pieces(document: QTextDocument) -> Iterator[QTextCursor]:
    """A selection of every stretch of one format."""
    for start, stop in _stretches(document):
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        yield cursor


def _stretches(document: QTextDocument) -> list[tuple[int, int]]:
    found = []
    block = document.begin()
    while block.isValid():
        each = block.begin()
        while not each.atEnd():
            piece = each.fragment()
            found.append((piece.position(), piece.position() + piece.length()))
            each += 1
        block = block.next()
    return found


def _dressed(given: QTextCharFormat, theme: Theme, token: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(theme.color("accent_text" if given.isAnchor() else token))
    if given.fontFixedPitch():
        form.setFontFamilies([theme.font("code").family()])
        form.setFontFixedPitch(False)  # with it, Qt asks the system for a fixed font of its own
        form.setProperty(QTextCharFormat.Property.FontPixelSize, round(theme.font(_ROLE).pixelSize() * 0.94))
    return form
