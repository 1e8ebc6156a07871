"""*View ▸ Group by process*: remembered once somebody has chosen; until then lanes are grouped where it helps."""

from __future__ import annotations

from PySide6.QtCore import QObject

from visualiser.gui.actions import Actions
from visualiser.gui.settings import Settings
from visualiser.gui.timeline.view import TimelineView

GROUPED = "group_by_process"
_WANTED = {"yes": True, "no": False}


class LaneGrouping(QObject):
    """Connects the commands with the timeline and the settings."""

    def __init__(self, actions: Actions, settings: Settings, view: TimelineView) -> None:
        super().__init__(view)
        self._actions = actions
        self._settings = settings
        self._view = view
        view.folding.group(_WANTED.get(settings.text(GROUPED)))
        actions["group"].triggered.connect(self._choose)
        actions["fold_all"].triggered.connect(lambda: view.folding.fold_all(True))
        actions["unfold_all"].triggered.connect(lambda: view.folding.fold_all(False))
        view.laid_out.connect(self._show)
        self._show()

    def _choose(self, on: bool) -> None:
        self._settings.set_text(GROUPED, "yes" if on else "no")
        self._view.folding.group(on)

    def _show(self) -> None:
        """The tick tells what is so: lanes may be grouped though nobody asked for it."""
        wanted, grouped = self._view.arrangement.grouping.wanted, self._view.folding.grouped
        self._actions["group"].setChecked(grouped if wanted is None else wanted)
        for name in ("fold_all", "unfold_all"):
            self._actions[name].setEnabled(grouped)
