"""One thread's column: who it is, the values it has to itself, and the button for its next step."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from visualiser.gui.stepper.step_button import StepButton
from visualiser.gui.stepper.words import told, value_words
from visualiser.gui.theme import Theme
from visualiser.host.step_state import ThreadState

HUES = {"A": 0, "B": 1}
_CENTER = Qt.AlignmentFlag.AlignCenter
_NOTHING = "–"


class ThreadPanel(QFrame):
    """A card with a bar in the thread's hue, as its lane has in the timeline."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self._values = _Values(name, theme)
        self.button = StepButton(name, HUES[name], theme)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self._values, 1)
        self._layout.addWidget(self.button)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        edge = theme.px(10)
        self._layout.setContentsMargins(edge, edge, edge, edge)
        self._values.set_theme(theme)
        self.button.set_theme(theme)

    def show_thread(self, thread: ThreadState, lock: bool) -> None:
        """Show how the thread stands; ``lock``: it has the Lock."""
        self._values.show_thread(thread, lock)
        self.button.show_thread(thread)


class _Values(QWidget):
    """Paints name and values."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._hue = HUES[name]
        self._thread, self._lock = ThreadState(name), False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"Thread {name}")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_thread(self, thread: ThreadState, lock: bool) -> None:
        self._thread, self._lock = thread, lock
        self.setAccessibleDescription(told(thread) + (", it has the Lock" if lock else ""))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(190), self._theme.px(170))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(150), self._theme.px(130))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = self._theme.px(30)
        self._paint_head(painter, QRectF(0, 0, self.width(), head))
        half = self.width() / 2
        for column, (word, value) in enumerate(value_words(self._thread)):
            self._paint_value(painter, QRectF(column * half, head, half, self.height() - head), word, value)
        painter.end()

    def _paint_head(self, painter: QPainter, area: QRectF) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.lane(self._hue))
        painter.drawRoundedRect(QRectF(0, theme.px(3), theme.px(6), area.height() - theme.px(6)), 2, 2)
        font = theme.font("title")
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(
            area.adjusted(theme.px(14), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, f"Thread {self._thread.name}"
        )
        if self._lock:
            painter.setFont(theme.font("strong"))
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(area, side, "has the Lock")

    def _paint_value(self, painter: QPainter, area: QRectF, word: str, value: int | None) -> None:
        theme = self._theme
        font = theme.font("big")
        font.setPixelSize(max(theme.px(30), min(theme.px(64), round(area.height() * 0.5))))
        small = theme.px(22)
        block = font.pixelSize() * 1.2 + small
        top = area.top() + max(0.0, (area.height() - block) / 2)
        painter.setPen(theme.color("muted"))
        words = theme.font("medium")
        words.setPixelSize(theme.px(15))
        painter.setFont(words)
        painter.drawText(QRectF(area.left(), top, area.width(), small), _CENTER, word)
        painter.setFont(font)
        painter.setPen(theme.color("faint" if value is None else "text"))
        number = QRectF(area.left(), top + small, area.width(), font.pixelSize() * 1.2)
        if value is None:
            font.setPixelSize(font.pixelSize() // 2)
            painter.setFont(font)
        painter.drawText(number, _CENTER, _NOTHING if value is None else str(value))
