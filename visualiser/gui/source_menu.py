"""Run ▸ States from, and the second source to compare with: which source the next run is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from visualiser.gui.actions import Actions
from visualiser.gui.settings import Settings

STATES_KEY, SECOND_KEY = "states", "second_source"
_WORDS = {
    "auto": ("The &best that is permitted", "Kernel switches, else looks from outside, else recorded calls alone"),
    "perf": ("&Kernel switches", "Exact: the kernel tells when each thread was on a core"),
    "peek": ("&Looks from outside", "A thousand times a second: who holds the GIL, who runs, who is in which call"),
    "beat": ("Beats in &loops", "Put into the script's own loops: tight loops take about twice as long"),
    "calls": ("&Recorded calls alone", "What blocks is exact; between such calls a thread runs or is ready"),
}
_NO_SECOND = ("&None", "Show one source only")
_BEST_SECOND = ("The &best other one", "A thin strip below each lane shows what it tells, and where it disagrees")


class Chooses(Protocol):
    """Whoever runs scripts: takes the choice for the next run and knows what is permitted."""

    states: str
    second: str

    @property
    def can(self) -> dict[str, str]:
        """By source: "" if it is permitted, else why not; what is not known yet is absent."""


class SourceMenu:
    """Fills the two menus, remembers what was chosen and hands it on."""

    def __init__(self, actions: Actions, settings: Settings, runs: Chooses) -> None:
        self._settings = settings
        self._runs = runs
        first = dict(_WORDS)
        second = {"": _NO_SECOND, **_WORDS, "auto": _BEST_SECOND}
        self.states = _Choice(actions.menus["STATES"], first, settings.choice(STATES_KEY, first), self._choose_states)
        self.second = _Choice(actions.menus["SECOND"], second, settings.choice(SECOND_KEY, second), self._choose_second)
        runs.states, runs.second = self.states.chosen, self.second.chosen
        for choice in (self.states, self.second):
            choice.menu.aboutToShow.connect(partial(self._show_permitted, choice))

    def _choose_states(self, source: str) -> None:
        self._settings.set_text(STATES_KEY, source)
        self._runs.states = source

    def _choose_second(self, source: str) -> None:
        self._settings.set_text(SECOND_KEY, source)
        self._runs.second = source

    def _show_permitted(self, choice: _Choice) -> None:
        for source, action in choice.actions.items():
            refusal = self._runs.can.get(source, "")
            action.setEnabled(not refusal)
            action.setToolTip(refusal or action.statusTip())


class _Choice:
    """A menu of which one entry is chosen."""

    def __init__(
        self, menu: QMenu, words: dict[str, tuple[str, str]], chosen: str, choose: Callable[[str], None]
    ) -> None:
        self.menu = menu
        self.actions: dict[str, QAction] = {}
        group = QActionGroup(menu)
        menu.setToolTipsVisible(True)
        for source, (text, tip) in words.items():
            action = self.actions[source] = group.addAction(menu.addAction(text))
            action.setCheckable(True)
            action.setChecked(source == chosen)
            action.setStatusTip(tip)
            action.triggered.connect(partial(self._take, source, choose))

    @property
    def chosen(self) -> str:
        """The source whose entry is ticked."""
        return next(source for source, action in self.actions.items() if action.isChecked())

    def _take(self, source: str, choose: Callable[[str], None], _on: bool = True) -> None:
        choose(source)
