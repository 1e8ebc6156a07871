"""The kinds of arrows: what the legend calls them, and the line each is drawn with, so that none is told by colour."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt

from visualiser.trace.flows import FlowKind

_Line = Qt.PenStyle
WORDS = {
    FlowKind.PUT_GET: "put → get",
    FlowKind.SUBMIT_START: "submit → start",
    FlowKind.START_FIRST: "start → first line",
    FlowKind.RELEASE_ACQUIRE: "release → acquire",
}
STYLES = {
    FlowKind.PUT_GET: _Line.SolidLine,
    FlowKind.SUBMIT_START: _Line.DashLine,
    FlowKind.START_FIRST: _Line.DotLine,
    FlowKind.RELEASE_ACQUIRE: _Line.DashDotLine,
}


class ArrowsTold(NamedTuple):
    """Arrows of one kind in the last picture: how many were drawn, and how many were too many to draw."""

    kind: FlowKind
    drawn: int
    left_out: int

    @property
    def words(self) -> str:
        """What the legend says of them."""
        if not self.left_out:
            return WORDS[self.kind]
        number = f"{self.left_out:,}".replace(",", "\u202f")
        return f"{WORDS[self.kind]}: {number} in view, zoom in to see each"
