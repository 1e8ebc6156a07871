"""Opens whatever can be opened, script, recording or trace, and saves the run on show."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from visualiser.gui.jobs.desk import JobDesk
from visualiser.gui.jobs.job import Progress
from visualiser.gui.scripts import Scripts
from visualiser.gui.settings import Settings
from visualiser.host.open_document import is_document, open_document
from visualiser.host.recordings import SUFFIX, save_recording
from visualiser.trace.document import Document

_OPEN_FILTER = (
    "All that can be opened (*.py *.cvrun *.json *.json.gz *.trace);;Python scripts (*.py);;Recordings (*.cvrun);;"
    "Chrome traces (*.json *.json.gz *.trace);;All files (*)"
)
_SAVE_FILTER = "Recordings (*.cvrun)"
_FOLDER = "recordings_folder"
NOTHING = "There is no run to save yet: press Run, or open a recording."
GOES_ON = "The run goes on: stop it, or wait for its end, then save it."


class DocumentFiles(QObject):
    """``opened`` and ``written`` carry a Document and the file it came from or went to, ``said`` sentences."""

    opened = Signal(object, object)
    said = Signal(str)
    written = Signal(object, object)

    def __init__(self, window: QWidget, desk: JobDesk, scripts: Scripts, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._scripts = scripts
        self._settings = settings

    def ask_open(self) -> None:
        """Let the user choose a file."""
        own = self._settings.recent_files()
        folder = own[0].parent if own else Path.cwd()
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a script, a recording or a trace", str(folder), _OPEN_FILTER
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a file; says one sentence if it cannot be had."""
        if is_document(path):
            self._desk.start(
                f"Opening {path.name}", lambda on: open_document(path, on), lambda got: self.opened.emit(got, path)
            )
        else:
            self._scripts.open_path(path)

    def ask_save(self, document: Document | None) -> None:
        """Let the user say where the run goes."""
        if document is None or not document.run.finished:
            self.said.emit(NOTHING if document is None else GOES_ON)
            return
        folder = Path(self._settings.text(_FOLDER) or str(Path.home()))
        start = str(folder / f"{file_stem(document)}{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the recording", start, _SAVE_FILTER)
        if name:
            path = Path(name)
            self.save(document, path if path.suffix else path.with_suffix(SUFFIX))

    def save(self, document: Document, path: Path) -> None:
        """Write the run and say where it is, or why not."""

        def work(progress: Progress) -> None:
            save_recording(document, path, progress)

        self._desk.start(f"Saving {path.name}", work, lambda _path: self._saved(document, path))

    def _saved(self, document: Document, path: Path) -> None:
        self._settings.set_text(_FOLDER, str(path.parent))
        self.written.emit(document, path)
        self.said.emit(f"The recording is in {path}.")


def file_stem(document: Document) -> str:
    """What its files are called: scenario, date and time."""
    about = document.about
    name = about.scenario or Path(about.file).stem or about.title or "run"
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    made = about.made[:16].replace(":", "").replace("T", "-")
    return f"{plain}-{made}" if made else plain
