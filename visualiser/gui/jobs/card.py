"""A small card over the window: what is being done, how far it is, and a button to cancel it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

_STEPS = 1000
_WIDTH = 440


class JobCard(QFrame):
    """Lies near the bottom of its parent while a job goes on; Esc or its button asks to cancel."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setObjectName("job")
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName("Progress")
        self.button = QPushButton("Cancel")
        self.button.clicked.connect(self.cancel_asked)
        self._compose()
        parent.installEventFilter(self)
        self.hide()

    def begin(self, title: str) -> None:
        """Show it for a job that has just begun."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.button.setEnabled(True)
        self._place()
        self.show()
        self.raise_()
        self.button.setFocus()

    def tell(self, share: float) -> None:
        """That much is done, 0 … 1."""
        self.bar.setValue(round(min(max(share, 0.0), 1.0) * _STEPS))

    def wait_for_end(self) -> None:
        """It is being cancelled."""
        self.title.setText("Cancelling…")
        self.button.setEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc cancels."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_asked.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _compose(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self.title)
        layout.addLayout(row)

    def _place(self) -> None:
        parent = self._room
        self.setFixedWidth(min(_WIDTH * self.fontMetrics().height() // 16, parent.width() - 40))
        self.adjustSize()
        self.move((parent.width() - self.width()) // 2, round(parent.height() * 0.9) - self.height())
