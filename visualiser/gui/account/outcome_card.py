"""One of the two runs side by side: its numbers, and the sentences that explain them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from visualiser.gui.card import Card, label
from visualiser.gui.result_tiles import ResultTiles
from visualiser.gui.theme import Theme


class OutcomeCard(Card):
    """Expected, counter and lost of a run."""

    def __init__(self, title: str, theme: Theme, note: str) -> None:
        self.tiles = ResultTiles(theme)
        self.words = label("", "body")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().__init__(title, theme, note)
        self._inside = QVBoxLayout()
        self._inside.addWidget(self.tiles)
        self._inside.addWidget(self.words)
        self._inside.addStretch(1)
        self.body.addLayout(self._inside)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and sizes."""
        super().set_theme(theme)
        self.tiles.set_theme(theme)
        self.words.setFont(theme.font("medium"))
        if hasattr(self, "_inside"):
            self._inside.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(8))
            self._inside.setSpacing(theme.px(4))

    def wait(self) -> None:
        """The run is not over: names without numbers."""
        self.show_outcome({"expected": None, "counter": None, "lost": None})

    def show_outcome(self, numbers: dict[str, Any], *sentences: str) -> None:
        """Show its numbers and what there is to say of them."""
        self.tiles.show_results(numbers)
        _say(self.words, "\n".join(filter(None, sentences)))
        self.setAccessibleDescription(self.words.text())


def _say(words: QLabel, text: str) -> None:
    words.setText(text)
    words.setVisible(bool(text))
