"""The files the window shows: fonts, icons, palette, wherever the app is installed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFontDatabase

from visualiser import paths


def asset(*parts: str) -> Path:
    """A file of ``resources/``."""
    return paths.resources().joinpath(*parts)


def load_fonts() -> list[str]:
    """Make the bundled fonts known to Qt; returns the files it could not read, whose text gets the system's font."""
    files = sorted([*asset("fonts").glob("*.otf"), *asset("fonts").glob("*.ttf")])
    return [file.name for file in files if QFontDatabase.addApplicationFont(str(file)) < 0]
