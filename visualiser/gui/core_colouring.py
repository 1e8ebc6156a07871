"""*View ▸ Colour by core*: remembered, and offered only while the run on show tells who was on which core."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from visualiser.gui.settings import Settings
from visualiser.gui.timeline.panel import TimelinePanel

BY_CORE = "colour_by_core"
NOT_TOLD = "Not known of this run: nothing told which thread was on which core; point at “states” below to see why"


class CoreColouring(QObject):
    """Connects the action with the timeline and the settings."""

    def __init__(self, action: QAction, settings: Settings, timeline: TimelinePanel) -> None:
        super().__init__(action)
        self._action = action
        self._tip = action.toolTip()
        action.setChecked(settings.text(BY_CORE) == "yes")
        timeline.set_by_core(action.isChecked())
        action.toggled.connect(timeline.set_by_core)
        action.toggled.connect(lambda on: settings.set_text(BY_CORE, "yes" if on else ""))
        timeline.cores_told.connect(self._offer)

    def _offer(self, told: bool) -> None:
        if told != self._action.isEnabled():
            self._action.setEnabled(told)
            self._action.setToolTip(self._tip if told else NOT_TOLD)
