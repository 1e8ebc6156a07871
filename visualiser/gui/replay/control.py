"""Connects replay and pause with the window: when they are offered, which keys they take, and what ends them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from visualiser.gui.presentation import Presentation
from visualiser.gui.replay.keys import Keys, RulerTool
from visualiser.gui.replay.live_pause import LivePause
from visualiser.gui.replay.player import Player
from visualiser.gui.run_controller import RunController
from visualiser.gui.run_view import RunView


class ReplayControl(QObject):
    """Belongs to the window; replay and pause are never on at once."""

    def __init__(
        self,
        window: QWidget,
        action: QAction,
        player: Player,
        run_view: RunView,
        controller: RunController,
        presentation: Presentation,
    ) -> None:
        super().__init__(window)
        self.player = player
        self.pause = LivePause(player.panes)
        self._action = action
        self._run_view = run_view
        self._controller = controller
        self._presentation = presentation
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window, player.end)
        self._escape.setEnabled(False)
        self._keys = Keys(self, self._table())
        self._connect()
        self._offer()

    def toggle(self) -> None:
        """Begin a replay of the run on show, or end it."""
        document = self._run_view.document
        if self.player.replay is not None:
            self.player.end()
        elif document is not None and self._possible:
            self.pause.forget()
            self.player.begin(document)
            self.player.panes.timeline.setFocus()  # its keys are no letters for a field
        self._offer()

    @property
    def _possible(self) -> bool:
        """Whether there is a run on show that is over and has something to show."""
        document = self._run_view.document
        return document is not None and document.run.finished and bool(document.run.start_ns)

    def _connect(self) -> None:
        view, player = self.player.panes.timeline.view, self.player
        view.installEventFilter(self._keys)
        view.tools.insert(0, RulerTool(lambda: view.painter.head(None), self._seek))
        player.bar.press = self._keys.press
        player.changed.connect(self._on_replay)
        self._action.triggered.connect(lambda _on: self.toggle())
        self._run_view.document_changed.connect(lambda _document: self._on_document())
        self._controller.state_changed.connect(lambda _state: self._offer())
        for grown in (self._controller.grown, self._controller.ended):
            grown.connect(lambda _news: self.pause.tell())

    def _table(self) -> dict[str, Callable[[], bool]]:
        player = self.player
        keys: dict[str, Callable[[], object]] = {
            "back": lambda: player.step(-1),
            "on": lambda: player.step(1),
            "slower": lambda: player.change_speed(-1),
            "faster": lambda: player.change_speed(1),
            "loop": player.toggle_loop,
        }
        table = {name: lambda does=does: self._if_on(does) for name, does in keys.items()}
        return {**table, "play": lambda: self._if_on(player.play) or self.pause.toggle()}

    def _if_on(self, does: Callable[[], object]) -> bool:
        """Do it if there is a replay; whether there is."""
        if self.player.replay is None:
            return False
        does()
        return True

    def _seek(self, x: float) -> bool:
        """Go to the moment at that place of the timeline, if there is a replay."""
        return self._if_on(lambda: self.player.seek(self.player.panes.timeline.view.moment_at(x)))

    def _on_replay(self, on: bool) -> None:
        self._escape.setEnabled(on)
        self._presentation.leave_escape_to_others(on)
        self._action.setChecked(on)
        if not on:
            self.player.status.show_state(self._controller.state, self._controller.active)

    def _on_document(self) -> None:
        self.player.drop()
        self.pause.forget()
        self._offer()

    def _offer(self) -> None:
        """Say on the action whether there is something to replay."""
        self._action.setEnabled(self._possible)
        self._action.setChecked(self.player.replay is not None)
