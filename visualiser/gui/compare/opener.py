"""Opens the window that compares runs, and runs a script several times for it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from visualiser.gui.actions import Actions
from visualiser.gui.appearance import Appearance
from visualiser.gui.compare.candidates import Candidate, of_document
from visualiser.gui.compare.repeat import MOST, Repeat
from visualiser.gui.compare.window import CompareWindow
from visualiser.gui.documents.run_keeper import words_of
from visualiser.gui.run_view import RunView
from visualiser.host.kept_list import list_kept
from visualiser.host.kept_runs import KeptRuns
from visualiser.trace.document import Document

NONE_DONE = "No run got to its end, so there is nothing to compare."
_TIMES = 10


class CompareOpener(QObject):
    """Belongs to the window; ``said`` carries sentences for the user."""

    said = Signal(str)

    def __init__(
        self, window: QWidget, actions: Actions, appearance: Appearance, run_view: RunView, repeat: Repeat
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._run_view = run_view
        self.repeat = repeat
        self.dialog: CompareWindow | None = None
        self._times = _TIMES
        actions["compare"].triggered.connect(lambda _checked=False: self.open())
        actions["repeat"].triggered.connect(lambda _checked=False: self.ask_repeat())
        repeat.over.connect(self._compare_repeats)

    def open(self, documents: Sequence[Document] = ()) -> None:
        """Show the window; with runs to compare at once, or with the one on show."""
        if self.dialog is None:
            shown = self._run_view.document
            known = [document.about.made for document in (*documents, *([shown] if shown is not None else ()))]
            self.dialog = CompareWindow(self._window, self._appearance.theme, _kept(known))
            self.dialog.closed.connect(self._forget)
            if not documents and shown is not None and shown.run.finished:
                self.dialog.candidates.add(of_document(shown, f"{shown.about.title} (on show)"), on=True)
        self.dialog.take(documents)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def ask_repeat(self) -> None:
        """Ask how many times to run the script, and do it."""
        times, agreed = QInputDialog.getInt(
            self._window, "Run several times", "How many times?", self._times, 2, MOST, 1
        )
        if agreed:
            self._times = times
            self.repeat.begin(times)

    def close(self) -> None:
        """Close the window and end a series."""
        self.repeat.stop()
        if self.dialog is not None:
            self.dialog.reject()

    def _compare_repeats(self, documents: Sequence[Document]) -> None:
        if documents:
            self.open(documents)
        else:
            self.said.emit(NONE_DONE)

    def _forget(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()


def _kept(known: Sequence[str]) -> list[Candidate]:
    """The runs that were kept, but for those made at the ``known`` times: they are there already."""
    runs = [run for run in list_kept(KeptRuns()) if run.made not in known]
    return [Candidate(words_of(run), path=run.path) for run in runs]
