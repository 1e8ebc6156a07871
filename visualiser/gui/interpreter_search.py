"""Looks for interpreters off the thread that paints: each of them is a process that has to start and answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QThread, Signal

from visualiser.host.interpreters import Found, find_interpreters
from visualiser.host.launch import StartError, fitting

_LONGEST_END_MS = 5000


class InterpreterSearch(QObject):
    """One question at a time: ``found`` carries a Found, ``fits`` an Interpreter, ``refused`` one sentence."""

    found = Signal(object)
    fits = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _Asking | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is to come."""
        return self._thread is not None

    def look_everywhere(self, added: Sequence[str]) -> None:
        """Find all interpreters; does nothing while another question is open."""
        if self._thread is None:
            paths = tuple(added)
            self._ask(lambda given_up: find_interpreters(added=paths, given_up=given_up))

    def look_at(self, path: str) -> None:
        """Ask one file, instead of whatever was asked before."""
        self.give_up()
        self._ask(lambda given_up: fitting(path, given_up))

    def give_up(self) -> None:
        """Nobody wants to know any more; waits until the processes that were asked are gone."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.given_up.set()
            thread.wait(_LONGEST_END_MS)
            thread.deleteLater()

    def _ask(self, question: Callable[[Callable[[], bool]], object]) -> None:
        self._thread = _Asking(question, self)
        self._thread.finished.connect(self._on_end)
        self._thread.start()

    def _on_end(self) -> None:
        thread = self._thread
        if thread is None or not thread.isFinished():
            return  # of a question that was given up
        self._thread = None
        thread.wait()
        thread.deleteLater()
        if isinstance(thread.answer, Found):
            self.found.emit(thread.answer)
        elif thread.answer is not None:
            self.fits.emit(thread.answer)
        else:
            self.refused.emit(thread.refusal)


class _Asking(QThread):
    """Asks one question, keeps the answer, or the sentence on why there is none."""

    def __init__(self, question: Callable[[Callable[[], bool]], object], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("interpreter search")
        self.given_up = threading.Event()
        self.answer: object | None = None
        self.refusal = ""
        self._question = question

    def run(self) -> None:
        """The thread's life."""
        try:
            self.answer = self._question(self.given_up.is_set)
        except StartError as error:
            self.refusal = str(error)
