"""Tells how often a thread that waits for the GIL asks for it: by that such a wait is known from another one."""

from __future__ import annotations

import functools
import sys

from .calls import hide_frame
from .lab import Lab


def watch_switch_interval(lab: Lab) -> None:
    """Wrap ``sys.setswitchinterval``; what holds at first every process tells when it introduces itself."""
    change = sys.setswitchinterval

    @functools.wraps(change)
    def setswitchinterval(interval: float, /) -> None:
        try:
            change(interval)
        except BaseException as error:
            hide_frame(error)
            raise
        lab.story.tell("switch_interval", seconds=sys.getswitchinterval())

    sys.setswitchinterval = setswitchinterval
