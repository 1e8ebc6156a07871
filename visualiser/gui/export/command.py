"""``export FILE --to OUT``: a recording or a trace as pictures, pages, tables, traces and films, without a window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from visualiser.gui.export.export import export_data, export_still, needs_screen
from visualiser.gui.export.footage import Footage, check
from visualiser.gui.export.options import Options, checked, reach_of, size_of
from visualiser.gui.jobs.job import Progress
from visualiser.host.display import obstacle
from visualiser.host.film.choose import choose, make_film
from visualiser.host.open_document import open_document
from visualiser.trace.document import Document


def run_export(asked: argparse.Namespace) -> int:
    """Do what was asked for; raises a ValueError or OSError with one sentence.

    Args:
        asked: ``file``, ``to`` (a list), ``size``, ``range``, ``theme``, ``speed``, ``fps``.
    """
    wanted = [checked(_options(asked, path)) for path in asked.to]
    document = open_document(asked.file, _teller("Opening"))
    for note in document.new_notes:
        sys.stderr.write(f"{note}\n")
    if any(map(needs_screen, wanted)):
        _prepare_screen()
    for options in wanted:
        for sentence in _export(document, options):
            sys.stdout.write(f"{sentence}\n")
    return 0


def _options(asked: argparse.Namespace, path: Path) -> Options:
    width, height = size_of(asked.size)
    reach = reach_of(asked.range) if asked.range else None
    return Options(path, width, height, reach, asked.theme, asked.speed, asked.fps)


def _export(document: Document, options: Options) -> Iterator[str]:
    path = options.path
    if options.is_film:
        yield from _film(document, options)
        return
    if needs_screen(options):
        export_still(document, options)
    else:
        export_data(document, options, _teller("Writing"))
    yield f"{path}"


def _film(document: Document, options: Options) -> Iterator[str]:
    choice = choose(options.suffix)
    encoder = choice.encoder
    if choice.note:
        yield choice.note
    footage = check(Footage(document, options, encoder.rate(options.fps)))
    path = options.path.with_suffix(encoder.suffix)
    number = make_film(_told(footage), footage.form, encoder, path)
    yield f"{path} ({number} frames, {encoder.name})"


def _told(footage: Footage) -> Iterator[bytes]:
    tell = _teller("Filming")
    with closing(footage.frames()) as frames:  # on the spot, not when the garbage collector finds it
        for number, frame in enumerate(frames, 1):
            tell(number / len(footage))
            yield frame


def _teller(what: str) -> Progress:
    """Tells on a terminal how far something is, a percent at a time."""
    told = -1

    def tell(share: float) -> bool:
        nonlocal told
        percent = int(100 * share)
        if percent != told and sys.stderr.isatty():
            told = percent
            sys.stderr.write(f"\r{what} {percent} %" if percent < 100 else "\r\x1b[K")
            sys.stderr.flush()
        return True

    return tell


def _prepare_screen() -> None:
    """Pictures are painted by Qt, which can do without a screen."""
    if obstacle():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from visualiser.gui.app import application
    from visualiser.gui.style_sheet import dress
    from visualiser.gui.theme import load_theme

    dress(application(), load_theme("light"))
