"""Puts a measurement on the clipboard or into a file, and says in a sentence where it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QSaveFile
from PySide6.QtGui import QGuiApplication


def copy_csv(text: str) -> str:
    """Put it on the clipboard, as a text and as what it is."""
    data = QMimeData()
    data.setText(text)
    data.setData("text/csv", text.encode())
    QGuiApplication.clipboard().setMimeData(data)
    return "The measured times are on the clipboard, as comma-separated values."


def save_csv(text: str, path: Path) -> str:
    """Write it, whole or not at all."""
    path = path if path.suffix else path.with_suffix(".csv")
    file = QSaveFile(str(path))
    written = file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(text.encode()) >= 0 and file.commit()
    if not written:
        return f"The measured times could not be written to {path}: {file.errorString()}. Choose another folder."
    return f"The measured times are in {path}."
