"""A measurement as a table: a row for each lane, process and all together, a column for each state of the run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from visualiser.gui.timeline.forms import TAGS, WORDS
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.measure import Measurement
from visualiser.trace.states import State
from visualiser.trace.track import NS

NOT_YET = "…"
NONE = "–"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_SHORT = {
    **TAGS,
    State.RUN: "runs",
    State.READY: "runs/ready",
    State.GIL: "GIL",
    State.CORE: "core",
    State.RESUME: "resume",
}
_MORE = (("alive", "How long it lived in this time"), ("spans", "How many spans began in this time"))
_Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class MeasureModel(QAbstractTableModel):
    """What a view of the table asks for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.measurement = Measurement(0, 0, ())
        self.states: tuple[State, ...] = ()

    def show_measurement(self, measurement: Measurement, states: Sequence[State]) -> None:
        """Show another one; ``states`` are the columns."""
        names = [row.name for row in measurement.rows]
        if tuple(states) == self.states and names == [row.name for row in self.measurement.rows]:
            self.measurement = measurement
            if names:
                self.dataChanged.emit(self.index(0, 0), self.index(len(names) - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self.measurement, self.states = measurement, tuple(states)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Lanes, processes, all together."""
        return 0 if parent is not None and parent.isValid() else len(self.measurement.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """States, and the two numbers after them."""
        return 0 if parent is not None and parent.isValid() else len(self.states) + len(_MORE)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """Time over share, or a number."""
        if role == _Role.TextAlignmentRole:
            return _RIGHT
        if role in (_Role.DisplayRole, _Role.ToolTipRole, _Role.AccessibleTextRole):
            text = self._text(index.row(), index.column())
            return text if role == _Role.DisplayRole else self._in_full(index, text.replace("\n", ", "))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        """Names of lanes and states; in full as tooltips."""
        if orientation == Qt.Orientation.Vertical:
            name = self.measurement.rows[section].name
            return name if role in (_Role.DisplayRole, _Role.ToolTipRole) else None
        if role == _Role.TextAlignmentRole:
            return _RIGHT
        if role == _Role.DisplayRole:
            return _SHORT[self.states[section]] if section < len(self.states) else _MORE[section - len(self.states)][0]
        if role == _Role.ToolTipRole:
            return WORDS[self.states[section]] if section < len(self.states) else _MORE[section - len(self.states)][1]
        return None

    def _text(self, row: int, column: int) -> str:
        sums = self.measurement.rows[row].sums
        if sums is None:
            return NOT_YET
        if column < len(self.states):
            state = self.states[column]
            time = sums.times.get(state, 0)
            share = percent_text(sums.percent(state, self.measurement.length))
            return f"{_short(time)}\n{share}" if time else NONE
        return _short(sums.alive) if column == len(self.states) else f"{sums.begun}"

    def _in_full(self, index: Index, text: str) -> str:
        name = self.measurement.rows[index.row()].name
        words = self.headerData(index.column(), Qt.Orientation.Horizontal, _Role.ToolTipRole)
        return f"{name}: {words}: {text}"


def percent_text(percent: float) -> str:
    """``42.0 %``; what is there is never 0, and what is not all is never 100."""
    few, most = 0 < percent < 0.05, 99.95 <= percent < 100
    text = "< 0.1 %" if few else "> 99.9 %" if most else f"{percent:.1f} %"
    return text.replace(" ", _THIN)


def _short(time: int) -> str:
    """A duration (ns) that is never broken into two lines."""
    return duration_text(time / NS).replace(" ", _THIN)
