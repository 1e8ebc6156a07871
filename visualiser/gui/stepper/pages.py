"""The lower card of the stepper's window: the steps so far, or what all interleavings came to, by tabs."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

STEPS, ALL = 0, 1


class Pages(QFrame):
    """Shows one of the two pages."""

    def __init__(self, steps: QWidget, all_orders: QWidget) -> None:
        super().__init__()
        self.setObjectName("card")
        self.tabs = [_tab("Steps"), _tab("All interleavings (T)")]
        self._stack = QStackedWidget()
        row = QHBoxLayout()
        for number, (tab, page) in enumerate(zip(self.tabs, (steps, all_orders), strict=True)):
            row.addWidget(tab)
            self._stack.addWidget(page)
            tab.clicked.connect(lambda _on, number=number: self.turn_to(number))
        row.addStretch(1)
        inside = QVBoxLayout(self)
        inside.addLayout(row)
        inside.addWidget(self._stack, 1)
        self.turn_to(STEPS)

    def turn_to(self, page: int) -> None:
        """Show ``STEPS`` or ``ALL``."""
        self._stack.setCurrentIndex(page)
        for number, tab in enumerate(self.tabs):
            tab.setChecked(number == page)


def _tab(text: str) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setObjectName("tab")
    made.setCheckable(True)
    return made
