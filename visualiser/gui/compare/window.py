"""The window that compares runs: composes the list to choose from, the table and the timelines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from visualiser.gui.card import Card, label
from visualiser.gui.compare.candidates import Candidate, Candidates
from visualiser.gui.compare.chart import CompareChart
from visualiser.gui.compare.row import Row, rows_of
from visualiser.gui.compare.run_card import RunCard
from visualiser.gui.compare.words import headline
from visualiser.gui.jobs.desk import JobDesk
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.time_axis import TimeAxis
from visualiser.host.open_document import open_document
from visualiser.trace.compare import Measure
from visualiser.trace.document import Document

_SIZE = QSize(1500, 900)
_LIST_WIDTH = 300
ALIGNED = "All start at 0: the first line of each script. Zoom or pan one, and all move."


class CompareWindow(QDialog):
    """Compares the runs that are ticked; ``closed`` comes when it goes."""

    closed = Signal()

    def __init__(self, parent: QWidget, theme: Theme, candidates: Sequence[Candidate]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._measures: dict[int, Measure] = {}
        self._chosen: list[Candidate] = []
        self._waiting: list[Candidate] = []
        self._base: Document | None = None
        self.rows: list[Row] = []
        self.desk = JobDesk(self)
        self.candidates = Candidates()
        self.headline = label("", "title")
        self.trouble = label("", "warn")
        self.chart = CompareChart(theme)
        self.cards: list[RunCard] = []
        self.axis = TimeAxis()
        self._column = QVBoxLayout()
        self._compose(theme)
        self._connect()
        for candidate in candidates:
            self.candidates.add(candidate)
        self._show()

    def take(self, documents: Sequence[Document]) -> None:
        """Compare these at once."""
        for document in documents:
            self.candidates.add(Candidate(document.about.title, document=document), on=True)

    def done(self, result: int) -> None:
        """Stop what is being read, however the window is closed."""
        self.desk.close()
        super().done(result)
        self.closed.emit()

    def _compose(self, theme: Theme) -> None:
        self.setWindowTitle("Compare runs")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        listed = Card("Runs", theme)
        listed.setFixedWidth(theme.px(_LIST_WIDTH))
        listed.body.addWidget(self.candidates, 1)
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        for part in (self.headline, self.trouble, self.chart, label(ALIGNED, "note")):
            right.addWidget(part)
        right.addWidget(self._stack(), 1)
        row = QHBoxLayout(self)
        row.setSpacing(theme.px(12))
        row.addWidget(listed)
        row.addLayout(right, 1)
        self.headline.setWordWrap(True)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.resize(_SIZE.boundedTo(self.screen().availableGeometry().size() * 0.96))

    def _stack(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("root")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _connect(self) -> None:
        self.candidates.ticked.connect(self._tick)
        self.chart.base_chosen.connect(self._choose_base)
        self.desk.said.connect(self._say)
        self.desk.freed.connect(self._read_next)
        QShortcut(QKeySequence("F7"), self, self.axis.fit)

    def _tick(self, candidate: Candidate, on: bool) -> None:
        self.trouble.hide()
        if not on:
            self._chosen = [one for one in self._chosen if one is not candidate]
            self._waiting = [one for one in self._waiting if one is not candidate]
            self._show()
        elif candidate.document is not None:
            self._chosen.append(candidate)
            self._show()
        else:
            self._waiting.append(candidate)
            self._read_next()

    def _read_next(self) -> None:
        if self.desk.busy or not self._waiting:
            return
        candidate = self._waiting[0]
        path = candidate.path
        assert path is not None
        self.desk.start(f"Opening {path.name}", lambda progress: open_document(path, progress), self._take_read)

    def _take_read(self, document: object) -> None:
        assert isinstance(document, Document)
        if self._waiting:
            candidate = self._waiting.pop(0)
            candidate.document = document
            self._chosen.append(candidate)
            self._show()

    def _say(self, sentence: str) -> None:
        """A run could not be read."""
        if self._waiting:
            self.candidates.untick(self._waiting.pop(0))
        self.trouble.setText(f"▲ {sentence}")
        self.trouble.show()

    def _choose_base(self, place: int) -> None:
        self._base = self.rows[place].documents[0]
        self._show()

    def _show(self) -> None:
        documents = [one.document for one in self._chosen if one.document is not None]
        self.rows = rows_of(documents, self._measures)
        base = next((n for n, row in enumerate(self.rows) if self._base in row.documents), 0)
        self.headline.setText(headline(self.rows, base))
        self.chart.setVisible(bool(self.rows))
        self.chart.show_rows(self.rows, base)
        self._show_cards()

    def _show_cards(self) -> None:
        while len(self.cards) < len(self.rows):
            card = RunCard(self._theme)
            self.cards.append(card)
            self._column.addWidget(card, 1)
            self.axis.add(card.timeline.view)
        for number, card in enumerate(self.cards):
            there = number < len(self.rows)
            card.setVisible(there)
            if there:
                card.show_row(self.rows[number], legend=number == len(self.rows) - 1)
            else:
                card.timeline.set_run(None)
        self.axis.settle()
