"""Ctrl-C in the terminal and a polite kill close the window as its own button would: what runs is stopped."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """Listens until ``close``. Python handles signals between its own steps, of which Qt's loop makes none: the
    wake-up socket makes one.
    """

    def __init__(self, wish: Callable[[], object]) -> None:
        super().__init__()
        self._wish = wish
        self._ours, theirs = socket.socketpair()
        self._theirs = theirs
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        kind = QSocketNotifier.Type.Read
        self._notifier = QSocketNotifier(self._ours.fileno(), kind, self)
        self._notifier.activated.connect(self._heard)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        for end in (self._ours, self._theirs):
            end.close()

    def _heard(self) -> None:
        numbers = self._ours.recv(64)
        if any(number in numbers for number in _SIGNALS):
            sys.stderr.write("Closing.\n")
            self._wish()
