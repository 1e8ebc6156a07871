"""Carries frames from the GUI thread, which paints them, to the thread that encodes them."""

from __future__ import annotations

import queue
from collections.abc import Generator, Iterator

from PySide6.QtCore import QObject, QTimer

from visualiser.gui.jobs.job import Progress
from visualiser.host.film.film import FilmError

_AHEAD = 3  # frames that may wait
_LOOK_S = 0.1


class Feeder(QObject):
    """Paints one frame a turn of the event loop, as long as the encoder keeps up; ``stop`` when nobody wants more."""

    def __init__(self, frames: Generator[bytes, None, None], number: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frames = frames
        self._number = number
        self._queue: queue.Queue[bytes | Exception | None] = queue.Queue(_AHEAD)
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self._timer.start(0)

    def taken(self, progress: Progress) -> Iterator[bytes]:
        """The frames, in the encoder's thread; raises FilmError when it is cancelled or painting failed."""
        done = 0
        while True:
            if not progress(done / self._number) or self._stopped:
                raise FilmError("Cancelled.")
            try:
                frame = self._queue.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if frame is None:
                return
            if isinstance(frame, Exception):
                raise frame
            done += 1
            yield frame

    def stop(self) -> None:
        """Paint no more."""
        if not self._stopped:
            self._stopped = True
            self._timer.stop()
            self._frames.close()

    def _turn(self) -> None:
        if self._queue.full():
            self._timer.setInterval(5)  # the encoder is behind: leave it the core
            return
        self._timer.stop()  # painting may let others have a turn, and one frame is painted at a time
        frame = self._next()
        self._queue.put_nowait(frame)
        if isinstance(frame, bytes) and not self._stopped:
            self._timer.start(0)

    def _next(self) -> bytes | Exception | None:
        """A frame, None after the last, or what kept it from being painted."""
        try:
            return next(self._frames, None)
        except Exception as error:  # the film is lost, the window is not
            return error
