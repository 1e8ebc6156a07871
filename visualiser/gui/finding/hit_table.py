"""The spans that were found as a table: duration, lane, state, start and what it is called."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.run import Run
from visualiser.trace.search import Hit
from visualiser.trace.track import NS

HEADINGS = ("Duration", "Lane", "State", "Start", "Name")
_NUMBERS = (0, 3)
_Index = QModelIndex | QPersistentModelIndex


class HitTable(QAbstractTableModel):
    """What was found in a run."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: list[Hit] = []
        self._run: Run | None = None

    def show(self, run: Run | None, hits: list[Hit]) -> None:
        """Show these."""
        self.beginResetModel()
        self._run, self.hits = run, hits
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """One a span."""
        return 0 if parent.isValid() else len(self.hits)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as headings."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADINGS[section]
        return int(_side(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell; a tooltip with all of the row."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(index.column()))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(self.hits[index.row()])[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return " · ".join(filter(None, self._words(self.hits[index.row()])))
        return None

    def _words(self, hit: Hit) -> tuple[str, str, str, str, str]:
        run, span = self._run, hit.span
        label = run.names[span.ref].label if run is not None and span.ref else ""
        start = (span.start - run.start_ns) / NS if run is not None else 0.0
        return duration_text(hit.duration / NS), hit.track.name, WORDS[span.state], f"{start:.6f} s", label


def _side(column: int) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft) | (
        Qt.AlignmentFlag.AlignVCenter
    )
