"""One piece of work in a thread of its own, which tells how far it is and can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from visualiser.trace.recording import Progress

Work = Callable[[Progress], object]
__all__ = ["Job", "Progress", "Work", "sentence_of"]

_LEAST_STEP = 0.005  # of the whole: a bar shows no less


class Job(QThread):
    """Exactly one of ``done`` (what the work gave), ``failed`` (one sentence) and ``cancelled`` is emitted.

    The work is called with a function that takes how much is done, 0 … 1, and gives False once it is to end, which it
    does by raising anything.
    """

    progressed = Signal(float)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, name: str, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._work = work
        self._cancel = threading.Event()
        self._told = 0.0

    def cancel(self) -> None:
        """Ask for the end; returns at once."""
        self._cancel.set()

    def run(self) -> None:
        """The thread's life."""
        try:
            result = self._work(self._report)
        except Exception as error:  # the work is lost, the window is not
            if self._cancel.is_set():
                self.cancelled.emit()
            else:
                self.failed.emit(sentence_of(error))
            return
        self.done.emit(result)

    def _report(self, share: float) -> bool:
        if share >= self._told + _LEAST_STEP or share < self._told:
            self._told = share
            self.progressed.emit(share)
        return not self._cancel.is_set()


def sentence_of(error: Exception) -> str:
    """What to tell the user of it: errors of ours are sentences already."""
    if isinstance(error, ValueError) and str(error).endswith("."):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this."
    return f"That did not work: {type(error).__name__}: {error}"
