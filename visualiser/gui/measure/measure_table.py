"""The table of a measurement: bars stay at the left, Ctrl+C copies all of it as comma-separated values."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView

from visualiser.gui.measure.bars import BarHeader
from visualiser.gui.measure.measure_model import MeasureModel
from visualiser.gui.theme import Theme

_BARS = 0.46  # share of the width
_LEAST, _MOST = 150, 330  # width of the bars, at scale 1
_COLUMN = 76


class MeasureTable(QTableView):
    """Rows of lanes under columns of states."""

    copied = Signal()
    saved = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.numbers = MeasureModel(self)
        self.bars = BarHeader(theme, self)
        self.setVerticalHeader(self.bars)
        self.setModel(self.numbers)
        self.setAccessibleName("Time in each state")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.bars.set_theme(theme)
        self.horizontalHeader().setDefaultSectionSize(theme.px(_COLUMN))
        self._share()

    def visible_rows(self) -> range:
        """The rows in view."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        rows = self.numbers.rowCount()
        return range(max(first, 0), last + 1 if last >= 0 else rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy; arrows move as in any table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and to save."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy as CSV", self.copied.emit)
        menu.addAction("Save as CSV…", self.saved.emit)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between bars and numbers."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        wide = round(self.width() * _BARS)
        self.bars.set_wide(min(max(wide, self._theme.px(_LEAST)), self._theme.px(_MOST)))
