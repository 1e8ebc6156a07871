"""One answer to a lesson's question: number, words over as many lines as they need, and whether it was right."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from visualiser.gui.theme import Theme

_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_LEFT, _RIGHT, _ABOVE = 38, 10, 7  # room around the words, pixels at scale 1
_LEAST_WIDTH = 120


class Judgement(StrEnum):
    """What a finished run says of an answer; the value is what stands under it."""

    OPEN = ""
    RIGHT = "✓ right in this run"
    WRONG = "✗ not in this run"
    UNKNOWN = "? this run cannot tell"


_TOKENS = {Judgement.RIGHT: "ok", Judgement.WRONG: "warn", Judgement.UNKNOWN: "muted"}


class ChoiceButton(QAbstractButton):
    """Checked is the answer that was given; urgent ones stand out while they are asked for."""

    def __init__(self, number: int, words: str, theme: Theme) -> None:
        super().__init__()
        self.judgement = Judgement.OPEN
        self._number = number
        self._urgent = False
        self.setText(words)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_theme(theme)
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def judge(self, judgement: Judgement) -> None:
        """Say whether it was right."""
        if judgement is not self.judgement:
            self.judgement = judgement
            self._describe()
            self.updateGeometry()
            self.update()

    def set_urgent(self, on: bool) -> None:
        """Stand out, or not."""
        self._urgent = on
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable width; the height follows from it."""
        width = self._theme.px(2 * _LEAST_WIDTH)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Room for one long word."""
        return QSize(self._theme.px(_LEAST_WIDTH), self._theme.px(30))

    def heightForWidth(self, width: int) -> int:
        """Room for all lines of the words and the judgement under them."""
        room = QRect(0, 0, width - self._theme.px(_LEFT) - self._theme.px(_RIGHT), 10_000)
        words = QFontMetrics(self._theme.font("prose")).boundingRect(room, _WRAPPED.value, self.text()).height()
        return words + self._judgement_height + 2 * self._theme.px(_ABOVE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter gives the answer as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, number, words and judgement."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_number(painter)
        left, right, above = (self._theme.px(length) for length in (_LEFT, _RIGHT, _ABOVE))
        words = self.rect().adjusted(left, above, -right, -above)
        painter.setFont(self._theme.font("prose"))
        painter.setPen(self._theme.color("text"))
        painter.drawText(words.adjusted(0, 0, 0, -self._judgement_height), _WRAPPED.value, self.text())
        if self.judgement is not Judgement.OPEN:
            painter.setFont(self._theme.font("strong"))
            painter.setPen(self._theme.color(_TOKENS[self.judgement]))
            painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, self.judgement)
        painter.end()

    @property
    def _judgement_height(self) -> int:
        if self.judgement is Judgement.OPEN:
            return 0
        return QFontMetrics(self._theme.font("strong")).height() + self._theme.px(2)

    def _paint_frame(self, painter: QPainter) -> None:
        theme = self._theme
        lit = self.hasFocus() or self.underMouse()
        edge = "accent" if self.isChecked() or self.hasFocus() or self._urgent else "outline" if lit else "border"
        fill = "selection" if self.isChecked() else "hover" if lit else "raised"
        thick = max(1.0, theme.scale) * (2.0 if self.hasFocus() else 1.0)
        painter.setPen(QPen(theme.color(edge), thick))
        painter.setBrush(theme.color(fill))
        inside = QRectF(self.rect()).adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
        painter.drawRoundedRect(inside, theme.px(7), theme.px(7))

    def _paint_number(self, painter: QPainter) -> None:
        theme, side = self._theme, self._theme.px(20)
        badge = QRectF(theme.px(9), (self.height() - side) / 2, side, side)
        chosen = self.isChecked()
        painter.setPen(QPen(theme.color("accent" if chosen else "outline"), max(1.0, theme.scale)))
        painter.setBrush(theme.color("accent" if chosen else "surface"))
        painter.drawEllipse(badge)
        painter.setFont(theme.font("tag"))
        painter.setPen(theme.color("on_accent" if chosen else "text"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._number))

    def _describe(self) -> None:
        """For those who hear the window: the judgement is part of the name."""
        self.setAccessibleName(f"{self._number}: {self.text()} {self.judgement}".strip())
