"""Opens the account of the script that stands in the editor, one dialog at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from visualiser.gui.account.dialog import AccountDialog
from visualiser.gui.appearance import Appearance
from visualiser.gui.settings import Settings
from visualiser.host.catalogue import Scenario


class AccountOpener(QObject):
    """Belongs to the window; ``close`` leaves no run behind."""

    def __init__(self, window: QWidget, appearance: Appearance, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._settings = settings
        self.dialog: AccountDialog | None = None

    def open(self, scenario: Scenario, text: str, python: str | None) -> None:
        """Show the dialog for that text; the window waits until it is closed."""
        if self.dialog is not None:
            return
        dialog = AccountDialog(self._window, self._appearance.theme, self._settings, scenario, text)
        dialog.python = python
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def close(self) -> None:
        """Close the dialog, if it is open."""
        if self.dialog is not None:
            self.dialog.reject()

    def _forget(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
