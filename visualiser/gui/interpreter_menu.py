"""The menu of interpreters, the same below Run and at the button in the bar above everything."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from visualiser.gui.interpreter_choice import OWN, InterpreterChoice
from visualiser.host.interpreter import Interpreter

LOOKING = "Looking for others…"
ANOTHER = "&Another interpreter…"
_NO_QT = "It has no QThread: scripts that ask for one take threading.Thread."


class InterpreterMenu:
    """Keeps the menu in step with what is known; a search begins when the menu is opened for the first time."""

    def __init__(self, menu: QMenu, choice: InterpreterChoice, window: QWidget) -> None:
        self._menu = menu
        self._choice = choice
        self._window = window
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._on_show)
        choice.known.connect(self.fill)
        choice.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """List what is known now."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        self._offer(group, f"{OWN}\tthe app's own", sys.executable, None)
        others = (
            [one for one in self._choice.found.interpreters if one.path != sys.executable] if self._choice.found else []
        )
        for one in others:
            self._offer(group, f"{one.label}\t{short_path(one.path)}", _tip(one), one)
        if self._choice.path is not None and self._choice.path not in [one.path for one in others]:
            self._name_chosen(group)
        if self._choice.search.busy:
            self._menu.addAction(LOOKING).setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction("&Look again").triggered.connect(self._choice.look)
        self._menu.addAction(ANOTHER).triggered.connect(self._ask)

    def _offer(self, group: QActionGroup, text: str, tip: str, interpreter: Interpreter | None) -> None:
        path = interpreter.path if interpreter is not None else None
        action = _entry(group, text, tip, path == self._choice.path)
        action.triggered.connect(partial(self._choice.choose, interpreter))
        self._menu.addAction(action)

    def _name_chosen(self, group: QActionGroup) -> None:
        """The choice of another day, until a search has found it again."""
        path = self._choice.path or ""
        self._menu.addAction(_entry(group, f"{self._choice.short}\t{short_path(path)}", path, True))

    def _on_show(self) -> None:
        if self._choice.found is None and not self._choice.search.busy:
            self._choice.look()

    def _ask(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Choose an interpreter", str(Path.home()))
        if chosen:
            self._choice.add(chosen)


def short_path(path: str) -> str:
    """A path with the user's directory as ``~``."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path.startswith(home) else path


def _entry(group: QActionGroup, text: str, tip: str, chosen: bool) -> QAction:
    action = QAction(text, group)
    action.setCheckable(True)
    action.setChecked(chosen)
    action.setToolTip(tip)
    return action


def _tip(interpreter: Interpreter) -> str:
    return interpreter.path if interpreter.has_qthread else f"{interpreter.path}\n{_NO_QT}"
