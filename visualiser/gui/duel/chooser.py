"""What is to be fought out, and by whom: script and two interpreters, with the buttons that start and stop it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from visualiser.gui.card import label
from visualiser.gui.editor_panel import knobs_text
from visualiser.gui.icons import tinted_icon
from visualiser.gui.in_window.run import wants_window
from visualiser.gui.knob_controls import Chooser
from visualiser.gui.line_label import LineLabel
from visualiser.gui.theme import Theme
from visualiser.host.catalogue import Scenario, builtin_scenarios
from visualiser.host.duel import Pair, caveat, default_pair, fair_text
from visualiser.host.interpreter import Interpreter
from visualiser.host.interpreters import Found
from visualiser.host.knobs import find_knobs

DEFAULT = "cpu_threads"


class DuelChooser(QWidget):
    """Three lists and two buttons; ``changed`` comes with every other choice."""

    changed = Signal()

    def __init__(self, theme: Theme, present: Scenario | None, text: str) -> None:
        super().__init__()
        self.scripts = _choices(present, text)
        self.interpreters: tuple[Interpreter, ...] = ()
        self.script = _combo("Script")
        self.sides = (_combo("First interpreter"), _combo("Second interpreter"))
        self.start = QPushButton("Start")
        self.stop = QPushButton("Stop")
        self.knobs = LineLabel("", "note")
        self._compose()
        self.set_theme(theme)
        self._list_scripts()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        for button, icon in ((self.start, "play"), (self.stop, "stop")):
            color = "on_accent" if button is self.start else "text"
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setIcon(tinted_icon(icon, theme.color(color), theme.px(16), theme.color("faint")))
        for side in self.sides:
            side.setMinimumWidth(theme.px(210))
        self.script.setMinimumWidth(theme.px(250))

    @property
    def pair(self) -> Pair | None:
        """The two that were chosen, None before any are known."""
        if not self.interpreters:
            return None
        first, second = (self.interpreters[max(side.currentIndex(), 0)] for side in self.sides)
        return first, second

    @property
    def scenario(self) -> Scenario:
        """The script that was chosen."""
        return self.scripts[max(self.script.currentIndex(), 0)][0]

    @property
    def text(self) -> str:
        """Its text, with its knobs as they are set."""
        return self.scripts[max(self.script.currentIndex(), 0)][1]

    def fair(self) -> tuple[str, str]:
        """The text both sides run, and what is to be said on how fair that is."""
        if self.pair is None:
            return self.text, ""
        text, note = fair_text(self.text, self.pair)
        return text, " ".join(filter(None, (note, caveat(self.pair))))

    def offer(self, found: Found) -> Pair | None:
        """List these interpreters; gives the pair that makes a GIL duel, None where there is none."""
        self.interpreters = found.interpreters
        for side in self.sides:
            side.blockSignals(True)
            side.clear()
            side.addItems([_name(one) for one in self.interpreters])
            side.blockSignals(False)
        own = next((one for one in self.interpreters if one.path == sys.executable), None)
        best = default_pair(found, own or self.interpreters[0]) if self.interpreters else None
        self._choose(best or (own or self.interpreters[0], self.interpreters[-1]) if self.interpreters else ())
        return best

    def set_active(self, on: bool, ready: bool) -> None:
        """While a duel goes on nothing can be chosen."""
        for part in (self.script, *self.sides):
            part.setEnabled(not on)
        self.start.setEnabled(ready and not on)
        self.stop.setEnabled(on)

    def _choose(self, pair: Sequence[Interpreter]) -> None:
        for side, one in zip(self.sides, pair, strict=False):
            side.setCurrentIndex(self.interpreters.index(one))
        self._on_change()

    def _list_scripts(self) -> None:
        self.script.addItems([f"{scenario.title}{note}" for scenario, _, note in self.scripts])
        self._on_change()
        for combo in (self.script, *self.sides):
            combo.currentIndexChanged.connect(lambda _place: self._on_change())

    def _on_change(self) -> None:
        self.knobs.setText(knobs_text(find_knobs(self.fair()[0])))
        self.knobs.setToolTip(self.knobs.text())
        self.changed.emit()

    def _compose(self) -> None:
        self.start.setObjectName("start")
        self.start.setToolTip("Run the script with the first interpreter, then with the second (F9)")
        self.stop.setToolTip("End the run and all its processes (Ctrl+.)")
        grid = QGridLayout()
        for column, (words, combo) in enumerate(
            zip(("Script", "First", "Second"), (self.script, *self.sides), strict=True)
        ):
            grid.addWidget(label(words, "caption"), 0, column)
            grid.addWidget(combo, 1, column)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start)
        buttons.addWidget(self.stop)
        grid.addLayout(buttons, 1, 4, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(3, 1)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addLayout(grid)
        column_.addWidget(self.knobs)


def _choices(present: Scenario | None, text: str) -> list[tuple[Scenario, str, str]]:
    """(scenario, text, remark): the script of the editor first, where it can run outside the window."""
    listed = [(one, one.text, "") for one in builtin_scenarios()]
    listed.sort(key=lambda choice: choice[0].id != DEFAULT)  # the one that a GIL duel is about leads
    mine = [(present, text, ", as in the editor")] if present is not None else []
    return [choice for choice in [*mine, *listed] if not wants_window(choice[1])]


def _name(one: Interpreter) -> str:
    return f"Python {one.label}{'' if one.gil else ' (no GIL)'}"


def _combo(name: str) -> QComboBox:
    combo = Chooser()
    combo.setAccessibleName(name)
    # Interpreters become known only after the box was first shown.
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
