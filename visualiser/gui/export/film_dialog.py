"""Asks how a film is to be: how slow, how large, of which stretch of time."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from visualiser.gui.card import label
from visualiser.gui.export.footage import MOST_FRAMES, Footage
from visualiser.gui.export.options import Options
from visualiser.gui.settings import Settings
from visualiser.host.film.choose import Choice
from visualiser.trace.document import Document

SPEEDS = {
    "real time": 1.0,
    "2 × slower": 0.5,
    "5 × slower": 0.2,
    "10 × slower": 0.1,
    "100 × slower": 0.01,
    "1000 × slower": 0.001,
    "2 × faster": 2.0,
    "10 × faster": 10.0,
}
SIZES = {"1920 × 1080": (1920, 1080), "1280 × 720": (1280, 720), "3840 × 2160": (3840, 2160)}
RATES = {"60": 60, "30": 30, "25": 25}
Reaches = dict[str, tuple[float, float] | None]


class FilmDialog(QDialog):
    """Remembers what was chosen last; ``options`` says what is chosen now."""

    def __init__(
        self,
        parent: QWidget,
        settings: Settings,
        document: Document,
        options: Options,
        choice: Choice,
        reaches: Reaches,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._document = document
        self._given = options
        self._choice = choice
        self._reaches = reaches
        self.boxes = {
            "reach": _box("Part of the run", list(reaches)),
            "speed": _box("Speed", list(SPEEDS)),
            "size": _box("Size in pixels", list(SIZES)),
            "rate": _box("Frames a second", list(RATES)),
        }
        self.length = label("", "strong")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._compose()
        self._restore()
        self._tell()

    @property
    def options(self) -> Options:
        """What is chosen."""
        texts = {name: box.currentText() for name, box in self.boxes.items()}
        width, height = SIZES[texts["size"]]
        return replace(
            self._given,
            reach=self._reaches[texts["reach"]],
            speed=SPEEDS[texts["speed"]],
            width=width,
            height=height,
            fps=RATES[texts["rate"]],
        )

    def accept(self) -> None:
        """Remember what was chosen."""
        for name, box in self.boxes.items():
            if name != "reach":
                self._settings.set_text(f"film_{name}", box.currentText())
        super().accept()

    def _compose(self) -> None:
        self.setWindowTitle("Make a film")
        form = QFormLayout()
        for box in self.boxes.values():
            form.addRow(box.accessibleName(), box)
            box.currentTextChanged.connect(lambda _text: self._tell())
        encoder = label(f"Encoder: {self._choice.encoder.name}", "note")
        note = label(self._choice.note, "warn")
        note.setWordWrap(True)
        note.setVisible(bool(self._choice.note))
        column = QVBoxLayout(self)
        column.addLayout(form)
        for part in (self.length, encoder, note, self.buttons):
            column.addWidget(part)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _restore(self) -> None:
        for name, box in self.boxes.items():
            box.setCurrentText(self._settings.text(f"film_{name}"))

    def _tell(self) -> None:
        """How long it will be."""
        options = self.options
        footage = Footage(self._document, options, self._choice.encoder.rate(options.fps))
        frames, seconds = len(footage), len(footage) / footage.fps
        fits = frames <= MOST_FRAMES
        words = f"{seconds:,.1f} s, {frames:,} frames" if fits else f"{seconds / 60:,.0f} minutes: too long"
        self.length.setText(words)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(fits)


def _box(name: str, choices: list[str]) -> QComboBox:
    box = QComboBox()
    box.addItems(choices)
    box.setAccessibleName(name)
    return box
