"""A pyqtgraph view whose only axis is time: wheel and drag zoom and pan, several views share one axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from visualiser.trace.time_scale import TimeScale

SHORTEST_S = 20e-6  # the closest zoom
LONGEST_S = 1e6


class Tool(Protocol):
    """Something that takes a drag of the mouse before it pans the view; places are in pixels of the view."""

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """A button went down; True takes what follows up to its release."""

    def drag(self, at: QPointF) -> None:
        """The mouse moved with the button down."""

    def release(self, at: QPointF) -> None:
        """The button went up."""


class TimeView(pg.GraphicsView):  # type: ignore[misc]
    """Shows ``begin`` … ``end`` seconds since the run's start; subclasses paint."""

    moved = Signal()  # the user panned or zoomed
    clicked = Signal(QPointF)
    hovered = Signal(QPointF)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.disableAutoRange()
        self.box.setLimits(minXRange=SHORTEST_S, maxXRange=LONGEST_S)
        self.setCentralItem(self.box)
        self._item = _PixelItem(self)
        self.box.sigRangeChangedManually.connect(lambda _: self.moved.emit())
        self.scene().sigMouseClicked.connect(self._on_click)
        self.scene().sigMouseMoved.connect(self.hovered.emit)
        self.setMouseTracking(True)
        self.tools: list[Tool] = []
        self._tool: Tool | None = None  # the one that has the mouse

    @property
    def visible_s(self) -> tuple[float, float]:
        """Visible seconds since the run's start."""
        (begin, end), _ = self.box.viewRange()
        return float(begin), float(end)

    def show_range(self, begin: float, end: float) -> None:
        """Show that stretch of seconds."""
        self.box.setXRange(begin, max(end, begin + SHORTEST_S), padding=0)

    def zoom(self, factor: float, at: float = 0.5) -> None:
        """Show ``factor`` times as much; what is at the share ``at`` of the width stays there."""
        begin, end = self.visible_s
        span = min(max((end - begin) * factor, SHORTEST_S), LONGEST_S)
        anchor = begin + (end - begin) * at
        self.show_range(anchor - span * at, anchor + span * (1 - at))
        self.moved.emit()

    def pan(self, share: float) -> None:
        """Move by a share of the width, to the right if positive."""
        begin, end = self.visible_s
        self.show_range(begin + (end - begin) * share, end + (end - begin) * share)
        self.moved.emit()

    def share(self, x: float) -> float:
        """A horizontal place of this widget as a share of the width."""
        return min(max((x - self.area.left()) / max(1, self.area.width()), 0.0), 1.0)

    def mouse_share(self) -> float:
        """Where the mouse is, as a share of the width; the middle if it is elsewhere."""
        at = self.mapFromGlobal(self.cursor().pos())
        return self.share(at.x()) if self.rect().contains(at) else 0.5

    def time_scale(self, start_ns: int) -> TimeScale:
        """The pixel columns of what is visible."""
        return TimeScale.of_view(start_ns, *self.visible_s, width=max(1, self.area.width()))

    @property
    def area(self) -> QRect:
        """The painted rectangle, in pixels of this widget."""
        return QRectF(self.box.sceneBoundingRect()).toRect()

    def repaint_item(self) -> None:
        """Paint again soon."""
        self._item.update()

    def paint_area(self, painter: QPainter, rect: QRect) -> None:
        """To be overridden: paint what is visible."""
        raise NotImplementedError

    def close(self) -> bool:
        """Close as any widget does; pyqtgraph's own close clears the scene and crashes on items it did not add."""
        return QWidget.close(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Offer the drag to the tools; what none of them takes pans."""
        self._tool = next((tool for tool in self.tools if tool.press(event.position(), event)), None)
        if self._tool is None:
            super().mousePressEvent(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag."""
        if self._tool is None:
            super().mouseMoveEvent(event)
        else:
            self._tool.drag(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        tool, self._tool = self._tool, None
        if tool is None:
            super().mouseReleaseEvent(event)
        else:
            tool.release(event.position())

    def leaveEvent(self, event: object) -> None:
        """Tell that the mouse is elsewhere."""
        self.left.emit()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep the pixel grid in step with the size."""
        super().resizeEvent(event)
        if hasattr(self, "_item"):
            self._item.follow_size()

    def _on_click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(event.scenePos())


def alarm(parent: QWidget, milliseconds: int, ring: Callable[[], None]) -> QTimer:
    """Rings once, so long after its last start."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(ring)
    return timer


class _PixelItem(pg.GraphicsObject):  # type: ignore[misc]
    """Paints in pixels straight under the view box.

    In the box's own coordinates, seconds, a bounding rectangle overflows int32 device pixels when zoomed in, and Qt
    then leaves the item out without a word.
    """

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self._view = view
        self.setParentItem(view.box)
        view.box.sigXRangeChanged.connect(lambda *_: self.update())

    def follow_size(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self._view.box.rect())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.save()
        painter.resetTransform()
        self._view.paint_area(painter, self._view.area)
        painter.restore()
