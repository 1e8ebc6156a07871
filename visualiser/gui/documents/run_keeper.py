"""Keeps every run by itself, the last twenty of them, and lists them in File ▸ Recent runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from visualiser.gui.actions import Actions
from visualiser.gui.documents.dates import date_text
from visualiser.gui.jobs.background import Background
from visualiser.gui.numbers import seconds_text
from visualiser.gui.settings import Settings
from visualiser.host.kept_list import Kept, delete_kept, list_kept
from visualiser.host.kept_runs import KeptRuns
from visualiser.trace.document import Document

_OFF = "keep_no_runs"


class RunKeeper(QObject):
    """``chosen`` carries the file of a run to be opened, ``written`` a Document and its file, ``said`` words."""

    chosen = Signal(object)
    written = Signal(object, object)
    said = Signal(str)

    def __init__(self, actions: Actions, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._runs = KeptRuns()
        self._background = Background(self)
        self._background.said.connect(self.said)
        self._keep, self._forget = actions["keep_runs"], actions["forget_runs"]
        self._menu = actions.menus["RUNS"]
        self._menu.aboutToShow.connect(self.fill)
        self._keep.setChecked(not settings.text(_OFF))
        self._keep.toggled.connect(lambda on: settings.set_text(_OFF, "" if on else "yes"))
        self._forget.triggered.connect(self.forget)
        self._list([])  # the files are read when the menu is opened: the window does not wait for them

    def keep(self, document: Document) -> None:
        """Write a run that is over to where runs are kept, after those that wait already."""
        if self._keep.isChecked() and document.run.spans:
            self._background.do(
                "keeping a run",
                partial(self._runs.keep, document),
                lambda path: self.written.emit(document, path),
            )

    def fill(self) -> None:
        """List what is kept now, newest first."""
        self._list(list_kept(self._runs))

    def _list(self, runs: list[Kept]) -> None:
        self._menu.clear()
        for run in runs:
            words = words_of(run)
            self._menu.addAction(words.replace("&", "&&")).triggered.connect(partial(self._choose, run.path))
        self._forget.setEnabled(bool(runs))
        self._menu.addSeparator()
        self._menu.addAction(self._keep)
        self._menu.addAction(self._forget)

    def forget(self) -> None:
        """Delete every run that was kept, after a question: nothing brings them back."""
        question = "Delete every run that was kept by itself? Recordings that you saved stay."
        if QMessageBox.question(self._window, "Delete these runs", question) != QMessageBox.StandardButton.Yes:
            return
        number = delete_kept(self._runs)
        self.said.emit("1 run deleted." if number == 1 else f"{number} runs deleted.")
        self.fill()

    def close(self) -> None:
        """Write what is still to be written, and wait for it."""
        self._background.close()

    def _choose(self, path: Path, _checked: bool = False) -> None:
        self.chosen.emit(path)


def words_of(run: Kept) -> str:
    """What a kept run is called in a list."""
    return ", ".join((run.title, date_text(run.made), seconds_text(run.wall_s)))
