"""Controls painted by the theme where a style sheet would need picture files: combo box, check box, slider."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QSlider, QStyle, QStyleOptionButton


class Chooser(QComboBox):
    """A combo box with an arrow in the theme's colour."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then its arrow."""
        super().paintEvent(event)
        half = self.fontMetrics().height() / 4
        middle = QPointF(self.width() - half * 3.4, self.height() / 2)
        painter = _painter(self)
        painter.setPen(_pen(self.palette(), QPalette.ColorRole.PlaceholderText, half / 2.4))
        painter.drawPolyline([middle + QPointF(x * half, y * half / 2) for x, y in ((-1, -1), (0, 1), (1, -1))])
        painter.end()


class TickBox(QCheckBox):
    """A check box that tells by a tick, not by its colour alone, that it is on."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then its tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = QRectF(self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self))
        step = box.width() / 4
        painter = _painter(self)
        painter.setPen(_pen(self.palette(), QPalette.ColorRole.HighlightedText, step / 2))
        tick = ((-1.0, 0.05), (-0.3, 0.8), (1.05, -0.75))
        painter.drawPolyline([box.center() + QPointF(x * step, y * step) for x, y in tick])
        painter.end()


class RoundSlider(QSlider):
    """A horizontal slider with a round handle at any scale; a click on the groove goes there."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """As high as a line of text."""
        return QSize(self.fontMetrics().height() * 5, round(self.fontMetrics().height() * 1.3))

    def minimumSizeHint(self) -> QSize:
        """Enough to be turned."""
        return QSize(self.fontMetrics().height() * 3, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groove, the part that is filled, and the handle."""
        painter = _painter(self)
        radius, middle, x = self._radius(), self.height() / 2, self._x_of(self.value())
        thick = max(3.0, radius * 0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().mid())
        painter.drawRoundedRect(QRectF(0, middle - thick / 2, self.width(), thick), thick / 2, thick / 2)
        painter.setBrush(self.palette().highlight())
        painter.drawRoundedRect(QRectF(0, middle - thick / 2, x, thick), thick / 2, thick / 2)
        if self.hasFocus():
            painter.setPen(_pen(self.palette(), QPalette.ColorRole.Text, radius / 4))
        painter.drawEllipse(QPointF(x, middle), radius, radius)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the button was pressed."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while its button is down."""
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay."""
        self.setSliderDown(False)

    def _radius(self) -> float:
        return self.fontMetrics().height() * 0.44

    def _x_of(self, value: int) -> float:
        share = (value - self.minimum()) / max(1, self.maximum() - self.minimum())
        return self._radius() + 1 + share * (self.width() - 2 * self._radius() - 2)

    def _value_at(self, x: float) -> int:
        share = (x - self._radius() - 1) / max(1.0, self.width() - 2 * self._radius() - 2)
        return round(self.minimum() + min(1.0, max(0.0, share)) * (self.maximum() - self.minimum()))


def _painter(widget: QComboBox | QCheckBox | QSlider) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def _pen(palette: QPalette, role: QPalette.ColorRole, width: float) -> QPen:
    pen = QPen(palette.color(role), max(1.4, width))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
