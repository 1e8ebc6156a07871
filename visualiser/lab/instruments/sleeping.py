"""Observes ``time.sleep``: the wait and the duration asked for."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from types import ModuleType

from ..calls import hide_frame, nanoseconds
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``time.sleep``."""
    call, threads, name = module.sleep, lab.threads, lab.sites.name
    word = Kind.SLEEP << KIND

    @functools.wraps(call)
    def sleep(seconds: Any, /) -> None:
        track = threads.track
        if track.quiet or not seconds:  # sleep(0) gives the GIL up and takes it again: nobody sleeps
            call(seconds)
            return
        handle = track.begin(word, name("sleep", sys._getframe().f_back), nanoseconds(seconds))
        track.quiet = True
        try:
            call(seconds)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            track.quiet = False
            track.end(handle)

    module.sleep = sleep  # type: ignore[attr-defined]
