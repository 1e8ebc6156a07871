"""What the command line wants of the window: run at once, take its picture, close after a while."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from visualiser.gui.picture import PictureError, save_picture

if TYPE_CHECKING:
    from visualiser.gui.window import MainWindow

BAD_USE = 2
_SETTLE_MS = 400  # for the last frame and the slower words


class Errand:
    """Goes with one window; ``code`` is 1 if the picture could not be written."""

    def __init__(self, run: bool, screenshot: str | Path | None, quit_after: float | None) -> None:
        self.code = 0
        self._run = run
        self._screenshot = Path(screenshot) if screenshot else None
        self._quit_after = quit_after
        self._done = False

    def go(self, window: MainWindow, recording: Path | None = None) -> None:
        """Set out, once the window is shown; with the file of a run to be opened first."""
        self._window = window
        if self._quit_after is not None:
            QTimer.singleShot(max(0, round(self._quit_after * 1000)), window, self._finish)
        if self._run:
            if self._screenshot is not None:
                window.controller.ended.connect(self._settle)
                window.controller.refused.connect(self._settle)
            window.run_now()
        elif recording is not None:
            self._open(window, recording)
        elif self._screenshot is not None and self._quit_after is None:
            self._settle()

    def _open(self, window: MainWindow, recording: Path) -> None:
        window.documents.said.connect(self._fail)
        window.documents.shown.connect(self._succeed)
        window.documents.open_path(recording)

    def _succeed(self, _document: object) -> None:
        self._window.documents.said.disconnect(self._fail)
        if self._screenshot is not None and self._quit_after is None:
            self._settle()

    def _fail(self, sentence: str) -> None:
        """The file could not be opened: the window says so, and so do we to whoever started it."""
        self._window.documents.said.disconnect(self._fail)
        sys.stderr.write(f"{sentence}\n")
        self.code = BAD_USE
        if self._screenshot is not None and self._quit_after is None:
            self._settle()

    def _settle(self, _end: object = None) -> None:
        QTimer.singleShot(_SETTLE_MS, self._window, self._finish)

    def _finish(self) -> None:
        if self._done:
            return
        self._done = True
        if self._screenshot is not None:
            self._take(self._screenshot)
        self._window.close()
        QApplication.exit(self.code)

    def _take(self, path: Path) -> None:
        try:
            save_picture(self._window.grab().toImage(), path)
        except PictureError as error:
            sys.stderr.write(f"{error}\n")
            self.code = 1
