"""Searches a run between two frames: a few milliseconds at a time, given up when something else is wanted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.trace.names import Names
from visualiser.trace.search import Longest, Wanted, in_pieces
from visualiser.trace.track import Track

_SLICE_S = 0.006  # how long the window may stand still for it


class SpanSearch(QObject):
    """One search at a time.

    Attributes:
        cost_s: how long the last one worked, its waiting apart.
    """

    found = Signal(object)  # list of Hit, the longest first; once, when all has been looked at

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cost_s = 0.0
        self._pieces: Iterator[Longest] | None = None
        self._latest = Longest(0)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._pieces is not None

    def start(self, tracks: Sequence[Track], names: Names, wanted: Wanted) -> None:
        """Search these; what was under way is given up."""
        self._pieces, self.cost_s = in_pieces(tracks, names, wanted), 0.0
        self._timer.start()

    def cancel(self) -> None:
        """Give up; nothing will be found."""
        self._pieces = None
        self._timer.stop()

    def _go_on(self) -> None:
        begin = time.perf_counter()
        while self._pieces is not None and time.perf_counter() - begin < _SLICE_S:
            following = next(self._pieces, None)
            if following is None:
                self.cancel()
            else:
                self._latest = following
        self.cost_s += time.perf_counter() - begin
        if self._pieces is None:
            self.found.emit(self._latest.hits)
