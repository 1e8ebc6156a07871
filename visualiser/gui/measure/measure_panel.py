"""The page of what was measured: which time it is of, the time between the markers, and the states of every lane."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from visualiser.gui.card import Card, dim, label
from visualiser.gui.line_label import LineLabel
from visualiser.gui.measure.marker_painter import delta_text, rate_text
from visualiser.gui.measure.measure_table import MeasureTable
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.measure import Measurement
from visualiser.trace.track import NS

IDLE = "Run the script: here is how long each lane was in each state."
HOW = "Shift and a drag in the timeline measure a part of the run; Shift+A and Shift+B set markers."


class MeasurePanel(Card):
    """Sentence and buttons over the table; with both markers set, the time between them in large type."""

    copy_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        self.sentence = LineLabel(IDLE, "strong")
        self.copy, self.save = _button("Copy CSV"), _button("Save…")
        self.delta, self.between = label("", "title"), LineLabel("", "note")
        self.table = MeasureTable(theme)
        self._content = QWidget()
        self._markers = QWidget()
        super().__init__("", theme)
        self._fill()
        self.set_theme(theme)
        self.show_markers(None, "")

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self.table.set_theme(theme)
        layout = self._content.layout()
        if layout is not None:
            layout.setContentsMargins(theme.px(12), 0, theme.px(8), theme.px(4))
            layout.setSpacing(theme.px(4))

    def set_outdated(self, on: bool) -> None:
        """Say whether this is of the script before it was changed."""
        super().set_outdated(on)
        dim(self._content, on)

    def show_idle(self) -> None:
        """There is no run."""
        self._say(IDLE)
        self.table.numbers.show_measurement(Measurement(0, 0, ()), ())
        self._offer(False)

    def show_range(self, selection: tuple[int, int] | None, measured: Measurement, start_ns: int) -> None:
        """Say which time is measured; ``selection`` None is the whole run."""
        length = duration_text(measured.length / NS)
        if selection is None:
            self._say(f"The whole run: {length}")
        else:
            self._say(f"{length} from {(selection[0] - start_ns) / NS:.6f} s on")
        self._offer(True)

    def show_markers(self, delta: int | None, moments: str) -> None:
        """The time between the markers, ns, and where they are in words; None hides it."""
        self._markers.setVisible(bool(moments))
        self.delta.setVisible(delta is not None)
        self.delta.setText(delta_text(delta) if delta is not None else "")
        rate = rate_text(delta) if delta is not None else ""
        self.between.setText(" · ".join(filter(None, (rate, moments))))
        self.between.setToolTip(self.between.text())

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setToolTip(f"{sentence}\n{HOW}")

    def _offer(self, on: bool) -> None:
        self.copy.setEnabled(on)
        self.save.setEnabled(on)
        self.table.setVisible(on)

    def _fill(self) -> None:
        column, head, row = QVBoxLayout(self._content), QHBoxLayout(), QHBoxLayout(self._markers)
        row.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.copy)
        head.addWidget(self.save)
        row.addWidget(self.delta)
        row.addWidget(self.between, 1)
        column.addLayout(head)
        column.addWidget(self._markers)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.body.addWidget(self._content, 1)
        self.copy.clicked.connect(self.copy_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.table.copied.connect(self.copy_wanted)
        self.table.saved.connect(self.save_wanted)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_idle()


def _button(words: str) -> QPushButton:
    made = QPushButton(words)
    made.setObjectName("link")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made
