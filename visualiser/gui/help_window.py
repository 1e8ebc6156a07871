"""The page of keys, made from the same table as the menus."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import visualiser
from visualiser.gui.actions import COMMANDS, keys_text
from visualiser.gui.card import label
from visualiser.gui.theme import Theme

_TIMELINE = (
    ("W or mouse wheel up", "Zoom in"),
    ("S or mouse wheel down", "Zoom out"),
    ("A, D or drag", "Move in time"),
    ("Click on a span", "Select it and show its line"),
    ("Shift and drag, Shift and click", "Select a range of time, or that of a span, and measure it"),
    ("Esc", "Take away the range, then the markers"),
    ("[ and ]", "Choose the header of the group above or below"),
    ("← and →", "Collapse and expand the chosen group"),
    ("Click on a legend entry", "Show only that state; with Ctrl one more; Esc shows all"),
)
_ELSEWHERE = (
    ("1 to 9", "Answer the question of the lesson"),
    ("Esc", "Leave the presentation"),
    ("A, B", "Give that thread its next step (stepper)"),
    ("←, R, Enter", "Undo a step, start anew, play the order (stepper)"),
    ("L, T, O", "Lose an update, try all interleavings, single opcodes (stepper)"),
    ("N, P", "Next and previous lost write (account)"),
    ("F", "Show the whole time (account)"),
)


class KeysDialog(QDialog):
    """Every key and what it does."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(7))
        grid.setColumnStretch(1, 1)
        for row, (keys, words) in enumerate(key_rows()):
            grid.addWidget(_key(keys, theme), row, 0)
            grid.addWidget(label(words, "body"), row, 1)
        content.adjustSize()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        wanted = content.sizeHint() + QSize(theme.px(50), theme.px(80))
        self.resize(wanted.boundedTo(self.screen().availableGeometry().size() * 0.9))


def key_rows() -> list[tuple[str, str]]:
    """(keys, what they do) of everything that has a key."""
    rows = [(keys_text(command), command.tip) for command in COMMANDS if command.keys]
    return [*rows, *((keys, f"{words} (timeline)") for keys, words in _TIMELINE), *_ELSEWHERE]


def show_about(parent: QWidget) -> None:
    """Say what this is and which versions it runs with."""
    versions = f"Python {platform.python_version()}, PySide6 {PySide6.__version__}"
    QMessageBox.about(
        parent,
        "Concurrency Visualiser",
        f"<b>Concurrency Visualiser {visualiser.__version__}</b><p>Shows what Python threads and processes really do, "
        f"while they do it. Nothing on screen is simulated.<p>{versions}<br>Fonts: Inter and JetBrains Mono (OFL).",
    )


def _key(text: str, theme: Theme) -> QLabel:
    made = QLabel(text)
    made.setFont(theme.font("strong"))
    return made
