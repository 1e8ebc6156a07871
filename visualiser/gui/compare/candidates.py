"""The runs one can compare: the one on show, those that were kept, and files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from visualiser.gui.documents.dates import date_text
from visualiser.gui.numbers import seconds_text
from visualiser.trace.document import Document

_ROLE = Qt.ItemDataRole.UserRole
_FILTER = "Recordings and traces (*.cvrun *.json *.json.gz *.trace);;All files (*)"


@dataclass(eq=False)
class Candidate:
    """A run that may take part; its document is read when it first does."""

    title: str
    path: Path | None = None
    document: Document | None = None


class Candidates(QWidget):
    """A list with a box to tick for each; ``ticked`` carries a Candidate and whether it takes part."""

    ticked = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setAccessibleName("Runs to compare")
        self.list.setWordWrap(True)
        self.add_file = QPushButton("Add files…")
        self.add_file.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.add_file)
        self.list.itemChanged.connect(self._on_change)
        self.list.itemActivated.connect(_toggle)
        self.add_file.clicked.connect(self._ask)

    def add(self, candidate: Candidate, on: bool = False) -> None:
        """List one more, taking part at once or not."""
        item = QListWidgetItem(candidate.title)
        item.setData(_ROLE, candidate)
        item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setToolTip(str(candidate.path) if candidate.path else "")
        item.setCheckState(Qt.CheckState.Unchecked)
        self.list.addItem(item)
        if on:
            item.setCheckState(Qt.CheckState.Checked)

    def untick(self, candidate: Candidate) -> None:
        """It cannot take part after all."""
        for place in range(self.list.count()):
            item = self.list.item(place)
            if item.data(_ROLE) is candidate:
                item.setCheckState(Qt.CheckState.Unchecked)

    def _on_change(self, item: QListWidgetItem) -> None:
        self.ticked.emit(item.data(_ROLE), item.checkState() == Qt.CheckState.Checked)

    def _ask(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Add runs to compare", str(Path.home()), _FILTER)
        for name in names:
            self.add(Candidate(Path(name).name, path=Path(name)), on=True)


def _toggle(item: QListWidgetItem) -> None:
    on = item.checkState() == Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)


def of_document(document: Document, words: str = "") -> Candidate:
    """A run that is in memory."""
    about = document.about
    title = ", ".join(filter(None, (words or about.title, date_text(about.made), seconds_text(document.run.wall_s))))
    return Candidate(title, document=document)
