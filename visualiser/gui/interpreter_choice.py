"""Which interpreter runs the scripts: our own unless another was chosen, remembered from one start to the next."""

from __future__ import annotations

import os
import platform
import sys

from PySide6.QtCore import QObject, Signal

from visualiser.gui.interpreter_search import InterpreterSearch
from visualiser.gui.settings import Settings
from visualiser.host.interpreter import Interpreter
from visualiser.host.interpreters import Found

_PATH, _SHORT, _ADDED = "interpreter", "interpreter_name", "interpreters_added"
OWN = platform.python_version()


class InterpreterChoice(QObject):
    """Holds the choice and what is known to choose from.

    ``changed`` comes with every choice, ``known`` when there is more or less to choose from, ``said`` carries one
    sentence for the user.

    Attributes:
        path: of the chosen interpreter, None for our own.
        short: its name for a narrow place.
        found: what the last search found, None before the first.
    """

    changed = Signal()
    known = Signal()
    said = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.path: str | None = settings.text(_PATH) or None
        self.short = settings.text(_SHORT, OWN) if self.path else OWN
        self.found: Found | None = None
        self.search = InterpreterSearch(self)
        self.search.found.connect(self._take)
        self.search.fits.connect(self._add)
        self.search.refused.connect(self.said)

    @property
    def added(self) -> list[str]:
        """Paths the user has added."""
        return [path for path in self._settings.text(_ADDED).split("\n") if path]

    @property
    def others(self) -> list[Interpreter]:
        """Those that are known, but for our own."""
        return [one for one in self.found.interpreters if one.path != sys.executable] if self.found else []

    def check(self) -> None:
        """Fall back to our own where the chosen one is not there any more, and say so."""
        if self.path is not None and not os.access(self.path, os.X_OK):
            gone = self.short
            self.choose(None)
            self.said.emit(f"Python {gone} is not there any more: scripts run with the app's own, {OWN}.")

    def choose(self, interpreter: Interpreter | None) -> None:
        """Run scripts with that one from now on; None for our own."""
        own = interpreter is None or interpreter.path == sys.executable
        self.path = None if own or interpreter is None else interpreter.path
        self.short = OWN if own or interpreter is None else interpreter.short
        self._settings.set_text(_PATH, self.path or "")
        self._settings.set_text(_SHORT, self.short)
        self.changed.emit()

    def look(self) -> None:
        """Find out what there is to choose from; ``known`` follows."""
        self.search.look_everywhere(self.added)
        self.known.emit()

    def stop_looking(self) -> None:
        """What is not known by now is not wanted: a run begins, and nothing may take its cores."""
        if self.search.busy:
            self.search.give_up()
            self.known.emit()

    def add(self, path: str) -> None:
        """Choose the interpreter at that path if it fits, and keep it among the others."""
        self.search.look_at(path)

    def _take(self, found: Found) -> None:
        self.found = found
        self.known.emit()

    def _add(self, interpreter: Interpreter) -> None:
        self._settings.set_text(_ADDED, "\n".join(dict.fromkeys([*self.added, interpreter.path])))
        self.choose(interpreter)
        self.found = None  # the next look at the menu finds it among the others
        self.known.emit()
