"""Stacked bars of states, in the forms and hues of the timeline, as the heading of a table's rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from visualiser.gui.measure.measure_model import MeasureModel
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.picture import lane_color
from visualiser.gui.timeline.strips import Ink, StripPainter, draw
from visualiser.trace.measure import Sums
from visualiser.trace.most import Columns
from visualiser.trace.row import empty_row

ROW = 36  # height of a row, at scale 1
_BAR = 13
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def stacked(sums: Sums, length: int, width: int) -> Columns:
    """The state of each of ``width`` columns that stand for a stretch of ``length`` ns; NONE where it did not live.

    Every state that occurs has a column at least, as long as there are enough.
    """
    columns = np.zeros(width, np.uint8)
    whole = length * sums.lanes
    times = sorted((state, time) for state, time in sums.times.items() if time > 0)
    if not whole or not times or width < len(times):
        return columns
    wide = _widths([time * width / whole for _, time in times], width)
    columns[: sum(wide)] = np.repeat(np.array([state for state, _ in times], np.uint8), wide)
    return columns


def _widths(shares: list[float], width: int) -> list[int]:
    """Whole columns of each share; the widest ones give what the narrow ones are given."""
    ends = np.round(np.cumsum(shares)).astype(int)
    wide = [max(1, each) for each in np.diff(ends, prepend=0).tolist()]
    while sum(wide) > width:
        wide[wide.index(max(wide))] -= 1
    return wide


class BarHeader(QHeaderView):
    """Names over bars; stays in view however far the table is scrolled to the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.hue_of: Callable[[int], int | None] = lambda _row: None
        self._strips: dict[int | None, StripPainter] = {}
        self._wide = 0
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setAccessibleName("Lanes")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self._strips.clear()
        self.setDefaultSectionSize(theme.px(ROW))
        self.setMinimumSectionSize(theme.px(ROW))
        self.viewport().update()

    def set_wide(self, pixels: int) -> None:
        """Take so much of the table's width."""
        if pixels != self._wide:
            self._wide = pixels
            self.setFixedWidth(pixels)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as it was told."""
        return QSize(self._wide, super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one lane's name and bar."""
        model = self.model()
        if not isinstance(model, MeasureModel) or section >= model.rowCount():
            return
        theme, row = self._theme, model.measurement.rows[section]
        painter.save()
        painter.fillRect(rect, theme.color("raised" if row.track is None else "surface"))
        hue = self.hue_of(section)
        inside = rect.adjusted(theme.px(10), theme.px(2), -theme.px(8), -theme.px(4))
        painter.fillRect(rect.left() + theme.px(2), inside.top(), theme.px(4), inside.height(), lane_color(theme, hue))
        font = theme.font("strong")
        name = QRect(inside.left(), inside.top(), inside.width(), inside.height() - theme.px(_BAR))
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        shown = QFontMetrics(font).elidedText(row.name, Qt.TextElideMode.ElideMiddle, name.width())
        painter.drawText(name, _LEFT, shown)
        bar = QRect(inside.left(), inside.bottom() + 1 - theme.px(_BAR), inside.width(), theme.px(_BAR))
        painter.fillRect(bar, theme.color("lane"))
        if row.sums is not None:
            self._bar(painter, bar, hue, stacked(row.sums, model.measurement.length, bar.width()))
        painter.setPen(theme.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _bar(self, painter: QPainter, bar: QRect, hue: int | None, main: Columns) -> None:
        if not len(main):
            return
        row = empty_row(len(main))
        row.main[:] = main
        draw(painter, bar, self._strip(hue, bar.height()).pixels(row, 0))

    def _strip(self, hue: int | None, height: int) -> StripPainter:
        theme = self._theme
        key = hue if hue is None else hue % len(theme.tokens["lanes"])
        if key not in self._strips:
            ink = Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))
            self._strips[key] = StripPainter(ink, height, max(1, round(theme.scale)))
        return self._strips[key]
