"""What nobody caught: told in one sentence and on standard error, and the window goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal


class Mishaps(QObject):
    """Takes Python's exception hooks until ``close``; works from every thread."""

    _happened = Signal(str)

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._hooks = (sys.excepthook, threading.excepthook)
        self._happened.connect(say)
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread

    def close(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._hooks

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, Exception):
            words = " ".join(str(error).split())
            self._happened.emit(f"Something went wrong in the window itself: {kind.__name__} {words}".strip())

    def _take_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._take(args.exc_type, args.exc_value, args.exc_traceback)
