"""Observes ``multiprocessing.process``: who starts and awaits children, their names, their ends."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
import time
from types import ModuleType

from ..calls import hide_frame, waiting
from ..endings import stopped_by_user, tell_error
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND, begun

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_INTERRUPTED = 130
_TOLD = "_visualiser_told"


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``Process`` of every start method."""
    cls = module.BaseProcess
    _watch_start(cls, lab)
    cls.join = waiting(lab, Kind.PROC, cls.join, lambda process, *a, **k: f"join {process.name}")
    _watch_life(cls, lab)


def install_popen(module: ModuleType, lab: Lab) -> None:
    """Tell of the end of children, wherever the library learns of it."""
    for name in {"poll", "wait"} & vars(module.Popen).keys():
        setattr(module.Popen, name, tell_child_exit(getattr(module.Popen, name), lab))


def tell_child_exit(call: Any, lab: Lab) -> Any:
    """Wrap a method that may find that its child ended; told once per child."""

    @functools.wraps(call)
    def call_recorded(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(self, *args, **kwargs)
        finally:
            if self.returncode is not None and not getattr(self, _TOLD, False):
                setattr(self, _TOLD, True)
                lab.story.tell("child_exit", child=self.pid, code=self.returncode)

    return call_recorded


def _watch_start(cls: Any, lab: Lab) -> None:
    start, threads = cls.start, lab.threads

    @functools.wraps(start)
    def start_recorded(self: Any) -> None:
        track, begin = threads.track, time.perf_counter_ns()
        name = lab.sites.name(f"start {self.name}", sys._getframe(1))
        if track.quiet:
            start(self)
        else:
            handle = track.begin_label(Kind.START << KIND, name)
            begin, track.quiet = begun(handle), True
            try:
                start(self)
            finally:
                track.quiet = False
                track.end_with(handle, self.pid or 0)
        track.mark(Kind.SPAWN << KIND, name, self.pid or 0, when=begin)

    cls.start = start_recorded


def _watch_life(cls: Any, lab: Lab) -> None:
    live = cls._bootstrap

    @functools.wraps(live)
    def live_recorded(self: Any, *args: Any, **kwargs: Any) -> Any:
        lab.story.tell("process_name", name=self.name)
        self.run = functools.partial(_run, lab, self.run)
        try:
            return live(self, *args, **kwargs)
        finally:
            lab.end()

    cls._bootstrap = live_recorded


def _run(lab: Lab, run: Any) -> None:
    """Run a child's own code; the library only prints what ends it."""
    try:
        run()
    except SystemExit:
        raise
    except BaseException as error:
        if stopped_by_user(lab, type(error)):
            raise SystemExit(_INTERRUPTED) from None
        tell_error(lab, error, type(error))
        hide_frame(error)
        raise
