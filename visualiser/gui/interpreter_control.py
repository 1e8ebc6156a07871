"""Puts the choice of an interpreter into the window: menu, button, the controller that runs with it, and the duel."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from visualiser.gui.actions import Actions
from visualiser.gui.duel.window import DuelWindow
from visualiser.gui.in_window.run import wants_window
from visualiser.gui.interpreter_choice import OWN, InterpreterChoice
from visualiser.gui.interpreter_menu import InterpreterMenu
from visualiser.gui.run_controller import RunController
from visualiser.gui.settings import Settings
from visualiser.gui.theme import Theme
from visualiser.gui.top_bar import TopBar
from visualiser.host.catalogue import Scenario

_TIP = "Which Python runs the script"


class InterpreterControl:
    """Follows the choice; while a run goes on there is none."""

    def __init__(
        self, controller: RunController, actions: Actions, top_bar: TopBar, settings: Settings, window: QWidget
    ) -> None:
        self.choice = InterpreterChoice(settings, window)
        self._controller = controller
        self._window = window
        self._menu = actions.menus["INTERPRETER"]
        self._top_bar = top_bar
        self.menu = InterpreterMenu(self._menu, self.choice, window)
        self.choice.changed.connect(self._follow)
        controller.state_changed.connect(lambda _state: self._enable())
        self._follow()

    def before_run(self, text: str) -> None:
        """Make sure that the chosen interpreter is there, and say so where the script cannot use it."""
        self.choice.stop_looking()
        self.choice.check()
        if self.choice.path is not None and wants_window(text):
            self.choice.said.emit(f"This script runs inside the window, so with the app's own Python {OWN}.")

    def open_duel(self, theme: Theme, scenario: Scenario | None, text: str) -> None:
        """Open the window in which two interpreters run the script in turn; not while a run goes on."""
        if not self._controller.active:
            DuelWindow(self._window, theme, self.choice, scenario, text, self._controller.states).open()

    def close(self) -> None:
        """End a duel and a search that go on."""
        for duel in self._window.findChildren(DuelWindow):
            duel.close()
        self.choice.search.give_up()

    def _follow(self) -> None:
        self._controller.use(self.choice.path)
        self._top_bar.show_interpreter(self.choice.short, f"{_TIP}: {self.choice.path or OWN + ', our own'}")

    def _enable(self) -> None:
        free = not self._controller.active
        self._menu.setEnabled(free)
        self._top_bar.interpreter.setEnabled(free)
