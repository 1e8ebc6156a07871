"""Small pictures of the instants on a lane: a tick where it prints, a sign of its own for what happens to a task."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLine, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import pixel_ratio
from visualiser.gui.timeline.picture import Picture
from visualiser.lab.layout import Kind
from visualiser.trace.track import Track

SIGNS = (Kind.SUBMIT, Kind.RECEIVED, Kind.SUCCEEDED, Kind.RETRIED, Kind.FAILED)  # the last is the most telling
MARK_WORDS = {
    Kind.SUBMIT: "submits",
    Kind.RECEIVED: "received",
    Kind.SUCCEEDED: "succeeded",
    Kind.RETRIED: "retried",
    Kind.FAILED: "failed",
}
_SIZE = 14  # of a sign, at scale 1
_TICK_ROOM = 6  # pixels a tick needs on average
_SIGN_ROOM = 14
_MOST = 20_000  # marks looked at where ticks are wanted; of more, every so many
_TOKENS = {Kind.SUCCEEDED: "ok", Kind.FAILED: "danger", Kind.RETRIED: "warn"}

Columns = npt.NDArray[np.int64]


class GlyphPainter:
    """Paints the marks of lanes in one theme; none of a kind where they would become a band."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._signs: dict[Kind, QPixmap] = {}
        self._seen = KindsSeen()

    def forget(self) -> None:
        """Another run."""
        self._seen = KindsSeen()

    def paint(self, painter: QPainter, bar: QRect, picture: Picture, track: Track) -> None:
        """Paint what is in view on top of the bar."""
        t = track.marks.t.view
        if not len(t):
            return
        first, stop = t.searchsorted(picture.scale.edges(0, picture.scale.width)[[0, -1]])
        if not picture.whole:  # half of a sign lies before its moment
            stop = min(stop, t.searchsorted(np.int64(picture.now_ns), "right"))
        if first >= stop:
            return
        seen, kinds = self._seen.of(track), track.marks.kind.view[first:stop]
        if Kind.PRINT in seen:
            some = slice(first, stop, (stop - first) // _MOST + 1)
            printed = t[some][track.marks.kind.view[some] == Kind.PRINT]
            self._ticks(painter, bar, _columns(picture, printed))
        for kind in SIGNS:
            if kind in seen:
                self._put(painter, bar, kind, _columns(picture, t[first:stop][kinds == kind]))

    def sign(self, kind: Kind) -> QPixmap:
        """The sign of that kind of mark."""
        if kind not in self._signs:
            self._signs[kind] = _draw(self._theme, kind)
        return self._signs[kind]

    @property
    def size(self) -> int:
        """Pixels of a sign."""
        return self._theme.px(_SIZE)

    def _ticks(self, painter: QPainter, bar: QRect, x: Columns) -> None:
        if len(x) > bar.width() // _TICK_ROOM:
            return
        painter.setPen(QPen(self._theme.color("text"), max(1, self._theme.px(1.5))))
        top, length = bar.top() - 1, self._theme.px(6)
        painter.drawLines([QLine(bar.left() + at, top, bar.left() + at, top + length) for at in x.tolist()])

    def _put(self, painter: QPainter, bar: QRect, kind: Kind, x: Columns) -> None:
        if len(x) > bar.width() // self._theme.px(_SIGN_ROOM):
            return
        sign, half = self.sign(kind), self.size // 2
        for at in x.tolist():
            painter.drawPixmap(bar.left() + at - half, bar.top() - self._theme.px(4), sign)


class KindsSeen:
    """Which kinds of marks each track of a run has; looks at every mark only once."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, frozenset[int]]] = {}

    def of(self, track: Track) -> frozenset[int]:
        """The kinds of marks on a track so far."""
        looked, seen = self._seen.get(track.id, (0, frozenset()))
        size = track.marks.kind.size
        if size > looked:
            seen |= frozenset(np.unique(track.marks.kind.view[looked:size]).tolist())
            self._seen[track.id] = size, seen
        return seen


def _columns(picture: Picture, t: Columns) -> Columns:
    """The columns in which those moments lie, each once."""
    scale = picture.scale
    return np.unique(((t - scale.start) / scale.step).astype(np.int64) - scale.first)


def _draw(theme: Theme, kind: Kind) -> QPixmap:
    """A sign on a disc of the ground's colour, so that it is seen on every hue."""
    size, ratio = theme.px(_SIZE), pixel_ratio()
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 12, size / 12)
    ink = theme.color(_TOKENS.get(kind, "text"))
    painter.setPen(QPen(theme.color("outline"), 0.8))
    painter.setBrush(theme.color("surface"))
    painter.drawEllipse(QRectF(0.5, 0.5, 11, 11))
    _SHAPES[kind](painter, ink)
    painter.end()
    return pixmap


def _stroke(painter: QPainter, ink: QColor, *points: tuple[float, float]) -> None:
    painter.setPen(QPen(ink, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([QPointF(*point) for point in points])


def _filled(painter: QPainter, ink: QColor, *points: tuple[float, float]) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawPolygon([QPointF(*point) for point in points])


def _cross(painter: QPainter, ink: QColor) -> None:
    _stroke(painter, ink, (3.8, 3.8), (8.2, 8.2))
    _stroke(painter, ink, (8.2, 3.8), (3.8, 8.2))


def _turn(painter: QPainter, ink: QColor) -> None:
    """Three quarters of a circle with a head: once more."""
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    path.arcMoveTo(QRectF(3.4, 3.6, 5.2, 5.2), 60)
    path.arcTo(QRectF(3.4, 3.6, 5.2, 5.2), 60, 270)
    painter.drawPath(path)
    _filled(painter, ink, (6.6, 1.6), (10.2, 4.0), (6.4, 5.8))


_SHAPES: dict[Kind, Callable[[QPainter, QColor], None]] = {
    Kind.SUBMIT: lambda painter, ink: _filled(painter, ink, (4.2, 3.2), (9.2, 6.0), (4.2, 8.8)),
    Kind.RECEIVED: lambda painter, ink: _stroke(painter, ink, (3.2, 4.4), (6.0, 8.4), (8.8, 4.4), (3.2, 4.4)),
    Kind.SUCCEEDED: lambda painter, ink: _stroke(painter, ink, (3.2, 6.2), (5.2, 8.4), (8.8, 3.8)),
    Kind.RETRIED: _turn,
    Kind.FAILED: _cross,
}
