"""Draws who waits for whom: threads as boxes in their lane's hue, locks as hexagons, a deadlock as a thick ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.wait_places import Edge, Node, Places, Waiting, place

WAITS, HOLDS = "waits for", "held by"
_NODE_HEIGHT = 26
_LINE = 34  # a node and the air around it
_LEAST_HEIGHT = 82
_WIDEST = 0.3  # of a node, in shares of the width
_CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Drawing:
    """All there is to draw.

    Attributes:
        words: what each node is called.
        hues: of the threads, by the number of their hue (None: the neutral one); locks have none.
        middle: stands in the ring of a deadlock.
    """

    waiting: Waiting = field(default_factory=Waiting)
    words: Mapping[Node, str] = field(default_factory=dict)
    hues: Mapping[Node, int | None] = field(default_factory=dict)
    middle: str = ""

    def told(self) -> str:
        """The same for those who cannot see it."""
        told = [f"{self.words[thread]} waits for {self.words[lock]}" for thread, lock in self.waiting.waits]
        told += [f"{self.words[lock]} is held by {self.words[thread]}" for lock, thread in self.waiting.holds]
        return ", ".join([self.middle, *told] if self.middle else told)


class WaitGraphView(QWidget):
    """Dashed arrows: waits for. Solid ones: held by."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.drawing = Drawing()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Who waits for which lock")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.setMinimumHeight(theme.px(_LEAST_HEIGHT))
        self.update()

    def show_drawing(self, drawing: Drawing) -> None:
        """Draw another one."""
        if drawing != self.drawing:
            self.drawing = drawing
            self.setAccessibleDescription(drawing.told())
            self.update()

    def sizeHint(self) -> QSize:
        """Enough for a ring of two."""
        return QSize(self._theme.px(240), self._theme.px(_LEAST_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Arrows first, nodes over them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        waiting = self.drawing.waiting
        places = place(waiting, max(1, self.height() // self._theme.px(_LINE)))
        rooms = {node: self._room(node, at) for node, at in places.items()}
        ring = waiting.ring()
        for edges, dashed in ((waiting.waits, True), (waiting.holds, False)):
            for edge in edges:
                if edge[0] in rooms and edge[1] in rooms:
                    self._arrow(painter, rooms, edge, dashed, _in_ring(ring, edge))
        for node, room in rooms.items():
            self._node(painter, node, room, node in ring)
        self._words(painter, places)
        painter.end()

    def _room(self, node: Node, at: tuple[float, float]) -> QRectF:
        """Where a node is painted: wholly inside, with room for a thick edge."""
        height, edge = self._theme.px(_NODE_HEIGHT), self._theme.px(3)
        text = QFontMetricsF(self._theme.font("strong")).horizontalAdvance(self.drawing.words[node])
        width = min(text + self._theme.px(32), self.width() * _WIDEST)
        inside = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        x = inside.left() + at[0] * (inside.width() - width)
        y = inside.top() + at[1] * (inside.height() - height)
        return QRectF(x, y, width, height)

    def _node(self, painter: QPainter, node: Node, room: QRectF, thick: bool) -> None:
        theme = self._theme
        is_thread = node in self.drawing.hues
        fill = self._hue(node) if is_thread else theme.color("raised")
        painter.setPen(QPen(theme.color("warn" if thick else "outline"), theme.px(3) if thick else theme.px(1)))
        painter.setBrush(fill)
        if is_thread:
            painter.drawRoundedRect(room, theme.px(7), theme.px(7))
        else:
            painter.drawPolygon(_hexagon(room))
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.ink(fill))
        inner = room.adjusted(theme.px(8), 0, -theme.px(8), 0)
        words = QFontMetricsF(painter.font()).elidedText(
            self.drawing.words[node], Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, _CENTER, words)

    def _hue(self, node: Node) -> QColor:
        hue = self.drawing.hues[node]
        return self._theme.color("outline") if hue is None else self._theme.lane(hue)

    def _arrow(self, painter: QPainter, rooms: Mapping[Node, QRectF], edge: Edge, dashed: bool, thick: bool) -> None:
        theme = self._theme
        first, last = rooms[edge[0]], rooms[edge[1]]
        start, end = _leaving(first, last.center()), _leaving(last, first.center())
        color, size = theme.color("warn" if thick else "muted"), theme.px(11 if thick else 8)
        pen = QPen(color, theme.px(3) if thick else max(1.0, theme.scale))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.drawLine(start, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(_head(start, end, size))
        middle = (start + end) / 2
        aside = 0 if not thick else 1 if middle.y() > self.height() / 2 else -1
        self._label(painter, middle, WAITS if dashed else HOLDS, aside, last if dashed else first)

    def _label(self, painter: QPainter, at: QPointF, words: str, aside: int, lock: QRectF) -> None:
        """On the arrow, with the card's colour behind it.

        With a ring, which may be flat, it stands outside (``aside`` -1: above, 1: below) and clear of the lock.
        """
        painter.setFont(self._theme.font("tag"))
        metrics = QFontMetricsF(painter.font())
        room = QRectF(0, 0, metrics.horizontalAdvance(words) + self._theme.px(8), metrics.height())
        room.moveCenter(at + QPointF(0, aside * 0.9 * metrics.height()))
        if aside and room.intersects(lock):
            overlap = room.right() - lock.left() if at.x() < lock.center().x() else room.left() - lock.right()
            room.translate(-overlap, 0)
        painter.fillRect(room, self._theme.color("surface"))
        painter.setPen(self._theme.color("text"))
        painter.drawText(room, _CENTER, words)

    def _words(self, painter: QPainter, places: Places) -> None:
        """What stands in the middle of a ring, and how many more there are."""
        painter.setPen(self._theme.color("warn"))
        fonts = [self._theme.font(role) for role in ("strong", "tag")]
        room = self.width() * (1 - 2 * _WIDEST)
        fits = QFontMetricsF(fonts[0]).horizontalAdvance(self.drawing.middle) <= room
        painter.setFont(fonts[0] if fits else fonts[1])
        painter.drawText(self.rect(), _CENTER, self.drawing.middle)
        more = self.drawing.waiting.left_out(places)
        if more:
            painter.setPen(self._theme.color("muted"))
            painter.setFont(self._theme.font("small"))
            corner = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
            painter.drawText(self.rect(), corner, f"{more} more wait" if more > 1 else "1 more waits")


def _in_ring(ring: list[Node], edge: Edge) -> bool:
    return any((here, ring[(number + 1) % len(ring)]) == edge for number, here in enumerate(ring))


def _hexagon(room: QRectF) -> QPolygonF:
    point = room.height() / 2
    left, right, middle = room.left(), room.right(), room.center().y()
    corners = [(left, middle), (left + point, room.top()), (right - point, room.top())]
    corners += [(right, middle), (right - point, room.bottom()), (left + point, room.bottom())]
    return QPolygonF([QPointF(x, y) for x, y in corners])


def _leaving(room: QRectF, towards: QPointF) -> QPointF:
    """Where the line from the middle of a room to a point leaves the room."""
    way = towards - room.center()
    across = room.width() / 2 / abs(way.x()) if way.x() else 1.0
    down = room.height() / 2 / abs(way.y()) if way.y() else 1.0
    return room.center() + way * min(across, down, 1.0)


def _head(start: QPointF, end: QPointF, size: float) -> QPolygonF:
    """A triangle whose point is the end of an arrow."""
    way = end - start
    along = way / max(1e-6, (way.x() ** 2 + way.y() ** 2) ** 0.5)
    aside = QPointF(-along.y(), along.x())
    back = end - along * size
    return QPolygonF([end, back + aside * size * 0.45, back - aside * size * 0.45])
