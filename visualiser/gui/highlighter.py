"""Colours Python source: Pygments reads it, each block of the document gets the formats of its tokens."""

from __future__ import annotations

from collections.abc import Iterator

from pygments.lexers.python import PythonLexer
from pygments.token import Token
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from visualiser.gui.theme import Theme

_TOKENS = (
    (Token.Comment, "syntax_comment"),
    (Token.Literal.String.Doc, "syntax_string"),
    (Token.Literal.String, "syntax_string"),
    (Token.Literal.Number, "syntax_number"),
    (Token.Keyword, "syntax_keyword"),
    (Token.Operator.Word, "syntax_keyword"),
    (Token.Name.Decorator, "syntax_decorator"),
    (Token.Name.Function, "syntax_name"),
    (Token.Name.Class, "syntax_name"),
    (Token.Name.Builtin, "syntax_builtin"),
    (Token.Name.Exception, "syntax_builtin"),
)
_BOLD = {"syntax_keyword"}
_ITALIC = {"syntax_comment"}
_QUOTES = ("'''", '"""')
Piece = tuple[int, int, str]


class Highlighter(QSyntaxHighlighter):
    """Highlights block by block, so that a key press costs one line and not the whole script.

    The state of a block says which triple-quoted string is open at its end: the only thing in Python that colours
    the lines after it.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._lexer = PythonLexer(ensurenl=False, stripnl=False)
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._formats = _formats(theme)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Format one line, knowing only what was open before it."""
        opened = self.previousBlockState()
        prefix = _QUOTES[opened] if opened in (0, 1) else ""
        for start, length, token in pieces(self._lexer, prefix + text):
            first = max(0, start - len(prefix))
            self.setFormat(first, start + length - len(prefix) - first, self._formats[token])
        self.setCurrentBlockState(open_string(self._lexer, prefix + text))


def pieces(lexer: PythonLexer, text: str) -> Iterator[Piece]:
    """Start, length and palette token of every piece of the text that has a colour."""
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        token = next((name for family, name in _TOKENS if kind in family), None)
        if token and value:
            yield start, len(value), token


def open_string(lexer: PythonLexer, text: str) -> int:
    """Index of the triple quotes that are still open at the end of the text, or -1.

    Asked of the lexer itself: a probe line after the text is inside a string, or it is not.
    """
    if not any(quotes in text for quotes in _QUOTES):
        return -1
    kind = list(lexer.get_tokens_unprocessed(f"{text}\nprobe"))[-1][1]
    return 0 if kind in Token.Literal.String.Single else 1 if kind in Token.Literal.String.Double else -1


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    return {token: _format(theme, token) for token in {name for _, name in _TOKENS}}


def _format(theme: Theme, token: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme.color(token))
    made.setFontItalic(token in _ITALIC)
    if token in _BOLD:
        made.setFontWeight(QFont.Weight.Bold)
    return made
