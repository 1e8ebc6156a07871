"""The badge in the timeline's heading: says that what is seen is not the present, and leads back when clicked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy

from visualiser.gui.card import Card


class Badge(QPushButton):
    """Hidden while it has nothing to say; it gives way to what stands beside it."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self._card = card
        self._words = ""
        self.setObjectName("badge")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        card.head.insertWidget(1, self)
        self.hide()

    @property
    def words(self) -> str:
        """All it says, also where there is no room for it; empty while it is hidden."""
        return self._words

    def say(self, words: str, way_back: str = "") -> None:
        """Show these words, with the way back as a tooltip; nothing hides it."""
        if words == self._words:
            return
        if bool(words) != bool(self._words):
            self._card.note.setVisible(not words)  # there is no room for both
            heading = self._card.heading
            heading.setMinimumWidth(heading.sizeHint().width() if words else 0)
        self._words = words
        self.setToolTip(f"{words}\n{way_back}".strip())
        self.setAccessibleName(words)
        self.setAccessibleDescription(way_back)
        self._fit()
        self.updateGeometry()
        self.setVisible(bool(words))

    def sizeHint(self) -> QSize:
        """Room for all it says."""
        height = super().sizeHint().height()
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 2 * height, height)

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, super().sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """Say as much as fits."""
        self._fit()

    def _fit(self) -> None:
        room = max(0, self.width() - self.height())
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, room)
        if shown != self.text():
            self.setText(shown.replace("&", "&&"))
