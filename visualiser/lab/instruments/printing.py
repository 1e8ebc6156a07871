"""Observes ``print``: a mark at the line that prints, and another where what it prints is a heading."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from types import FrameType, ModuleType

from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


_HEADING = "=="
_LONGEST_TITLE = 60


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``builtins.print``."""
    call, threads, name, is_library = module.print, lab.threads, lab.sites.name, lab.sites.is_library
    word = Kind.PRINT << KIND

    @functools.wraps(call)
    def print(*values: Any, **options: Any) -> None:
        # There is no caller where C code calls it, as at the end of the interpreter.
        track, caller = threads.track, sys._getframe().f_back
        if caller is not None and not track.quiet and not is_library(caller.f_code.co_filename):
            track.mark(word, name("print", caller))
            if len(values) == 1 and type(values[0]) is str and values[0][-2:] == _HEADING:
                _mark_phase(lab, values[0], options.get("file"), caller)
        call(*values, **options)

    module.print = print  # type: ignore[attr-defined]


def _mark_phase(lab: Lab, text: str, file: Any, caller: FrameType) -> None:
    """Mark a part of the run where the script, not a process that it started, prints ``== Title ==``."""
    title = title_of(text)
    if title and lab.how == "root" and file in (None, sys.stdout):
        lab.threads.track.mark(Kind.PHASE << KIND, lab.sites.name(title, caller))


def title_of(text: str) -> str:
    """Return the title in a heading, "" if the text is none."""
    left, title, right = text.lstrip()[:3], text.strip()[2:-2].strip(), text[-3:]
    if (left, right) != (f"{_HEADING} ", f" {_HEADING}") or not title.isprintable():
        return ""
    return title if len(title) <= _LONGEST_TITLE else ""
