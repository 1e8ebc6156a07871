"""Observes ``visualiser.qthread``: a Qt thread is recorded like any other, and known to be one of Qt's."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
from types import ModuleType

from ..calls import waiting
from ..lab import Lab
from ..layout import Kind
from ..recorder import Birth
from .threads import watch_start

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``Thread``."""
    cls = module.Thread
    watch_start(cls, lab)
    cls.join = waiting(lab, Kind.JOIN, cls.join, lambda thread, *a, **k: f"join {thread.name}")
    live = cls._live

    @functools.wraps(live)
    def live_recorded(self: Any) -> None:
        track = lab.recorder.announce(Birth(self.name, qt=True))
        try:
            live(self)
        finally:
            track.finish()

    cls._live = live_recorded
