"""File ▸ Export: asks where to and how, and does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from visualiser.gui.appearance import Appearance
from visualiser.gui.documents.files import NOTHING, file_stem
from visualiser.gui.export.export import export_data, export_still, needs_screen
from visualiser.gui.export.feeder import Feeder
from visualiser.gui.export.film_dialog import FilmDialog, Reaches
from visualiser.gui.export.footage import Footage, check
from visualiser.gui.export.options import ExportError, Options, checked
from visualiser.gui.jobs.desk import JobDesk
from visualiser.gui.jobs.job import Progress
from visualiser.gui.settings import Settings
from visualiser.host.film.choose import Choice, choose, make_film
from visualiser.trace.document import Document

FILTERS = {
    "Picture (*.png)": ".png",
    "Picture of vectors (*.svg)": ".svg",
    "Page to print (*.pdf)": ".pdf",
    "Table of all spans (*.csv)": ".csv",
    "Trace for Perfetto (*.json)": ".json",
    "Film (*.mp4)": ".mp4",
    "Film (*.webm)": ".webm",
    "Animation (*.gif)": ".gif",
    "Animation (*.webp)": ".webp",
}
_FOLDER, _KIND = "export_folder", "export_kind"


class Exporter(QObject):
    """Exports the run on show; ``said`` carries what became of it."""

    said = Signal(str)

    def __init__(
        self,
        window: QWidget,
        appearance: Appearance,
        settings: Settings,
        desk: JobDesk,
        shown: Callable[[], Document | None],
        visible: Callable[[], Reaches],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._settings = settings
        self._desk = desk
        self._shown = shown
        self._visible = visible
        self._feeder: Feeder | None = None
        desk.freed.connect(self._stop_feeding)

    def ask(self) -> None:
        """Let the user say where the run goes; the ending says what it becomes."""
        document = self._shown()
        if document is None:
            self.said.emit(NOTHING)
            return
        start = Path(self._settings.text(_FOLDER) or str(Path.home())) / file_stem(document)
        kind = self._settings.choice(_KIND, FILTERS)
        name, chosen = QFileDialog.getSaveFileName(
            self._window, "Export the run", str(start) + FILTERS[kind], ";;".join(FILTERS), kind
        )
        if name:
            self._settings.set_text(_KIND, chosen)
            path = Path(name)
            self.export(document, path if path.suffix else path.with_suffix(FILTERS.get(chosen, ".png")))

    def export(self, document: Document, path: Path) -> None:
        """Write it, after a question where it is to be a film."""
        reaches = self._visible()
        options = Options(path, reach=next(iter(reaches.values())), theme=self._appearance.theme.name)
        self._settings.set_text(_FOLDER, str(path.parent))
        try:
            checked(options)
            if options.is_film:
                self._ask_film(document, options, reaches)
            elif needs_screen(options):
                export_still(document, options)
                self._told(path)
            else:
                self._desk.start(f"Writing {path.name}", lambda on: export_data(document, options, on),
                                 lambda _none: self._told(path))  # fmt: skip
        except (ExportError, OSError, ValueError) as error:
            self.said.emit(str(error))

    def close(self) -> None:
        """Paint no more frames."""
        self._stop_feeding()

    def _ask_film(self, document: Document, options: Options, reaches: Reaches) -> None:
        choice = choose(options.suffix)
        dialog = FilmDialog(self._window, self._settings, document, options, choice, reaches)
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        wanted = dialog.options
        dialog.deleteLater()
        if agreed:
            self.shoot(document, wanted, choice)

    def shoot(self, document: Document, options: Options, choice: Choice) -> None:
        """Paint the frames here, a turn of the event loop each, and encode them in another thread."""
        if self._desk.busy:
            self._desk.start("", lambda _: None, lambda _: None)  # which says so
            return
        encoder = choice.encoder
        path = options.path.with_suffix(encoder.suffix)
        footage = check(Footage(document, options, encoder.rate(options.fps)))
        feeder = self._feeder = Feeder(footage.frames(), len(footage), self)

        def work(progress: Progress) -> int:
            return make_film(feeder.taken(progress), footage.form, encoder, path)

        self._desk.start(f"Filming {path.name} by {encoder.name}", work, lambda _: self._told(path, choice.note))

    def _told(self, path: Path, note: str = "") -> None:
        self.said.emit(" ".join(filter(None, (f"The run is in {path}.", note))))

    def _stop_feeding(self) -> None:
        feeder, self._feeder = self._feeder, None
        if feeder is not None:
            feeder.stop()
            feeder.deleteLater()
