"""Observes ``print``: a mark at the line that prints."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from types import ModuleType

from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``builtins.print``."""
    call, threads, name, is_library = module.print, lab.threads, lab.sites.name, lab.sites.is_library
    word = Kind.PRINT << KIND

    @functools.wraps(call)
    def print(*values: Any, **options: Any) -> None:
        track, caller = threads.track, sys._getframe(1)
        if not track.quiet and not is_library(caller.f_code.co_filename):
            track.mark(word, name("print", caller))
        call(*values, **options)

    module.print = print  # type: ignore[attr-defined]
