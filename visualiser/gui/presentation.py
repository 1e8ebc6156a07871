"""Presentation: full screen with timeline, code and result alone, in large type; and back to exactly what was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from visualiser.gui.theme import PRESENTATION_SCALE


@dataclass(frozen=True)
class _Before:
    states: Qt.WindowState
    geometry: QRect
    splitters: list[QByteArray]
    hidden: list[bool]
    scale: float


class Presentation(QObject):
    """Hides ``extras``, shows ``hints`` and enlarges everything while it is on; splitters get back their sizes."""

    def __init__(
        self,
        window: QMainWindow,
        extras: Sequence[QWidget],
        hints: Sequence[QWidget],
        splitters: Sequence[QSplitter],
        scale: Callable[[], float],
        set_scale: Callable[[float], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._extras = extras
        self._hints = hints
        self._splitters = splitters
        self._scale = scale
        self._set_scale = set_scale
        self._before: _Before | None = None
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window, self.leave)
        self._escape.setEnabled(False)
        self._others_escape = False

    @property
    def on(self) -> bool:
        """Whether it is shown."""
        return self._before is not None

    def toggle(self) -> None:
        """Enter, or leave."""
        self.leave() if self.on else self.enter()

    def enter(self) -> None:
        """Show only what the back row needs."""
        if self.on:
            return
        self._before = self._remember()
        for widget in self._extras:
            widget.hide()
        for hint in self._hints:
            hint.show()
        self._set_scale(self._before.scale * PRESENTATION_SCALE)
        self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowFullScreen)
        if QGuiApplication.platformName() == "xcb":  # an X server without window manager resizes nothing by itself
            self._window.windowHandle().setGeometry(self._window.screen().geometry())
        self._escape.setEnabled(not self._others_escape)

    def leave(self) -> None:
        """Return to exactly what was there before."""
        before, self._before = self._before, None
        if before is None:
            return
        self._escape.setEnabled(False)
        for hint in self._hints:
            hint.hide()
        self._set_scale(before.scale)
        self._window.setWindowState(before.states)
        for widget, hidden in zip(self._extras, before.hidden, strict=True):
            widget.setHidden(hidden)
        if not before.states & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            self._window.setGeometry(before.geometry)
        for splitter, state in zip(self._splitters, before.splitters, strict=True):
            splitter.restoreState(state)

    def leave_escape_to_others(self, on: bool) -> None:
        """While something else is on that Esc ends, it ends that first."""
        self._others_escape = on
        self._escape.setEnabled(self.on and not on)

    def _remember(self) -> _Before:
        return _Before(
            self._window.windowState(),
            self._window.geometry(),
            [splitter.saveState() for splitter in self._splitters],
            [widget.isHidden() for widget in self._extras],
            self._scale(),
        )
