"""What came out: the script's results as big numbers, and the sentence that says how it ended."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from visualiser.gui.card import Card, dim, label
from visualiser.gui.line_label import LineLabel
from visualiser.gui.result_tiles import ResultTiles, words_of
from visualiser.gui.scrolling import scrolling
from visualiser.gui.theme import Theme
from visualiser.host.outcome import Outcome

IDLE_TEXT = "Run the script to see what it ends with."
ACCOUNT = "Account for the lost updates…"
KEYS = "F9 run · Ctrl+. stop · F8 lock · F2 lesson · F3 facts · Esc back"  # in presentation, where there are no buttons


class ResultsPanel(Card):
    """Big numbers over a sentence; the same place for every word, whatever the run does."""

    def __init__(self, theme: Theme) -> None:
        self.tiles = ResultTiles(theme)
        self.account = QPushButton(ACCOUNT)
        self.account.setObjectName("link")
        self.account.setCursor(Qt.CursorShape.PointingHandCursor)
        self.account.hide()
        self.words = _paragraph("")
        self.sentence = _paragraph(IDLE_TEXT)
        self.detail = _paragraph("", "note")
        self.keys = LineLabel(KEYS, "note")
        super().__init__("", theme)  # its tab says what it is
        self._inside = QVBoxLayout()
        self._content = QWidget()
        self._content.setLayout(self._inside)
        self._inside.addWidget(self.tiles)
        self._inside.addWidget(self.account, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.words, self.sentence, self.detail):
            self._inside.addWidget(widget)
        self._inside.addStretch(1)
        self.body.addWidget(scrolling(self._content), 1)
        self.body.addWidget(self.keys, 0, Qt.AlignmentFlag.AlignRight)
        self.keys.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self._theme = theme
        self.tiles.set_theme(theme)
        self.sentence.setFont(theme.font("medium"))
        self.words.setFont(theme.font("body"))
        if hasattr(self, "_inside"):
            self._inside.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(6))
            self._inside.setSpacing(theme.px(5))
            self.keys.setContentsMargins(0, 0, theme.px(10), theme.px(4))
            self.setMinimumHeight(theme.px(84))

    def set_outdated(self, on: bool) -> None:
        """Say whether these are the results of the script before it was changed."""
        super().set_outdated(on)
        dim(self._content, on)

    @property
    def told(self) -> str:
        """Its numbers and its sentence in one line."""
        numbers = [f"{words_of(name)} {text}" for name, text in self.tiles.texts().items()]
        return " · ".join([*numbers, self.sentence.text()])

    def show_idle(self) -> None:
        """Nothing has run yet."""
        self.tiles.show_results({})
        self.account.hide()
        self._say(IDLE_TEXT)

    def show_running(self) -> None:
        """A run has begun: the numbers keep their places and wait."""
        self.tiles.wait()
        self._say("Running…")

    def show_warning(self, sentence: str) -> None:
        """Something is wrong while it runs."""
        self._say("Running…", sentence)

    def show_end(self, outcome: Outcome, results: dict[str, Any]) -> None:
        """The run is over; a sign, not a colour, says that it did not end by itself or not well."""
        numbers = {name: value for name, value in results.items() if not isinstance(value, str)}
        texts = [f"<b>{name}</b> {_escaped(value)}" for name, value in results.items() if isinstance(value, str)]
        self.tiles.show_results(numbers)
        self.account.setVisible("lost" in numbers)
        sign = "" if outcome.ok else "■ " if outcome.stopped else "▲ "
        self._say(f"{sign}{outcome.sentence}", outcome.detail, "<br>".join(texts))

    def show_problem(self, sentence: str, detail: str = "") -> None:
        """Something could not be done; the numbers stay."""
        self._say(f"▲ {sentence}", detail)

    def _say(self, sentence: str, detail: str = "", words: str = "") -> None:
        for part, text in ((self.sentence, sentence), (self.detail, detail), (self.words, words)):
            part.setText(text)
            part.setVisible(bool(text))
        self.setAccessibleDescription(f"{sentence} {detail}".strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _paragraph(text: str, role: str = "") -> QLabel:
    made = label(text, role)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
