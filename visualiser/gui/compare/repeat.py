"""Runs the script several times in a row and gathers the runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from visualiser.gui.documents.live_document import LiveDocument
from visualiser.gui.jobs.card import JobCard
from visualiser.gui.run_controller import RunController
from visualiser.trace.document import Document

MOST = 100


class Repeat(QObject):
    """``over`` carries the Documents of a series: all that got to their end before it was stopped."""

    over = Signal(object)

    def __init__(
        self, window: QWidget, controller: RunController, live: LiveDocument, start: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self.card = JobCard(window)
        self._controller = controller
        self._start = start
        self._wanted = 0
        self._done: list[Document] = []
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._run)
        self.card.cancel_asked.connect(self.stop)
        live.ended.connect(self._take)
        controller.refused.connect(lambda _sentence: self._finish())

    @property
    def active(self) -> bool:
        """Whether a series goes on."""
        return self._wanted > 0

    def begin(self, times: int) -> None:
        """Run the script so many times; does nothing while something runs."""
        if self.active or self._controller.active:
            return
        self._wanted, self._done = times, []
        self._run()

    def stop(self) -> None:
        """End the run that goes on, and the series with it."""
        if self.active:
            self.card.wait_for_end()
            self._controller.stop()

    def _run(self) -> None:
        number = len(self._done) + 1
        self._start()
        if not self._controller.active:  # the script could not even be started
            self._finish()
            return
        self.card.begin(f"Run {number} of {self._wanted}")
        self.card.tell((number - 1) / self._wanted)

    def _take(self, document: Document) -> None:
        if not self.active:
            return
        outcome = document.outcome
        if outcome is None or outcome.stopped or not outcome.ok:
            self._finish()
            return
        self._done.append(document)
        if len(self._done) < self._wanted:
            self._next.start()
        else:
            self._finish()

    def _finish(self) -> None:
        if not self.active:
            return
        self._wanted = 0
        self._next.stop()
        self.card.hide()
        done, self._done = self._done, []
        self.over.emit(done)
