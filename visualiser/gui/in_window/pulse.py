"""The window's own heartbeat: when it was ready for a frame, and when it had nothing to do."""

from __future__ import annotations

import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer

from visualiser.window_lab import WindowLab

FRAME_MS = 16


class Pulse(QObject):
    """Tells the lab of every frame and every pause of the thread that paints, which makes and ends it."""

    def __init__(self, lab: WindowLab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._last = time.perf_counter_ns()
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._on_frame)
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        self._dispatcher = dispatcher
        self._dispatcher.aboutToBlock.connect(lab.blocks)
        self._dispatcher.awake.connect(lab.awake)
        self._frames.start()

    def end(self) -> None:
        """No more of it."""
        if not self._frames.isActive():
            return
        self._frames.stop()
        self._dispatcher.aboutToBlock.disconnect(self._lab.blocks)
        self._dispatcher.awake.disconnect(self._lab.awake)
        self._lab.end_window()

    def _on_frame(self) -> None:
        now = time.perf_counter_ns()
        self._lab.frame(now - self._last)
        self._last = now
