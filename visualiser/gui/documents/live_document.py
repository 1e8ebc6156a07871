"""Gathers what belongs to the controller's run while it goes on, whatever is on show meanwhile."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from visualiser.gui.live import News, RunEnd
from visualiser.gui.run_controller import RunController
from visualiser.host.about_run import about_end
from visualiser.trace.document import Document, Printed
from visualiser.trace.run import Run


class LiveDocument(QObject):
    """The controller's run as a document.

    Attributes:
        document: of the run that goes on or went on last, None before the first.
    """

    ended = Signal(object)  # Document: its run is over and nothing more comes

    def __init__(self, controller: RunController, parent: QObject) -> None:
        super().__init__(parent)
        self.document: Document | None = None
        self._controller = controller
        self._note = ""
        controller.run_changed.connect(self._begin)
        controller.grown.connect(self._grow)
        controller.ended.connect(self._end)

    def _begin(self, run: Run) -> None:
        self.document = Document(run, self._controller.about)
        self._note = ""

    def _grow(self, news: News) -> None:
        if self.document is not None:
            now = time.perf_counter_ns()
            self._note = news.note
            self.document.printed += [Printed(now, stream, text) for stream, text in news.console]

    def _end(self, end: RunEnd) -> None:
        document = self.document
        if document is None:
            return
        document.outcome = end.outcome
        document.about = about_end(document.about, document.run, self._note)
        self.ended.emit(document)
