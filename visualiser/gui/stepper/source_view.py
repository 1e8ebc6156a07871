"""The listing that both threads run, with the part that comes next in each of them."""

from __future__ import annotations

from pygments.lexers.python import PythonLexer
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.highlighter import pieces
from visualiser.gui.stepper.thread_panel import HUES
from visualiser.gui.stepper.words import step_word
from visualiser.gui.theme import Theme
from visualiser.host.step_state import State, ThreadState

_SPACING = 1.42  # of lines, in heights of a letter: room for a frame inside a frame
_EMPTY = 0.25  # of a row, for a line with nothing on it
_NAMES, _RAW_NAMES = 13, 24  # letters right of the longest line, for the names of what comes next
_LEAST_NAME = 0.42  # size of a name, in heights of a letter, where it has little room
_INDENT = 4.5  # letters left of the source, for the line numbers


class SourceView(QWidget):
    """Frames what comes next, solid for A and dashed for B, each in its hue, and names it at the end of the line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._lexer = PythonLexer(ensurenl=False, stripnl=False)
        self._lines: list[str] = []
        self._threads: list[ThreadState] = []
        self._raw = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What both threads run")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_state(self, state: State) -> None:
        """Show the listing, and where both threads stand in it."""
        self._lines = state.source.rstrip().splitlines()
        self._raw = state.raw
        self._threads = [thread for thread in state.threads.values() if not thread.done]
        told = [f"{one.name}: line {one.line}, {step_word(one)}" for one in self._threads]
        self.setAccessibleDescription("; ".join(told) or "both are done")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the longest listing."""
        return QSize(self._theme.px(430), self._theme.px(230))

    def minimumSizeHint(self) -> QSize:
        """Smaller letters do as well."""
        return QSize(self._theme.px(300), self._theme.px(150))

    def frame_of(self, thread: ThreadState) -> QRectF:
        """Where the frame around the thread's next part is painted."""
        font = self._font()
        wide, high = self._letter(font)
        text = self._lines[thread.line - 1]
        first, end = thread.part or (len(text) - len(text.lstrip()), len(text))
        room = self._theme.px(2 if thread.name == "A" else 5)
        top = self._top(thread.line - 1, high)
        return QRectF((_INDENT + first) * wide, top, (end - first) * wide, high).adjusted(-room, -room, room, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint lines, frames and names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._font()
        wide, high = self._letter(font)
        painter.setFont(font)
        for number, text in enumerate(self._lines):
            top = self._top(number, high)
            self._paint_line(painter, number, text, QPointF(0, top), wide, high)
        for thread in self._threads:
            self._paint_frame(painter, thread)
        for line in {thread.line for thread in self._threads}:
            self._paint_names(painter, line, wide, high)
        painter.end()

    def _paint_line(self, painter: QPainter, number: int, text: str, at: QPointF, wide: float, high: float) -> None:
        theme = self._theme
        if any(thread.line == number + 1 for thread in self._threads):
            room = high * (_SPACING - 1) / 2
            painter.fillRect(QRectF(0, at.y() - room, self.width(), high * _SPACING), theme.color("code_line"))
        if not text:
            return
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color("faint"))
        painter.drawText(QRectF(0, at.y(), 2.5 * wide, high), right, str(number + 1))
        ascent = QFontMetricsF(painter.font()).ascent()
        painter.setPen(theme.color("text"))
        left = _INDENT * wide
        painter.drawText(QPointF(left, at.y() + ascent), text)
        for start, length, token in pieces(self._lexer, text):
            cell = QRectF(left + start * wide, at.y(), length * wide, high)
            painter.fillRect(cell, theme.color("code_line" if self._at(number + 1) else "surface"))
            painter.setPen(theme.color(token))
            painter.drawText(QPointF(cell.left(), at.y() + ascent), text[start : start + length])

    def _at(self, line: int) -> bool:
        return any(thread.line == line for thread in self._threads)

    def _paint_frame(self, painter: QPainter, thread: ThreadState) -> None:
        theme = self._theme
        style = Qt.PenStyle.SolidLine if thread.name == "A" else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme.lane(HUES[thread.name]), theme.px(2), style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.frame_of(thread), theme.px(3), theme.px(3))

    def _paint_names(self, painter: QPainter, line: int, wide: float, high: float) -> None:
        """``A READ`` in a chip of the thread's hue, right of the line's text."""
        theme = self._theme
        here = [thread for thread in self._threads if thread.line == line]
        for thread, (chip, shown) in zip(here, self._chips(painter, here, wide, high), strict=True):
            hue = theme.lane(HUES[thread.name])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hue)
            painter.drawRoundedRect(chip, theme.px(4), theme.px(4))
            painter.setPen(theme.ink(hue))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, shown)

    def _chips(self, painter: QPainter, here: list[ThreadState], wide: float, high: float) -> list[tuple[QRectF, str]]:
        """Where the names stand, never on the line's text: smaller, and in the end cut, where there is little room."""
        gap, edge = self._theme.px(5), self._theme.px(12)
        line = here[0].line - 1
        left = (_INDENT + len(self._lines[line]) + 1.5) * wide
        room = (self.width() - left) / len(here) - gap
        font = self._theme.font("strong")
        font.setPixelSize(max(9, round(high * 0.62)))
        least = max(9, round(high * _LEAST_NAME))
        while font.pixelSize() > least and max(_widths(font, here)) + edge > room:
            font.setPixelSize(font.pixelSize() - 1)
        painter.setFont(font)
        chips = []
        for thread in here:
            shown = QFontMetricsF(font).elidedText(_name(thread), Qt.TextElideMode.ElideRight, room - edge)
            width = QFontMetricsF(font).horizontalAdvance(shown) + edge
            chips.append((QRectF(left, self._top(line, high), width, high), shown))
            left += width + gap
        return chips

    def _font(self) -> QFont:
        """As large as the listing and the names at its longest line fit."""
        font = self._theme.font("code")
        longest = max((len(line) for line in self._lines), default=30) + _INDENT + (_RAW_NAMES if self._raw else _NAMES)
        pixels = self._theme.px(23)
        while pixels > 9:
            font.setPixelSize(pixels)
            wide, high = self._letter(font)
            if self._rows(len(self._lines)) * high * _SPACING <= self.height() and longest * wide <= self.width():
                break
            pixels -= 1
        return font

    def _letter(self, font: QFont) -> tuple[float, float]:
        metrics = QFontMetricsF(font)
        return metrics.horizontalAdvance("0"), metrics.height()

    def _rows(self, lines: int) -> float:
        """How many rows the first so many lines take: one that is empty needs little room."""
        return sum(1.0 if line else _EMPTY for line in self._lines[:lines])

    def _top(self, line: int, high: float) -> float:
        """Where a line begins, from 0; the listing stands in the middle."""
        left = max(0.0, self.height() - self._rows(len(self._lines)) * high * _SPACING)
        return left / 2 + (self._rows(line) + (_SPACING - 1) / 2 / _SPACING) * high * _SPACING


def _name(thread: ThreadState) -> str:
    return f"{thread.name} {step_word(thread)}"


def _widths(font: QFont, threads: list[ThreadState]) -> list[float]:
    metrics = QFontMetricsF(font)
    return [metrics.horizontalAdvance(_name(thread)) for thread in threads]
