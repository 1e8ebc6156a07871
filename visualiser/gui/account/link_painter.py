"""Paints what belongs to a write that is pointed at: the write it read, and the write that destroyed it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from visualiser.gui.account.strip_layout import StripLane, View
from visualiser.gui.numbers import number_text
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import Labels

_HEAD = 10  # length of an arrow's head
_FAR = 4000  # pixels beyond the view at which lines are cut off
_TINT = 0.16


class LinkPainter:
    """Paints in one theme: a dashed arrow from what was read, a solid one to what destroyed it."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._words = Labels(theme.font("tag"))

    def paint_behind(self, painter: QPainter, rect: QRect, view: View) -> None:
        """Tint what a write that destroyed others has undone: all that was written between its read and itself."""
        versions, account = view.strip.account.versions, view.strip.account
        for number in view.focus[:1]:
            if account.destroyed[number]:
                left, right = (self._x(rect, view, int(when[number])) for when in (versions.read, versions.write))
                tint = QColor(self._theme.color("warn"))
                tint.setAlphaF(_TINT)
                painter.fillRect(QRectF(left, rect.top(), max(2.0, right - left), rect.height()), tint)

    def paint(self, painter: QPainter, rect: QRect, view: View) -> None:
        """Paint boxes and arrows over the lanes."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in view.focus:
            self._of_write(painter, rect, view, number)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _of_write(self, painter: QPainter, rect: QRect, view: View, number: int) -> None:
        account = view.strip.account
        parent, destroyer = int(account.versions.parent[number]), int(account.destroyer[number])
        text, warn = self._theme.color("text"), self._theme.color("warn")
        begin, _ = self._ends(rect, view, number)
        if parent and begin is not None:
            _, came = self._ends(rect, view, parent)
            if came is not None:
                self._arrow(painter, came, begin, text, Qt.PenStyle.DashLine)
        _, written = self._ends(rect, view, number)
        if destroyer:
            _, end = self._ends(rect, view, destroyer)
            self._frame(painter, rect, view, destroyer, warn, "destroys it")
            if written is not None and end is not None:
                self._arrow(painter, written, end, warn, Qt.PenStyle.SolidLine)
        destroyed = number_text(int(account.destroyed[number]))
        word = f"destroys {destroyed}" if account.destroyed[number] else "lost" if destroyer else "survived"
        self._frame(painter, rect, view, number, text, word)

    def _ends(self, rect: QRect, view: View, number: int) -> tuple[QPointF | None, QPointF | None]:
        """Where a write's reading and its writing are, if its lane is laid out."""
        box = view.box_of(number)
        if box is None:
            return None, None
        versions, middle = view.strip.account.versions, rect.top() + box.top + box.height / 2
        return (
            QPointF(self._x(rect, view, int(versions.read[number])), middle),
            QPointF(self._x(rect, view, int(versions.write[number])), middle),
        )

    def _x(self, rect: QRect, view: View, when: int) -> float:
        return rect.left() + min(max(view.scale.x(when), -_FAR), view.scale.width + _FAR)

    def _frame(self, painter: QPainter, rect: QRect, view: View, number: int, ink: QColor, word: str) -> None:
        """The box around a bar, with a word beside it where there is room."""
        box = view.box_of(number)
        left, right = self._ends(rect, view, number)
        if box is None or left is None or right is None:
            return
        place = QRectF(left.x(), rect.top() + box.top + 2, max(4.0, right.x() - left.x()), box.height - 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("lane"), self._theme.px(4)))
        painter.drawRect(place)
        painter.setPen(QPen(ink, self._theme.px(2)))
        painter.drawRect(place)
        self._say(painter, place, box, ink, word)

    def _say(self, painter: QPainter, place: QRectF, box: StripLane, ink: QColor, word: str) -> None:
        shown = self._words.word(word, ink, self._theme.color("surface"), 10_000)
        if shown is not None and box.height >= self._theme.px(18):
            painter.drawPixmap(QPointF(place.right() + self._theme.px(5), place.top()), shown)

    def _arrow(self, painter: QPainter, begin: QPointF, end: QPointF, ink: QColor, style: Qt.PenStyle) -> None:
        """An arch, so that it is seen on one lane too; with a halo that keeps it apart from the bars."""
        path = QPainterPath(begin)
        bend = self._theme.px(26) if abs(begin.y() - end.y()) < 1 else 0
        first = QPointF(begin.x() + (end.x() - begin.x()) * 0.2, begin.y() - bend)
        second = QPointF(end.x() - (end.x() - begin.x()) * 0.2, end.y() - bend)
        path.cubicTo(first, second, end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("lane"), self._theme.px(5)))
        painter.drawPath(path)
        painter.setPen(QPen(ink, self._theme.px(2), style))
        painter.drawPath(path)
        self._tip(painter, second if second != end else begin, end, ink)

    def _tip(self, painter: QPainter, before: QPointF, end: QPointF, ink: QColor) -> None:
        angle, head = math.atan2(end.y() - before.y(), end.x() - before.x()), self._theme.px(_HEAD)
        sides = [
            QPointF(end.x() + head * math.cos(angle + turn), end.y() + head * math.sin(angle + turn))
            for turn in (2.7, -2.7)
        ]
        painter.setPen(QPen(self._theme.color("lane"), 1))
        painter.setBrush(ink)
        painter.drawPolygon([end, *sides])
