"""Facts as lines of words and value, from top to bottom, to be copied as text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from visualiser.gui.numbers import number_text
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.facts import Fact

_ROW = 23
_MOST_VALUE = 0.5  # of the width
_THIN = "\N{NARROW NO-BREAK SPACE}"
_SECONDS = {"s": 1.0, "ms": 1e-3}
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class FactRows(QWidget):
    """Words on the left, value and unit on the right; Ctrl+C and the context menu copy them."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.facts: list[Fact] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self._fit()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these."""
        if list(facts) != self.facts:
            self.facts = list(facts)
            self.setAccessibleDescription(self.text())
            self._fit()

    def text(self) -> str:
        """All of them, one a line."""
        return "\n".join(f"{words_of(fact)}: {value_text(fact)}" for fact in self.facts)

    def copy(self) -> None:
        """Put them on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def sizeHint(self) -> QSize:
        """A line for every fact."""
        return QSize(self._theme.px(200), len(self.facts) * self._theme.px(_ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy the facts", self.copy)
        menu.popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """The whole line where it is cut, and the name that a lesson calls it by."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = event.pos().y() // self._theme.px(_ROW)
            if 0 <= place < len(self.facts):
                fact = self.facts[place]
                QToolTip.showText(event.globalPos(), f"{words_of(fact)}: {value_text(fact)}\n{fact.name}", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every line with a hair under it."""
        painter = QPainter(self)
        height = self._theme.px(_ROW)
        for number, fact in enumerate(self.facts):
            row = QRectF(0, number * height, self.width(), height)
            right = row.adjusted(self.width() * (1 - _MOST_VALUE), 0, 0, 0)
            wide = self._say(painter, right, value_text(fact), "strong", "text", _RIGHT)
            left = row.adjusted(0, 0, -wide - self._theme.px(12), 0)
            self._say(painter, left, words_of(fact), "body", "muted", _LEFT)
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(0, round(row.bottom()) - 1, self.width(), round(row.bottom()) - 1)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _say(self, painter: QPainter, room: QRectF, text: str, role: str, token: str, where: Qt.AlignmentFlag) -> float:
        """Paint a text, cut where there is no room; returns its width in pixels."""
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room.width()))
        painter.drawText(room, where, shown)
        return metrics.horizontalAdvance(shown)

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()


def words_of(fact: Fact) -> str:
    """What it is called; a name of the script's own reads without its underscores, a knob as it stands there."""
    if fact.words != fact.name:
        return fact.words
    return fact.name if fact.name.isupper() else fact.name.replace("_", " ")


def value_text(fact: Fact) -> str:
    """``1.92 s``, ``12 345``, ``1, 2, 3``, ``yes``."""
    value = fact.value
    if isinstance(value, tuple):
        return ", ".join(number_text(each) for each in value) or "none"
    if isinstance(value, int | float) and fact.unit in _SECONDS:
        return duration_text(value * _SECONDS[fact.unit]).replace(" ", _THIN)
    text = f"{value:.1f}" if fact.unit == "%" and isinstance(value, float) else number_text(value)
    return f"{text}{_THIN}{fact.unit}" if fact.unit else text
