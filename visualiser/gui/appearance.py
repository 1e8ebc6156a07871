"""Which theme is shown: the system's or the one chosen, at the scale of the moment."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from visualiser.gui.settings import Settings
from visualiser.gui.style_sheet import dress
from visualiser.gui.theme import NAMES, Theme, load_theme

SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
CHOICES = ("system", *reversed(NAMES))  # system, light, dark


class SystemHints(Protocol):
    """The part of QStyleHints that tells what the system likes."""

    @property
    def colorSchemeChanged(self) -> SignalInstance:
        """Emitted when the system changes between light and dark."""

    def colorScheme(self) -> Qt.ColorScheme:
        """Light or dark, or unknown."""


class Appearance(QObject):
    """Holds the current theme and says when it changes; follows the system while the choice is ``system``."""

    changed = Signal(object)

    def __init__(self, app: QApplication, settings: Settings, hints: SystemHints | None = None) -> None:
        super().__init__()
        self._app = app
        self._settings = settings
        self._hints = hints or QGuiApplication.styleHints()
        choice = settings.text("appearance", "system")
        self.choice = choice if choice in CHOICES else "system"
        self.theme: Theme = load_theme(self._name(), self._stored_scale())
        dress(app, self.theme)
        self._hints.colorSchemeChanged.connect(self._refresh)

    def choose(self, choice: str) -> None:
        """Show ``system``, ``light`` or ``dark`` from now on, also after the next start."""
        if choice not in CHOICES:
            raise ValueError(f"no appearance {choice!r}")
        self.choice = choice
        self._settings.set_text("appearance", choice)
        self._refresh()

    def toggle(self) -> None:
        """Choose the other one of light and dark."""
        self.choose("light" if self.theme.name == "dark" else "dark")

    def set_scale(self, scale: float) -> None:
        """Show everything larger or smaller; 1 is the size for a desk."""
        if scale != self.theme.scale:
            self._show(self.theme.scaled(scale))

    def step_scale(self, by: int) -> None:
        """Show everything that many steps larger, also after the next start."""
        nearest = min(SCALES, key=lambda scale: abs(scale - self.theme.scale))
        place = max(0, min(len(SCALES) - 1, SCALES.index(nearest) + by))
        self._keep_scale(SCALES[place])

    def normal_scale(self) -> None:
        """Show everything in the size for a desk."""
        self._keep_scale(1.0)

    def _keep_scale(self, scale: float) -> None:
        self._settings.set_text("scale", str(scale))
        self.set_scale(scale)

    def _stored_scale(self) -> float:
        stored = self._settings.text("scale", "1.0")
        return next((scale for scale in SCALES if str(scale) == stored), 1.0)

    def _name(self) -> str:
        if self.choice != "system":
            return self.choice
        return "dark" if self._hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    def _refresh(self) -> None:
        if self._name() != self.theme.name:
            self._show(load_theme(self._name(), self.theme.scale))

    def _show(self, theme: Theme) -> None:
        self.theme = theme
        dress(self._app, theme)
        self.changed.emit(theme)
