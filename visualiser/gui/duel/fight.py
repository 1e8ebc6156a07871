"""Runs one script with one interpreter and then with the other: at the same time they would share their cores."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from visualiser.gui.live import News, RunEnd
from visualiser.gui.run_controller import RunController
from visualiser.host.catalogue import Scenario
from visualiser.host.duel import Pair, Score, score
from visualiser.trace.run import Run


@dataclass(frozen=True)
class Bout:
    """What is fought out: ``text`` of ``scenario`` by the two of ``pair``."""

    scenario: Scenario
    text: str
    pair: Pair


class Fight(QObject):
    """One bout at a time.

    ``began`` carries the side and its Run, ``grown`` the side, ``scored`` the side and its Score, ``refused`` the side
    and one sentence, ``over`` nothing: both sides are done, or it was stopped.
    """

    began = Signal(int, object)
    grown = Signal(int)
    scored = Signal(int, object)
    refused = Signal(int, str)
    over = Signal()

    def __init__(self, controller: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scores: list[Score] = []
        self._controller = controller
        self._bout: Bout | None = None
        self._side = 0
        controller.run_changed.connect(self._on_run)
        controller.grown.connect(self._on_grown)
        controller.ended.connect(self._on_end)
        controller.refused.connect(self._on_refused)

    @property
    def active(self) -> bool:
        """Whether it goes on."""
        return self._bout is not None

    def start(self, bout: Bout) -> None:
        """Let the first side run, and when it is done the second; does nothing while a bout goes on."""
        if self._bout is None:
            self.scores, self._bout = [], bout
            self._run(0)

    def stop(self) -> None:
        """End the run that goes on; the other side then does not get its turn."""
        self._controller.stop()

    def close(self) -> None:
        """End everything and wait for it."""
        self._bout = None
        self._controller.close()

    def _run(self, side: int) -> None:
        assert self._bout is not None
        self._side = side
        self._controller.use(self._bout.pair[side].path)
        self._controller.start(self._bout.scenario, self._bout.text)

    def _on_run(self, run: Run) -> None:
        if self._bout is not None:
            self.began.emit(self._side, run)

    def _on_grown(self, _news: News) -> None:
        if self._bout is not None:
            self.grown.emit(self._side)

    def _on_end(self, end: RunEnd) -> None:
        run = self._controller.run
        if self._bout is None or run is None:
            return
        one = score(self._bout.pair[self._side], end.outcome, run, end.results)
        self.scores.append(one)
        self.scored.emit(self._side, one)
        self._go_on(not end.outcome.stopped)

    def _on_refused(self, sentence: str) -> None:
        if self._bout is not None:
            self.refused.emit(self._side, sentence)
            self._go_on(True)

    def _go_on(self, on: bool) -> None:
        if on and self._side == 0 and self._bout is not None:
            self._run(1)
        else:
            self._bout = None
            self.over.emit()
