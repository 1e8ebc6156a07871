"""Scripts dropped onto the window, wherever they fall."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def dropped_script(mime: QMimeData) -> Path | None:
    """The file that is dragged, if it is exactly one of this machine."""
    files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 and len(mime.urls()) == 1 else None


def let_drops_through(window: QWidget) -> None:
    """Take drops from every view, so that the window gets them; text fields turn down files by themselves."""
    for area in window.findChildren(QAbstractScrollArea):
        if not area.inherits("QPlainTextEdit"):
            area.setAcceptDrops(False)
            area.viewport().setAcceptDrops(False)
