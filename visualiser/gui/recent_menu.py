"""File ▸ Open recent: the user's own scripts, latest first."""

from __future__ import annotations

from functools import partial

from visualiser.gui.actions import Actions
from visualiser.gui.scripts import Scripts
from visualiser.gui.settings import Settings


class RecentMenu:
    """Keeps the menu in step with the files opened lately."""

    def __init__(self, actions: Actions, settings: Settings, scripts: Scripts) -> None:
        self._menu = actions.menus["RECENT"]
        self._forget = actions["forget_recent"]
        self._settings = settings
        self._scripts = scripts
        scripts.recent_changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """List the files that are there now."""
        self._menu.clear()
        paths = self._settings.recent_files()
        for path in paths:
            self._menu.addAction(str(path)).triggered.connect(partial(self._scripts.open_path, path))
        self._menu.addSeparator()
        self._menu.addAction(self._forget)
        self._menu.setEnabled(bool(paths))
