"""A card: the calm frame around every part of the window, with a heading, a note and room for small controls."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from visualiser.gui.line_label import LineLabel
from visualiser.gui.theme import Theme

_DIM = 0.6
_OUTDATED = "before your change"


class Card(QFrame):
    """A frame with a heading line above its body."""

    def __init__(self, title: str, theme: Theme, note: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self._title = title
        self._remarks: dict[str, None] = {}
        self.heading = LineLabel(title, "heading")
        self.note = LineLabel(note, "note", wanted=True)  # a long one must not make its card wider
        self.head = QHBoxLayout()
        self.head.addWidget(self.heading, 1)
        self.head.addWidget(self.note)
        self.body = QVBoxLayout(self)
        self.body.addLayout(self.head)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's spacing."""
        self.head.setContentsMargins(theme.px(12), 0, theme.px(10), 0)
        self.head.setSpacing(theme.px(8))
        self.body.setContentsMargins(theme.px(2), theme.px(9), theme.px(2), theme.px(2))
        self.body.setSpacing(theme.px(6))

    def set_outdated(self, on: bool) -> None:
        """Say in the heading whether what is shown belongs to the script before it was changed."""
        self.remark(_OUTDATED, on)

    def remark(self, words: str, on: bool) -> None:
        """Say something of what is shown beside the title, or no longer."""
        if on:
            self._remarks[words] = None
        else:
            self._remarks.pop(words, None)
        self.heading.setText(" · ".join(part for part in (self._title, *self._remarks) if part))


def dim(widget: QWidget, on: bool) -> None:
    """Let a widget step back, or not."""
    effect = QGraphicsOpacityEffect(widget)
    effect.setOpacity(_DIM)
    effect.setEnabled(on)
    widget.setGraphicsEffect(effect)


def label(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    """A label the style sheet knows by its role."""
    made = QLabel(text, parent)
    made.setProperty("role", role)
    return made


def rule() -> QFrame:
    """A thin line between two parts of a card."""
    line = QFrame()
    line.setObjectName("rule")
    return line
