"""A real timeline panel on screen, and where on it things are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from visualiser.gui.assets import load_fonts
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.panel import TimelinePanel
from visualiser.trace.run import Run


def open_panel(qtbot) -> TimelinePanel:
    load_fonts()
    panel = TimelinePanel(load_theme("dark"))
    qtbot.addWidget(panel)
    panel.resize(900, 420)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def shown(panel: TimelinePanel, run: Run) -> TimelinePanel:
    panel.set_run(run)
    panel.set_follow(False)
    panel.view.show_range(0.0, 1.0)
    QApplication.processEvents()
    return panel


def pixel(panel: TimelinePanel, lane: int, when_s: float, share: float = 0.2) -> QColor:
    """Colour of a lane's bar at a time; ``share`` of its height from the top."""
    image: QImage = panel.view.grab().toImage()
    return image.pixelColor(spot(panel, lane, when_s, share))


def spot(panel: TimelinePanel, lane: int, when_s: float, share: float = 0.2) -> QPoint:
    box = panel.view.layout_of_lanes.boxes[lane]
    run = panel.view.run
    x = panel.view.time_scale(run.start_ns).x(run.start_ns + int(when_s * 1e9))
    return QPoint(panel.view.area.left() + int(x), box.top + 6 + int((box.height - 14) * share))


def move_mouse(widget, to: QPoint) -> None:
    """The event itself: on a screen without a window manager the pointer may lie over another window."""
    place = QPointF(to)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, widget.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def hovered(panel: TimelinePanel, at: QPoint, qtbot) -> str:
    """What is told with the mouse there; pyqtgraph leaves out moves that follow each other too fast."""
    said: list[str] = []
    panel.hovered.connect(said.append)

    def move() -> bool:
        move_mouse(panel.view.viewport(), at)
        return bool(said)

    qtbot.waitUntil(move)
    return said[-1]
