"""Exports a document: picture, page, table, trace or film, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QSize

from visualiser.gui.export.options import STILLS, TABLES, Options, checked
from visualiser.gui.export.stage import Look, Stage
from visualiser.gui.export.stills import write_pdf, write_png, write_svg
from visualiser.gui.jobs.job import Progress
from visualiser.gui.theme import load_theme
from visualiser.trace.document import Document

_WRITERS: dict[str, Callable[[Stage, Path], None]] = {".png": write_png, ".svg": write_svg, ".pdf": write_pdf}
_WIDTH_AT_SCALE_1 = 1280  # a larger picture shows the same, larger


def needs_screen(options: Options) -> bool:
    """Whether it must be done in the GUI thread, because it is painted."""
    return options.suffix in STILLS or options.is_film


def export_still(document: Document, options: Options) -> None:
    """Write a picture; to be called in the GUI thread. Raises a ValueError or OSError with one sentence."""
    stage = Stage(document, look_of(checked(options)))
    try:
        _WRITERS[options.suffix](stage, options.path)
    finally:
        stage.close()
        stage.deleteLater()


def export_data(document: Document, options: Options, progress: Progress | None = None) -> None:
    """Write a table or a trace; in any thread. Raises a ValueError or OSError with one sentence."""
    from visualiser.host.export_file import write_text

    checked(options)

    def write(stream: TextIO) -> None:
        if options.suffix in TABLES:
            from visualiser.trace.exchange.csv_export import write_csv

            write_csv(document, stream, progress)
        else:
            from visualiser.trace.exchange.chrome_export import write_chrome_trace

            write_chrome_trace(document, stream, progress)

    write_text(options.path, write)


def look_of(options: Options) -> Look:
    """How a picture of that size looks: everything grows with it, and a PNG is painted at twice its scale."""
    ratio = 2 if options.suffix == ".png" else 1
    size = QSize(options.width // ratio, options.height // ratio)
    scale = max(0.75, min(size.width() / _WIDTH_AT_SCALE_1, size.height() / 720))
    return Look(load_theme(options.theme, scale), size, options.reach)
