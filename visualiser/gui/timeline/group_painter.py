"""Paints the headers of groups over time: of a folded one, how many of its threads run."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.groups import Group
from visualiser.gui.timeline.lane_layout import HeaderBox
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.strips import Pixels, draw, mix
from visualiser.trace.running_share import WHOLE, RunningShare, ShareCache, Shares

_EDGE = 3  # above and below the strip, at scale 1
_READY = 0.45  # ink of what may run: the source cannot tell


class GroupPainter:
    """Paints headers in one theme; keeps what it has counted between frames."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._shares: dict[str, ShareCache] = {}

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self._shares.clear()

    def paint(self, painter: QPainter, rect: QRect, picture: Picture, header: HeaderBox) -> None:
        """Paint one header."""
        place = QRect(rect.left(), rect.top() + header.top, rect.width(), header.height)
        painter.fillRect(place, self._theme.color("raised"))
        if header.folded:
            strip = strip_of(self._theme, place)
            share = self.share(picture, header.group)
            draw(painter, strip, self._pixels(share, len(header.group.threads), strip.height()))
        painter.setPen(self._theme.color("border"))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        if picture.group == header.group.key:
            painter.setPen(QPen(self._theme.color("accent"), self._theme.px(2)))
            painter.drawLine(place.topLeft(), place.topRight())
            painter.drawLine(place.bottomLeft(), place.bottomRight())

    def share(self, picture: Picture, group: Group) -> RunningShare:
        """How many of a group's threads run in each column; tasks run on a thread that is counted already."""
        lanes = [track.lane for track in group.threads]
        cache = self._shares.setdefault(group.key, ShareCache())
        return cache.share(lanes, picture.scale, picture.run.now_ns, picture.only)

    def _pixels(self, share: RunningShare, threads: int, height: int) -> Pixels:
        """The strip as an area: full where every thread of the group runs."""
        theme = self._theme
        ground, ink = theme.color("lane"), theme.color("text")
        run = _filled(share.run, threads, height)
        both = _filled(share.run + share.ready, threads, height)
        level = np.arange(height, 0, -1)[:, None]
        pixels = np.full((height, len(run)), _rgb(ground), np.uint32)
        pixels[level <= both[None, :]] = _rgb(mix(ink, ground, _READY))
        pixels[level <= run[None, :]] = _rgb(ink)
        return pixels


def strip_of(theme: Theme, header: QRect) -> QRect:
    """Where in a folded header's place its strip goes."""
    edge = theme.px(_EDGE)
    return header.adjusted(0, edge, 0, -edge - 1)


def _filled(share: Shares, threads: int, height: int) -> Shares:
    """Pixels of the height that are filled in each column: at least one where anything runs at all."""
    filled: Shares = np.ceil(share * (height / (WHOLE * max(threads, 1)))).astype(np.int64)
    return filled


def _rgb(color: QColor) -> int:
    return color.rgb() & 0xFFFFFFFF
