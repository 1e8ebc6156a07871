"""The big button that gives a thread its next step, and says which one that is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from visualiser.gui.stepper.words import step_word, step_words
from visualiser.gui.theme import Theme
from visualiser.host.step_state import ThreadState

_CENTER = Qt.AlignmentFlag.AlignCenter


class StepButton(QAbstractButton):
    """Solid: there is a step to give. Hatched: it waits for the Lock. Outlined: done."""

    def __init__(self, name: str, hue: int, theme: Theme) -> None:
        super().__init__()
        self._hue = hue
        self._thread = ThreadState(name)
        self._ready = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"Give thread {name} its next step ({name})")
        self.setAccessibleName(f"Next step of thread {name}")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_thread(self, thread: ThreadState) -> None:
        """Show what comes next."""
        self._thread, self._ready = thread, True
        self.setAccessibleDescription(step_words(thread))
        self.update()

    def sizeHint(self) -> QSize:
        """Large enough for the back row."""
        return QSize(self._theme.px(180), self._theme.px(88))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the step's word, and below it what it does and its key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, area = self._theme, QRectF(self.rect()).adjusted(2, 2, -2, -2)
        ink = self._paint_ground(painter, area)
        if self._ready:
            self._write(painter, area.adjusted(0, theme.px(8), 0, 0), step_word(self._thread), 27, ink)
            words = f"{step_words(self._thread)} · key {self._thread.name}"
            if self._thread.done:
                words = step_words(self._thread)
            self._write(painter, area.adjusted(0, theme.px(50), 0, 0), words, 13, ink, bold=False)
        painter.end()

    def _paint_ground(self, painter: QPainter, area: QRectF) -> QColor:
        """The ground; gives the ink to write on it with."""
        theme, hue = self._theme, self._theme.lane(self._hue)
        solid = self._ready and not self._thread.done and not self._thread.waits
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.color("text") if lit else hue, theme.px(3 if self.hasFocus() else 2)))
        painter.setBrush(hue if solid else theme.color("surface"))
        painter.drawRoundedRect(area, theme.px(10), theme.px(10))
        if self._thread.waits:
            self._hatch(painter, area, hue)
        return theme.ink(hue) if solid else theme.color("muted" if self._thread.done else "text")

    def _hatch(self, painter: QPainter, area: QRectF, hue: QColor) -> None:
        """Hatched along the edges, so that the words keep a calm ground."""
        painter.save()
        painter.setClipRect(area.adjusted(3, 3, -3, -3))
        painter.setPen(QPen(hue, self._theme.px(2)))
        step, wide = self._theme.px(9), self._theme.px(26)
        for side in (QRectF(area.left(), area.top(), wide, area.height()), area.adjusted(area.width() - wide, 0, 0, 0)):
            painter.setClipRect(side.adjusted(3, 3, -3, -3))
            x = side.left() - area.height()
            while x < side.right():
                painter.drawLine(round(x), round(area.bottom()), round(x + area.height()), round(area.top()))
                x += step
        painter.restore()

    def _write(self, painter: QPainter, area: QRectF, text: str, pixels: float, ink: QColor, bold: bool = True) -> None:
        """One line in the middle, as large as it fits."""
        font = self._theme.font("big" if bold else "medium")
        font.setPixelSize(self._theme.px(pixels))
        room = area.width() - self._theme.px(16)
        while font.pixelSize() > 9 and QFontMetricsF(font).horizontalAdvance(text) > room:
            font.setPixelSize(font.pixelSize() - 1)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QRectF(area.left(), area.top(), area.width(), self._theme.px(pixels * 1.4)), _CENTER, text)
