"""The page of locks: who waits for which at this moment, and, where nobody can ever go on, the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visualiser.gui.card import Card, dim
from visualiser.gui.scrolling import scrolling
from visualiser.gui.theme import Theme
from visualiser.gui.wait_graph import WaitGraphView
from visualiser.gui.wait_words import Told


class LocksPanel(Card):
    """A sentence over the drawing."""

    def __init__(self, theme: Theme) -> None:
        self.told = Told()
        self.sentence = QLabel()
        self.graph = WaitGraphView(theme)
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        super().__init__("", theme)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.graph, 1)
        self.body.addWidget(scrolling(self._content), 1)
        self.set_theme(theme)
        self.show_told(self.told)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self.sentence.setFont(theme.font("medium"))
        self.graph.set_theme(theme)
        self._column.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(6))
        self._column.setSpacing(theme.px(4))

    def set_outdated(self, on: bool) -> None:
        """Say whether this is of the script before it was changed."""
        super().set_outdated(on)
        dim(self._content, on)

    def show_told(self, told: Told) -> None:
        """What is so now."""
        self.told = told
        self.sentence.setText(told.sentence)
        self.graph.show_drawing(told.drawing)
