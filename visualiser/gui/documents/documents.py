"""What the window does with runs as documents: open, show, save, keep by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from visualiser.gui.actions import Actions
from visualiser.gui.documents.bookmark_saver import BookmarkSaver
from visualiser.gui.documents.dates import date_text
from visualiser.gui.documents.files import DocumentFiles
from visualiser.gui.documents.run_keeper import RunKeeper
from visualiser.gui.jobs.desk import JobDesk
from visualiser.gui.run_view import RunView
from visualiser.gui.scripts import Scripts
from visualiser.gui.settings import Settings
from visualiser.host.catalogue import ScenarioError
from visualiser.host.kept_runs import data_folder
from visualiser.host.kept_scripts import script_of
from visualiser.trace.document import About, Document


class Documents(QObject):
    """Composes desk, files and kept runs.

    ``shown`` carries each Document that came from a file, once it is on show; ``said`` sentences for the user.
    """

    shown = Signal(object)
    said = Signal(str)

    def __init__(
        self, window: QWidget, actions: Actions, settings: Settings, scripts: Scripts, run_view: RunView
    ) -> None:
        super().__init__(window)
        self.desk = JobDesk(window)
        self.files = DocumentFiles(window, self.desk, scripts, settings)
        self.kept = RunKeeper(actions, settings, window)
        self.bookmarks = BookmarkSaver(self)
        self._scripts = scripts
        self._run_view = run_view
        self._connect(actions)

    def open_path(self, path: Path) -> None:
        """Open a script, a recording or a trace."""
        self.files.open_path(path)

    def close(self) -> None:
        """Give up what is being read, finish what is being kept."""
        self.desk.close()
        self.kept.close()
        self.bookmarks.close()

    def _connect(self, actions: Actions) -> None:
        slots: dict[str, Callable[[], object]] = {
            "open": self.files.ask_open,
            "save_recording": lambda: self.files.ask_save(self._run_view.document),
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        for speaker in (self.desk, self.files, self.kept, self.bookmarks):
            speaker.said.connect(self.said)
        self.files.opened.connect(self._show)
        self.kept.chosen.connect(self.files.open_path)
        self._run_view.live.ended.connect(self.kept.keep)
        self._run_view.document_changed.connect(self.bookmarks.show_document)
        for writer in (self.files.written, self.kept.written):
            writer.connect(self.bookmarks.add_written)

    def _show(self, document: Document, path: Path) -> None:
        """Put the run on show, beside the script it is of."""
        try:
            scenario, text = script_of(document.about, data_folder() / "scripts")
        except ScenarioError as error:
            self.said.emit(str(error))
            return
        self._scripts.open(scenario)
        self._scripts.show_for_now(text)
        self._run_view.show_document(document)
        self.bookmarks.add_place(document, path)
        self.shown.emit(document)


def origin_text(about: About) -> str:
    """Where a run comes from, in one line."""
    python = f"Python {about.python}" if about.python else ""
    made = f"Recorded {date_text(about.made)}" if date_text(about.made) else ""
    return " · ".join(filter(None, (made, python, about.machine))) or about.app
