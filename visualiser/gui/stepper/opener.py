"""Opens the stepper's window, one at a time, and closes it with the main one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from visualiser.gui.appearance import Appearance
from visualiser.gui.settings import Settings
from visualiser.gui.stepper.window import StepperWindow


class StepperOpener:
    """Belongs to one main window.

    ``python`` tells the interpreter that runs use at the moment, None for our own.
    """

    def __init__(
        self,
        parent: QWidget,
        appearance: Appearance,
        settings: Settings,
        python: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._parent, self._appearance, self._settings, self._python = parent, appearance, settings, python
        self.window: StepperWindow | None = None

    def open(self) -> None:
        """Open it, or bring it to the front; large where the main window is, as in a presentation."""
        if self.window is None:
            self.window = StepperWindow(self._appearance, self._settings, self._python(), self._parent)
            self.window.left.connect(self._forget)
            if self._parent.isFullScreen():
                self.window.open_large()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """Close it if it is open."""
        if self.window is not None:
            self.window.close()

    def _forget(self) -> None:
        self.window = None
