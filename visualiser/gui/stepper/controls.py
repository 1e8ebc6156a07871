"""What can be chosen and done in the stepper's window, beside giving steps."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from visualiser.gui.card import label
from visualiser.gui.knob_controls import Chooser, TickBox
from visualiser.gui.line_label import LineLabel
from visualiser.gui.theme import Theme
from visualiser.host.step_listings import LISTINGS, MOST_ROUNDS, StepListing
from visualiser.host.step_state import State


class Choices(QWidget):
    """Which listing, how many rounds, steps or single instructions; ``chosen`` tells of the first two."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.listing = _box([one.title for one in LISTINGS], "Listing")
        self.rounds = _box([_rounds(number + 1) for number in range(MOST_ROUNDS)], "Rounds of the loop")
        self.raw = TickBox("Raw opcodes (O)")
        self.raw.setToolTip("Step by single instructions of this interpreter (O)")
        self.who = LineLabel("", "caption")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (label("Both threads run", "body"), self.listing, self.rounds, self.raw):
            layout.addWidget(part)
        layout.addWidget(self.who, 1)
        for box in (self.listing, self.rounds):
            box.activated.connect(lambda _index: self.chosen.emit())

    @property
    def picked(self) -> tuple[StepListing, int]:
        """Listing and rounds."""
        return LISTINGS[self.listing.currentIndex()], self.rounds.currentIndex() + 1

    def pick(self, listing: StepListing, rounds: int) -> None:
        """Show that choice."""
        self.listing.setCurrentIndex(LISTINGS.index(listing))
        self.rounds.setCurrentIndex(rounds - 1)

    def show_state(self, state: State) -> None:
        """Show who runs it, and whether by single instructions."""
        self.raw.setChecked(state.raw)
        text = f"{state.interpreter.told} · stopped by {state.interpreter.by}"
        self.who.setText(text)
        self.who.setToolTip(f"{text}\n{state.interpreter.path}")


class Controls(QWidget):
    """The order as a string, and the buttons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.order = QLineEdit()
        self.order.setPlaceholderText("An order, such as ABABAB")
        self.order.setAccessibleName("Order of the steps")
        self.order.setToolTip("The order of the steps so far; type or paste another one and press Enter")
        self.play = _button("Play (Enter)", "Play this order from the beginning (Enter)")
        self.copy = _button("Copy", "Copy the order (Ctrl+Shift+C)")
        self.undo = _button("Undo (←)", "Take the last step back: the others are played again (←)")
        self.reset = _button("Reset (R)", "Two new threads (R)")
        self.lose = _button("Lose an update (L)", "Play the shortest order that loses an update (L)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.order, 1)
        for button in (self.play, self.copy, self.undo, self.reset, self.lose):
            layout.addWidget(button)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.order.text()))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show the order in the letters of code."""
        font = theme.font("code")
        self.order.setStyleSheet(f"font-family: '{font.family()}'; font-size: {theme.px(17)}px; font-weight: bold;")

    def show_state(self, state: State) -> None:
        """Show the order so far, unless another one is being written."""
        if not self.order.hasFocus():
            self.order.setText(state.order if state.steps else "")
        self.undo.setEnabled(bool(state.steps))
        self.copy.setEnabled(bool(state.steps))


def _rounds(number: int) -> str:
    return "1 round" if number == 1 else f"{number} rounds"


def _box(texts: list[str], name: str) -> QComboBox:
    made = Chooser()
    made.addItems(texts)
    made.setAccessibleName(name)
    return made


def _button(text: str, tip: str) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    return made
