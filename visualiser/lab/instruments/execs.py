"""Observes ``os.exec*``: the process goes on with another program, and all its Python threads are gone."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import os
import sys
from types import ModuleType

from ..calls import hide_frame
from ..lab import Lab

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap the two functions that all others of the family call."""
    for name in ("execv", "execve"):
        setattr(module, name, _watch(getattr(module, name), lab))


def _watch(call: Any, lab: Lab) -> Any:
    @functools.wraps(call)
    def exec_recorded(path: Any, *rest: Any, **options: Any) -> Any:
        program = _program(path)
        if program:
            # Right before, for afterwards nobody is left to tell it.
            lab.story.tell("exec", name=program, line=sys._getframe(1).f_lineno)
        try:
            return call(path, *rest, **options)
        except BaseException as error:
            if program:
                lab.story.tell("exec_failed")
            hide_frame(error)
            raise

    return exec_recorded


def _program(path: Any) -> str:
    """Return the name of what would run, "" where nothing can: execvp tries one directory after the other."""
    try:
        return os.path.basename(os.fsdecode(path)) if os.access(path, os.X_OK) else ""
    except (TypeError, ValueError):
        return ""
