"""The names left of the strip's lanes, with what each thread wrote and how much of it was lost."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.account.strip_layout import RULER, StripLane
from visualiser.gui.account.strip_view import StripView
from visualiser.gui.numbers import number_text
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import lane_color

_WIDTH = 178  # at scale 1
_TWO_LINES = 36  # least height of a lane that has room for both lines
_LEFT = 17


class Names(QWidget):
    """Paints beside ``view``."""

    def __init__(self, theme: Theme, view: StripView) -> None:
        super().__init__()
        self._view = view
        self.setAccessibleName("Threads")
        self.set_theme(theme)
        view.laid_out.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.setFixedWidth(theme.px(_WIDTH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names of all lanes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._theme.px(RULER)
        painter.setClipRect(QRect(0, top, self.width(), self.height() - top))
        for box in self._view.boxes:
            self._lane(painter, box)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the lanes."""
        self._view.scroll_lanes(self._view.scrolled - event.angleDelta().y() // 3)

    def _lane(self, painter: QPainter, box: StripLane) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(lane_color(theme, box.hue))
        bar = QRectF(theme.px(4), box.top + box.height * 0.2, theme.px(5), box.height * 0.6)
        painter.drawRoundedRect(bar, theme.px(2), theme.px(2))
        room = QRect(theme.px(_LEFT), box.top, self.width() - theme.px(_LEFT + 4), box.height)
        if box.height < theme.px(_TWO_LINES):
            self._text(painter, room, box.lane.name, "strong", "text")
            return
        half = box.height // 2
        self._text(
            painter, room.adjusted(0, 0, 0, -half), box.lane.name, "strong", "text", Qt.AlignmentFlag.AlignBottom
        )
        self._text(painter, room.adjusted(0, half, 0, 0), words_of(box), "caption", "muted", Qt.AlignmentFlag.AlignTop)

    def _text(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        role: str,
        token: str,
        where: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    ) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, where | Qt.AlignmentFlag.AlignLeft, shown)


def words_of(box: StripLane) -> str:
    """``1 000 writes, 320 lost``."""
    return f"{number_text(len(box.lane))} writes, {number_text(box.lane.lost)} lost"
