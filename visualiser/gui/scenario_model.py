"""The scenarios as rows of a list: a heading for each section, the scenarios under it, and what a search leaves."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from visualiser.host.catalogue import Scenario, ScenarioError

SCENARIO_ROLE = Qt.ItemDataRole.UserRole + 1
BADGE_ROLE = Qt.ItemDataRole.UserRole + 2
EDITED_ROLE = Qt.ItemDataRole.UserRole + 3
_SEARCH_ROLE = Qt.ItemDataRole.UserRole + 4


class ScenarioModel(QStandardItemModel):
    """Rows of headings (without a scenario) and scenarios, in the order given."""

    def show_scenarios(self, scenarios: list[Scenario]) -> None:
        """Replace all rows."""
        self.clear()
        section = None
        for number, scenario in enumerate(scenarios, start=1):
            if scenario.section != section:
                section = scenario.section
                self.appendRow(_heading(section))
            self.appendRow(_row(scenario, number))

    def row_of(self, scenario: Scenario) -> QStandardItem | None:
        """The row of that scenario's file, or None."""
        for row in range(self.rowCount()):
            item = self.item(row)
            listed = item.data(SCENARIO_ROLE)
            if listed is not None and listed.path == scenario.path:
                return item
        return None

    def set_edited(self, scenario: Scenario, edited: bool) -> None:
        """Mark a scenario whose text differs from its file's."""
        item = self.row_of(scenario)
        if item is not None:
            item.setData(edited, EDITED_ROLE)


class ScenarioFilter(QSortFilterProxyModel):
    """Leaves the scenarios in which every searched word occurs, and the headings that still have one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []

    def search(self, text: str) -> None:
        """Show only what holds all words of the text, in any order and case; everything for an empty text."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether that row stays."""
        if not self._words:
            return True
        model = self.sourceModel()
        if model.index(row, 0).data(SCENARIO_ROLE) is not None:
            return self._matches(row)
        following = range(row + 1, model.rowCount())
        for below in following:
            if model.index(below, 0).data(SCENARIO_ROLE) is None:
                return False
            if self._matches(below):
                return True
        return False

    def _matches(self, row: int) -> bool:
        searched = str(self.sourceModel().index(row, 0).data(_SEARCH_ROLE))
        return all(word in searched for word in self._words)


def _heading(section: str) -> QStandardItem:
    item = QStandardItem(section)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _row(scenario: Scenario, number: int) -> QStandardItem:
    item = QStandardItem(scenario.title)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.setData(scenario, SCENARIO_ROLE)
    item.setData(str(number), BADGE_ROLE)
    item.setData(_searched(scenario), _SEARCH_ROLE)
    item.setToolTip(f"{scenario.title}\n{scenario.subtitle}" if scenario.subtitle else str(scenario.path))
    item.setData(f"{scenario.title}. {scenario.subtitle}", Qt.ItemDataRole.AccessibleTextRole)
    return item


def _searched(scenario: Scenario) -> str:
    try:
        text = scenario.text
    except ScenarioError:
        text = ""  # gone since it was listed; its title can still be found
    return "\n".join((scenario.title, scenario.subtitle, scenario.id, scenario.section, text)).casefold()
