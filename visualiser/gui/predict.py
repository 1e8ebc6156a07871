"""The question before the run: choices to click, the one that was chosen, and whether this run proved it right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from visualiser.gui.choice_button import ChoiceButton, Judgement
from visualiser.gui.line_label import LineLabel
from visualiser.gui.rich_text import Prose
from visualiser.gui.theme import Theme

_INVITATION = "Your answer starts the run: Enter, or its number."


class Predict(QWidget):
    """Shows one question.

    ``chosen`` carries the place of an answer and whether it was asked for; ``skipped`` nothing: the run may start
    without an answer.
    """

    chosen = Signal(int, bool)
    skipped = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.asking = False
        self.choices: list[ChoiceButton] = []
        self.question = Prose(theme)
        self.skip = QPushButton("Skip")
        self.skip.setToolTip("Run without an answer (F9)")
        self.skip.clicked.connect(self._skip)
        self._bar = QWidget()
        self._column = QVBoxLayout(self)
        self._buttons = QVBoxLayout()
        self._fill()
        self.set_theme(theme)
        self._show_asking()

    @property
    def choice(self) -> int | None:
        """Place of the answer that was given."""
        return next((place for place, button in enumerate(self.choices) if button.isChecked()), None)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        self._theme = theme
        self.question.set_theme(theme)
        for button in self.choices:
            button.set_theme(theme)
        self._column.setSpacing(theme.px(7))
        self._buttons.setSpacing(theme.px(5))

    def show_question(self, question: str, answers: Sequence[str], chosen: int | None = None) -> None:
        """Another question; ``chosen`` is the answer given to it earlier."""
        self.question.say(question)
        for button in self.choices:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.choices = [ChoiceButton(number, words, self._theme) for number, words in enumerate(answers, 1)]
        for place, button in enumerate(self.choices):
            button.setChecked(place == chosen)
            button.clicked.connect(lambda _on, place=place: self.choose(place))
            self._buttons.addWidget(button)
        self.stop_asking()

    def choose(self, place: int) -> None:
        """Give that answer; once more is no way to take it back."""
        for other, button in enumerate(self.choices):
            button.setChecked(other == place)
        asked = self.asking
        self.judge(None)
        self.stop_asking()
        self.chosen.emit(place, asked)

    def ask(self) -> None:
        """Ask now: the run waits for the answer."""
        self.asking = True
        self.judge(None)
        self._show_asking()
        self.choices[self.choice or 0].setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_asking(self) -> None:
        """The run no longer waits."""
        self.asking = False
        self._show_asking()

    def judge(self, right: Sequence[bool | None] | None) -> None:
        """Say of every answer whether it is right in this run (None: it cannot tell); None takes the words back."""
        for place, button in enumerate(self.choices):
            button.judge(Judgement.OPEN if right is None else _judgement(right[place], button.isChecked()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Numbers choose; Esc gives up asking."""
        number = event.key() - Qt.Key.Key_0
        if 1 <= number <= len(self.choices):
            self.choose(number - 1)
        elif self.asking and event.key() == Qt.Key.Key_Escape:
            self.stop_asking()
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        bar = QHBoxLayout(self._bar)
        for layout in (bar, self._column):
            layout.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(LineLabel(_INVITATION, "note"), 1)
        bar.addWidget(self.skip)
        self._column.addWidget(self.question)
        self._column.addLayout(self._buttons)
        self._column.addWidget(self._bar)

    def _skip(self) -> None:
        self.stop_asking()
        self.skipped.emit()

    def _show_asking(self) -> None:
        self._bar.setVisible(self.asking)
        for button in self.choices:
            button.set_urgent(self.asking)


def _judgement(right: bool | None, given: bool) -> Judgement:
    """Of the answers that were not given, only a right one is worth a word."""
    if right:
        return Judgement.RIGHT
    if not given:
        return Judgement.OPEN
    return Judgement.UNKNOWN if right is None else Judgement.WRONG
