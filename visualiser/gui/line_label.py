"""One line of text that gives way to what stands beside it, with dots where it is cut."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class LineLabel(QLabel):
    """A label of any width; set a tooltip where the whole text must be had."""

    def __init__(self, text: str, role: str, wanted: bool = False) -> None:
        """``wanted``: it would like to be as wide as its text, where there is room."""
        super().__init__(text)
        self.setProperty("role", role)
        wide = QSizePolicy.Policy.Preferred if wanted else QSizePolicy.Policy.Ignored
        self.setSizePolicy(wide, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())
        painter.drawText(self.contentsRect(), self.alignment(), shown)
        painter.end()
