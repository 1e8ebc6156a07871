"""The left column: every scenario under its section's heading, and a search over titles and source texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QVBoxLayout

from visualiser.gui.card import label
from visualiser.gui.icons import tinted_icon
from visualiser.gui.scenario_delegate import ScenarioDelegate
from visualiser.gui.scenario_model import SCENARIO_ROLE, ScenarioFilter, ScenarioModel
from visualiser.gui.theme import Theme
from visualiser.host.catalogue import Scenario


class ScenarioList(QFrame):
    """Lists, searches and chooses; ``chosen`` carries the scenario."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("side")
        self._open: Scenario | None = None
        self._quiet = False
        self._model = ScenarioModel(self)
        self._filter = ScenarioFilter(self)
        self._filter.setSourceModel(self._model)
        self._delegate = ScenarioDelegate(theme)
        self.brand = label("Concurrency Visualiser", "title")
        self.search = _SearchBox()
        self.view = self._make_view()
        self.empty = label("", "note")
        self.empty.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        for widget in (self.brand, self.search, self.empty):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.view, 1)
        self.search.textChanged.connect(self._search)
        self.search.moved.connect(self._move)
        self.search.returnPressed.connect(self._choose_only)
        self.empty.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        self._delegate.theme = theme
        side, top = theme.px(8), theme.px(12)
        self._layout.setContentsMargins(side, top, side, side)
        self._layout.setSpacing(theme.px(8))
        self.brand.setContentsMargins(theme.px(6), 0, 0, 0)
        self.empty.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), 0)
        self.search.set_theme(theme)
        self.view.scheduleDelayedItemsLayout()

    def show_scenarios(self, scenarios: list[Scenario]) -> None:
        """List these; what was current stays current if it is among them."""
        with self._quietly():
            self._model.show_scenarios(scenarios)
        self._select_open()

    def current(self) -> Scenario | None:
        """The scenario that is open, also while a search hides it."""
        return self._open

    def select(self, scenario: Scenario) -> None:
        """Make that scenario current without telling anyone; a search that hides it is cleared."""
        self._open = scenario
        item = self._model.row_of(scenario)
        if item is not None and not self._filter.mapFromSource(item.index()).isValid():
            self.search.clear()
        self._select_open()

    def set_edited(self, scenario: Scenario, edited: bool) -> None:
        """Mark a scenario whose text differs from its file's."""
        self._model.set_edited(scenario, edited)

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self._filter)
        view.setItemDelegate(self._delegate)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setAccessibleName("Scenarios")
        view.selectionModel().currentChanged.connect(self._tell)
        return view

    def _tell(self, index: QModelIndex, _before: QModelIndex) -> None:
        scenario = index.data(SCENARIO_ROLE)
        if isinstance(scenario, Scenario) and not self._quiet:
            self._open = scenario
            self.chosen.emit(scenario)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """While rows come and go, Qt makes a neighbour current: that is nobody's choice."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _search(self, text: str) -> None:
        with self._quietly():
            self._filter.search(text)
        nothing = self._filter.rowCount() == 0
        self.empty.setText(f"No scenario has “{text.strip()}” in its title or its source. Try fewer words.")
        self.empty.setVisible(nothing)
        self._select_open()

    def _select_open(self) -> None:
        """Select the open scenario's row if it is listed, else none."""
        item = self._model.row_of(self._open) if self._open else None
        index = self._filter.mapFromSource(item.index()) if item else QModelIndex()
        with self._quietly():
            self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if index.isValid():
            self.view.scrollTo(index)

    def _scenario_rows(self) -> list[QModelIndex]:
        indexes = (self._filter.index(row, 0) for row in range(self._filter.rowCount()))
        return [index for index in indexes if index.data(SCENARIO_ROLE) is not None]

    def _move(self, step: int) -> None:
        rows = self._scenario_rows()
        if rows:
            now = next((n for n, index in enumerate(rows) if index == self.view.currentIndex()), -1 if step > 0 else 0)
            self.view.setCurrentIndex(rows[max(0, min(len(rows) - 1, now + step))])

    def _choose_only(self) -> None:
        """Enter in the search box opens the first find, unless one of the finds is open already."""
        if not self.view.currentIndex().isValid():
            self._move(1)


class _SearchBox(QLineEdit):
    """The search box: arrows move in the list below it, Esc empties it."""

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setPlaceholderText("Find a scenario…")
        self.setClearButtonEnabled(True)
        self.setAccessibleName("Find a scenario")
        self._glass = self.addAction(tinted_icon("search", self.palette().text().color(), 16), _LEADING)

    def set_theme(self, theme: Theme) -> None:
        """Tint the glass."""
        self._glass.setIcon(tinted_icon("search", theme.color("muted"), theme.px(16)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that mean something here."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


_LEADING = QLineEdit.ActionPosition.LeadingPosition
