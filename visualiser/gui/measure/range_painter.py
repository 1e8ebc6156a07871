"""Paints the selected range: what is beside it steps back, its edges are lines, its length stands in the ruler."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.painter import RULER
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.ruler import duration_text
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.track import NS

_BACK = 150  # of 255: how much of what is beside the range the ground covers
_ROLE = "title"  # large, so that the back row reads it


class RangePainter:
    """An overlay that paints the view's selection."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._words: tuple[Theme, Labels] | None = None

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint it over the lanes."""
        selection, theme = self._view.selection, self._view.theme
        if selection is None:
            return
        left, right = (round(x) for x in picture.spans_x(*selection))
        top = rect.top() + picture.layout.top
        self._step_back(painter, theme, QRect(rect.left(), top, rect.width(), rect.bottom() - top + 1), left, right)
        thick, foot = max(2, theme.px(2)), rect.bottom() - rect.top() + 1
        for x in (left, right):
            painter.fillRect(rect.left() + x - thick // 2, rect.top(), thick, foot, theme.color("accent"))
        self._length(painter, theme, QRect(rect.left(), rect.top(), rect.width(), theme.px(RULER)), left, right)

    def _step_back(self, painter: QPainter, theme: Theme, lanes: QRect, left: int, right: int) -> None:
        ground = theme.color("surface")
        ground.setAlpha(_BACK)
        before, after = min(max(left, 0), lanes.width()), min(max(right, 0), lanes.width())
        painter.fillRect(QRect(lanes.left(), lanes.top(), before, lanes.height()), ground)
        painter.fillRect(QRect(lanes.left() + after, lanes.top(), lanes.width() - after, lanes.height()), ground)

    def _length(self, painter: QPainter, theme: Theme, ruler: QRect, left: int, right: int) -> None:
        """A bar over the range, with the length in it, or beside its middle where it is too narrow."""
        begin, stop = (min(max(x, 0), ruler.width()) for x in (left, right))
        if right < 0 or left >= ruler.width():
            return
        bar = QRect(ruler.left() + begin, ruler.top() + 2, max(stop - begin, 2), ruler.height() - 4)
        painter.fillRect(bar, theme.color("accent"))
        selection = self._view.selection or (0, 0)
        text = duration_text((selection[1] - selection[0]) / NS)
        word = self._labels(theme).word(text, theme.color("on_accent"), theme.color("accent"), 10_000)
        if word is None:
            return
        size = word.deviceIndependentSize().toSize()
        x = min(max(bar.center().x() - size.width() // 2, ruler.left()), ruler.right() - size.width())
        painter.drawPixmap(x, ruler.top() + (ruler.height() - size.height()) // 2, word)

    def _labels(self, theme: Theme) -> Labels:
        if self._words is None or self._words[0] is not theme:
            self._words = theme, Labels(theme.font(_ROLE))
        return self._words[1]
