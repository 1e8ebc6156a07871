"""Writes texts for other programs, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from visualiser.host.whole_file import replacing


class ExportFileError(ValueError):
    """A file that could not be written; its text is one sentence for the user."""


def write_text(path: Path, write: Callable[[TextIO], None]) -> None:
    """Let ``write`` fill a file in UTF-8, its line ends untouched; raises ExportFileError, or what ``write`` raises."""
    with replacing(path, ExportFileError) as part, part.open("w", encoding="utf-8", newline="") as stream:
        write(stream)
