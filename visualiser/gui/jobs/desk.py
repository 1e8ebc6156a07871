"""Takes jobs one at a time, shows those that last, and says what became of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from visualiser.gui.jobs.card import JobCard
from visualiser.gui.jobs.job import Job, Work

_PATIENCE_MS = 300  # what is over by then is not worth a card
BUSY = "Something else is still being read or written: wait for it or cancel it."


class JobDesk(QObject):
    """Does one job at a time; ``said`` carries sentences for the user, ``freed`` comes when another may begin."""

    said = Signal(str)
    freed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.card = JobCard(window)
        self._job: Job | None = None
        self._title = ""
        self._done: Callable[[object], object] = lambda _result: None
        self._show = QTimer(self)
        self._show.setSingleShot(True)
        self._show.setInterval(_PATIENCE_MS)
        self._show.timeout.connect(lambda: self.card.begin(self._title))
        self.card.cancel_asked.connect(self.cancel)

    @property
    def busy(self) -> bool:
        """Whether a job goes on."""
        return self._job is not None

    def start(self, title: str, work: Work, done: Callable[[object], object]) -> bool:
        """Begin a job; False, with a sentence, while another goes on.

        Args:
            title: what is being done, such as "Opening race.cvrun".
            work: called in another thread, see Job.
            done: called in this one with what the work gave.
        """
        if self._job is not None:
            self.said.emit(BUSY)
            return False
        job = Job(title, work, self)
        job.progressed.connect(self.card.tell)
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job, self._title, self._done = job, title, done
        self.card.tell(0.0)
        self._show.start()
        job.start()
        return True

    def cancel(self) -> None:
        """Ask the job to end."""
        if self._job is not None:
            self._job.cancel()
            self.card.wait_for_end()

    def close(self) -> None:
        """Cancel what goes on and wait for it."""
        self._show.stop()
        self.card.hide()
        if self._job is not None:
            job, self._job = self._job, None
            job.blockSignals(True)
            job.cancel()
            job.wait()

    def _on_done(self, result: object) -> None:
        if self._put_away():
            self._done(result)
            self.freed.emit()

    def _on_failed(self, sentence: str) -> None:
        if self._put_away():
            self.said.emit(sentence)
            self.freed.emit()

    def _on_cancelled(self) -> None:
        if self._put_away():
            self.said.emit("Cancelled.")
            self.freed.emit()

    def _put_away(self) -> bool:
        """The job has told its end; False if it was given up before."""
        job, self._job = self._job, None
        if job is None:
            return False
        job.wait()
        job.deleteLater()
        self._show.stop()
        self.card.hide()
        return True
