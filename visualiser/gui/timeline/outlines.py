"""Outlines what the user hovers, has selected, or is being shown."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import GAP, Picture, Shown, bar_of


class OutlinePainter:
    """Paints outlines in one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(self, painter: QPainter, rect: QRect, picture: Picture) -> None:
        """Paint over everything else."""
        for chosen, token in ((picture.hovered, "muted"), (picture.selected, "accent")):
            if chosen is not None:
                track, span = chosen
                place = self._place(rect, picture, Shown(track, span.start, span.end))
                self._outline(painter, place, token, 2, 1)
        if picture.shown is not None:
            self._outline(painter, self._place(rect, picture, picture.shown), "accent", 3, 4)

    def _outline(self, painter: QPainter, place: QRectF | None, token: str, width: float, away: float) -> None:
        if place is None:
            return
        painter.setPen(QPen(self._theme.color(token), self._theme.px(width)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(-away, -away - 1, away, away + 1))

    def _place(self, rect: QRect, picture: Picture, shown: Shown) -> QRectF | None:
        """Where that stretch lies: on its lane, on its counter's lane, or across all of them."""
        left, right = picture.spans_x(shown.start, shown.end)
        upright = self._upright(rect, picture, shown)
        if upright is None or right < left:
            return None
        return QRectF(rect.left() + left, upright[0], max(right - left, 2), upright[1])

    def _upright(self, rect: QRect, picture: Picture, shown: Shown) -> tuple[int, int] | None:
        """Top and height."""
        if shown.flow is not None:
            return None  # its arrow is drawn so that it stands out
        if shown.track is not None:
            box = picture.layout.box_of(shown.track)
            bar = bar_of(self._theme, rect, box) if box else None
            return (bar.top(), bar.height()) if bar else None
        if shown.counter is not None:
            gap = self._theme.px(GAP)
            boxes = (box for box in picture.layout.counters if box.counter is shown.counter)
            return next(((rect.top() + box.top + gap, box.height - 2 * gap) for box in boxes), None)
        top = picture.layout.top + self._theme.px(GAP)
        return rect.top() + top, rect.height() - top - 2 * self._theme.px(GAP)
