"""Observes ``subprocess``: programs that are started and awaited."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import os
import sys
from types import ModuleType

from ..calls import waiting
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND
from .processes import tell_child_exit

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``Popen``."""
    cls = module.Popen
    _watch_start(cls, lab)
    for name in ("wait", "communicate"):
        told = tell_child_exit(getattr(cls, name), lab)
        setattr(cls, name, waiting(lab, Kind.PROC, told, _awaited, lambda popen, *a, **k: popen.returncode is not None))
    cls.poll = tell_child_exit(cls.poll, lab)


def _watch_start(cls: Any, lab: Lab) -> None:
    make = cls.__init__

    @functools.wraps(make)
    def make_recorded(self: Any, args: Any, *more: Any, **options: Any) -> None:
        track = lab.threads.track
        if track.quiet:
            make(self, args, *more, **options)
            return
        handle = track.begin_label(Kind.START << KIND, lab.sites.name(f"start {_program(args)}", sys._getframe(1)))
        track.quiet = True
        try:
            make(self, args, *more, **options)
        finally:
            track.quiet = False
            track.end_with(handle, getattr(self, "pid", None) or 0)

    cls.__init__ = make_recorded


def _awaited(popen: Any, *args: Any, **kwargs: Any) -> str:
    return f"wait for {_program(popen.args)}"


def _program(args: Any) -> str:
    try:
        first = args if isinstance(args, (str, bytes, os.PathLike)) else next(iter(args))
        return os.path.basename(os.fsdecode(first).split()[0])
    except Exception:  # what is no command line is for Popen to refuse
        return "program"
