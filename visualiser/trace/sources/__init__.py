"""The sources of states: each turns the pieces of a run's threads into what the threads were doing.

From best to least: ``perf`` (the kernel tells every core switch), ``peek`` (looks from outside, a thousand a second),
``beat`` (beats in the script's loops), ``calls`` (the recorded calls alone). All of them know the recorded calls, and
none draws a state that it cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable

from visualiser.trace.sources.beat import Beat
from visualiser.trace.sources.calls import Calls
from visualiser.trace.sources.peek import Peek
from visualiser.trace.sources.perf import Perf
from visualiser.trace.sources.siblings import Group, Last, Siblings, Source

__all__ = ["SOURCES", "Group", "Last", "Siblings", "Source", "make_source"]

_MAKERS: dict[str, Callable[[], Source]] = {"perf": Perf, "peek": Peek, "beat": Beat, "calls": Calls}
SOURCES = tuple(_MAKERS)


def make_source(name: str) -> Source:
    """A fresh one for one run; it may carry something from one stretch of time to the next."""
    return _MAKERS[name]()
