"""The page that finds spans: by name and state, the longest first; choosing one shows it on the timeline."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QHeaderView, QLineEdit, QTreeView

from visualiser.gui.card import Card
from visualiser.gui.finding.hit_table import HitTable
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.forms import WORDS
from visualiser.trace.run import Run
from visualiser.trace.search import Hit
from visualiser.trace.states import State

MOST = 100
NOTHING_RUN = "Run something first."
NOTHING_FOUND = "Nothing fits: shorten the text or choose any state."
_ANY = "any state"


class FindPanel(Card):
    """Text, state, and the list of what fits.

    ``wanted`` comes when something else is to be searched for, ``chosen`` with the span somebody wants to see.
    """

    wanted = Signal()
    chosen = Signal(object)  # Hit

    def __init__(self, theme: Theme) -> None:
        self.text = QLineEdit()
        self.state = QComboBox()
        self.list = QTreeView()
        self.table = HitTable(self.list)
        self._row = QHBoxLayout()
        super().__init__("", theme)
        self._fill()
        self.offer(())
        self.show_hits(None, [])
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and spacing."""
        super().set_theme(theme)
        self._row.setContentsMargins(theme.px(10), 0, theme.px(10), 0)
        self._row.setSpacing(theme.px(6))
        self.list.setFont(theme.font("small"))
        self.list.header().setFont(theme.font("caption"))

    @property
    def wanted_state(self) -> State | None:
        """The state that is looked for, None for any."""
        data = self.state.currentData()
        return State(data) if isinstance(data, int) and data else None

    def offer(self, states: Iterable[State]) -> None:
        """The states to choose from; a choice that is still offered stays."""
        offered = [0, *sorted(states)]
        if offered == [self.state.itemData(i) for i in range(self.state.count())]:
            return
        before = self.wanted_state
        self.state.blockSignals(True)
        self.state.clear()
        for code in offered:
            self.state.addItem(WORDS[State(code)] if code else _ANY, int(code))
        self.state.setCurrentIndex(max(self.state.findData(int(before or 0)), 0))
        self.state.blockSignals(False)

    def show_hits(self, run: Run | None, hits: list[Hit]) -> None:
        """What was found; the row somebody stands on stays the same span."""
        at = self.list.currentIndex().row()
        before = self.table.hits[at] if 0 <= at < len(self.table.hits) else None
        top = self.list.verticalScrollBar().value()
        self.table.show(run, hits)
        self.list.verticalScrollBar().setValue(top)
        same = [i for i, hit in enumerate(hits) if before and _place(hit) == _place(before)]
        if same:
            self.list.setCurrentIndex(self.table.index(same[0], 0))
        if hits:
            self.say(f"The {len(hits)} longest" if len(hits) > 1 else "1 span")
        else:
            self.say(NOTHING_RUN if run is None or not run.spans else NOTHING_FOUND)

    def say(self, sentence: str) -> None:
        """A sentence over the list."""
        self.note.setText(sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the text, Down goes into the list and Return shows its first span."""
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and self.table.hits:
                self.list.setFocus()
                self.list.setCurrentIndex(self.table.index(0, 0))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hits:
                self._choose(0)
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        self.text.setPlaceholderText("Name of a span or a lane")
        self.text.setClearButtonEnabled(True)
        self.text.setAccessibleName("Name to find")
        self.text.installEventFilter(self)
        self.state.setAccessibleName("State to find")
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.state)
        self.body.addLayout(self._row)
        self.body.addWidget(self.list, 1)
        self._fill_list()
        self.text.textChanged.connect(self.wanted)
        self.state.currentIndexChanged.connect(self.wanted)

    def _fill_list(self) -> None:
        listed = self.list
        listed.setModel(self.table)
        listed.setAccessibleName("Spans that were found")
        listed.setRootIsDecorated(False)
        listed.setUniformRowHeights(True)
        listed.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        listed.setFrameShape(QTreeView.Shape.NoFrame)
        listed.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        listed.header().setStretchLastSection(True)
        listed.clicked.connect(lambda index: self._choose(index.row()))
        listed.activated.connect(lambda index: self._choose(index.row()))

    def _choose(self, row: int) -> None:
        self.list.setCurrentIndex(self.table.index(row, 0))
        self.chosen.emit(self.table.hits[row])


def _place(hit: Hit) -> tuple[int, int]:
    return hit.track.id, hit.span.start
