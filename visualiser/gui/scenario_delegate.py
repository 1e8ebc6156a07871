"""Paints one row of the scenario list: a section's heading, or a numbered badge with title and subtitle."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from visualiser.gui.scenario_model import BADGE_ROLE, EDITED_ROLE, SCENARIO_ROLE
from visualiser.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class ScenarioDelegate(QStyledItemDelegate):
    """Draws rows in the theme; the selected one is told by a bar and a filled badge, not by colour alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Size at the theme's scale."""
        heading = index.data(SCENARIO_ROLE) is None
        first = index.row() == 0
        if heading:
            return QSize(self.theme.px(120), self.theme.px(24 if first else 32))
        return QSize(self.theme.px(120), self.theme.px(60))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        if index.data(SCENARIO_ROLE) is None:
            self._paint_heading(painter, area, str(index.data()))
        else:
            self._paint_scenario(painter, area, option, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, area: QRectF, text: str) -> None:
        painter.setFont(self.theme.font("tag"))
        painter.setPen(self.theme.color("faint"))
        line = area.adjusted(self.theme.px(14), 0, -self.theme.px(8), -self.theme.px(4))
        elided = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, elided)

    def _paint_scenario(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        card = area.adjusted(self.theme.px(6), 1, -self.theme.px(6), -1)
        self._paint_ground(painter, card, selected, state)
        self._paint_badge(painter, card, str(index.data(BADGE_ROLE)), selected)
        self._paint_words(painter, card, index, selected)

    def _paint_ground(self, painter: QPainter, card: QRectF, selected: bool, state: QStyle.StateFlag) -> None:
        radius = self.theme.px(8)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self.theme.color("selection" if selected else "hover"))
            painter.drawRoundedRect(card, radius, radius)
        if selected:
            painter.setBrush(self.theme.color("accent"))
            bar = QRectF(card.left(), card.top() + radius, self.theme.px(3), card.height() - 2 * radius)
            painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)

    def _paint_badge(self, painter: QPainter, card: QRectF, number: str, selected: bool) -> None:
        radius = self.theme.px(12)
        center = QPointF(card.left() + self.theme.px(10) + radius, card.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("accent" if selected else "hover"))
        painter.drawEllipse(center, radius, radius)
        painter.setFont(self.theme.font("tag"))
        painter.setPen(self.theme.color("on_accent" if selected else "muted"))
        circle = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, number)

    def _paint_words(self, painter: QPainter, card: QRectF, index: Index, selected: bool) -> None:
        """Three lines: a long title takes two of them, the subtitle the rest; the tooltip has all of it."""
        scenario = index.data(SCENARIO_ROLE)
        area = card.adjusted(self.theme.px(42), self.theme.px(5), -self.theme.px(4), -self.theme.px(4))
        title = scenario.title + (" ●" if index.data(EDITED_ROLE) else "")
        used = self._lines(painter, area, title, "strong" if selected else "medium", "text", 2)
        top = used * QFontMetricsF(self.theme.font("medium")).lineSpacing()
        below = area.adjusted(0, top, 0, 0)
        self._lines(painter, below, scenario.subtitle or scenario.path.name, "caption", "muted", 3 - used)

    def _lines(self, painter: QPainter, area: QRectF, text: str, role: str, token: str, most: int) -> int:
        """Write ``text`` in at most that many lines; returns how many it took."""
        painter.setFont(self.theme.font(role))
        painter.setPen(self.theme.color(token))
        metrics = QFontMetricsF(painter.font())
        for number in range(most):
            last = number == most - 1
            line = text if last else _words_that_fit(text, metrics, area.width())
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(
                QPointF(area.left(), area.top() + number * metrics.lineSpacing() + metrics.ascent() + 1), shown
            )
            text = text[len(line) :].strip()
            if not text:
                return number + 1
        return most


def _words_that_fit(text: str, metrics: QFontMetricsF, width: float) -> str:
    """As many whole words from the start as fit into one line; at least a part of the first."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and metrics.horizontalAdvance(longer) > width:
            return line
        line = longer
    return line
