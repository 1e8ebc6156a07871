"""Folds groups of lanes: by a click on a header, by keys on the header that is chosen, all at once from the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

if TYPE_CHECKING:
    from visualiser.gui.timeline.lane_layout import HeaderBox
    from visualiser.gui.timeline.view import TimelineView

_Key = Qt.Key


class Folding:
    """What hands can do with the groups of one view."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view

    def choose(self, by: int) -> None:
        """Choose the group above or below for the keys, and bring its header into view."""
        header = self._view.arrangement.choose(by, self._view.layout_of_lanes)
        if header is not None:
            self._view.scroll_to(header)
            self._changed()

    def press(self, key: Qt.Key) -> bool:
        """Left folds the chosen group, Right unfolds it, Return does the other one, Escape lets it go."""
        grouping = self._view.arrangement.grouping
        chosen = grouping.chosen
        if chosen is None or chosen not in self._view.arrangement.groups:
            return False
        if key == _Key.Key_Escape:
            grouping.chosen = None
            self._changed()
        elif key in (_Key.Key_Left, _Key.Key_Right):
            self.fold([chosen], key == _Key.Key_Left)
        elif key in (_Key.Key_Return, _Key.Key_Enter):
            self.fold([chosen], chosen not in grouping.folded)
        else:
            return False
        return True

    def click(self, at: QPointF) -> bool:
        """Choose the header under a point of the view; whether there is one."""
        layout = self._view.layout_of_lanes
        header = layout.header_at(at.y()) if at.y() >= layout.top else None
        grouping = self._view.arrangement.grouping
        grouping.chosen = header.group.key if header is not None else None
        self._changed()
        return header is not None

    def turn(self, header: HeaderBox) -> None:
        """Fold that group, or unfold it, and choose it."""
        self._view.arrangement.grouping.chosen = header.group.key
        self.fold([header.group.key], not header.folded)

    def fold(self, keys: list[str], on: bool) -> None:
        """Fold groups by their keys, or unfold them."""
        self._view.arrangement.grouping.fold(keys, on)
        self._changed()

    def fold_all(self, on: bool) -> None:
        """Fold every group, or unfold them all."""
        self.fold(list(self._view.arrangement.groups), on)

    def group(self, on: bool | None) -> None:
        """Group lanes by process, or do not, or (None) where it helps."""
        self._view.arrangement.grouping.want(on)
        self._changed()

    @property
    def grouped(self) -> bool:
        """Whether any lanes have a header now."""
        return bool(self._view.arrangement.groups)

    def _changed(self) -> None:
        self._view.refresh()
        self._view.laid_out.emit()
