"""Wraps a blocking call so that the outermost of a thread is recorded as a wait."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType

from .lab import Lab
from .layout import Kind
from .recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

Label = str | Callable[..., str]


def waiting(
    lab: Lab, kind: Kind, call: Callable[..., Any], label: Label, at_once: Callable[..., Any] | None = None
) -> Any:
    """Return ``call`` such that the outermost one in a thread is recorded as a wait of this kind.

    ``label`` is a text or makes one of the call's arguments; ``at_once``, given the same arguments, is true if the call
    will not wait, so that there is nothing to record. The record's value is the timeout in ns, 0 without one.
    """
    threads, name, word = lab.threads, lab.sites.name, kind << KIND
    place = _place_of_timeout(call)
    text = label if callable(label) else lambda *args, **kwargs: label

    @functools.wraps(call)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        track = threads.track
        if track.quiet or (at_once is not None and at_once(*args, **kwargs)):
            return call(*args, **kwargs)
        limit = kwargs["timeout"] if "timeout" in kwargs else args[place] if len(args) > place else None
        handle = track.begin(word, name(text(*args, **kwargs), sys._getframe().f_back), nanoseconds(limit))
        track.quiet = True
        try:
            return call(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            track.quiet = False
            track.end(handle)

    return recorded


def nanoseconds(seconds: Any) -> int:
    """Return a duration as a record keeps it; 0 for what is no number: the true call may refuse it."""
    if seconds is None:
        return 0
    try:
        return min(max(int(float(seconds) * 1e9), 0), (1 << 63) - 1)
    except Exception:
        return 0


def _place_of_timeout(call: Callable[..., Any]) -> int:
    """Return which argument of a Python function is its timeout; for others one that no call has."""
    code = getattr(call, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    return names.index("timeout") if "timeout" in names else 1000


def silent(lab: Lab, call: Callable[..., Any]) -> Any:
    """Return ``call`` such that nothing it does underneath is recorded."""
    threads = lab.threads

    @functools.wraps(call)
    def unrecorded(*args: Any, **kwargs: Any) -> Any:
        track = threads.track
        before, track.quiet = track.quiet, True
        try:
            return call(*args, **kwargs)
        finally:
            track.quiet = before

    return unrecorded


def hide_frame(error: BaseException) -> None:
    """Take the wrapper that catches ``error`` out of its traceback: it is no part of the script."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


class Waiting:
    """A wait as a ``with`` block, for calls that need more than a wrapper. Does nothing inside another wait."""

    def __init__(self, lab: Lab, kind: Kind, label: str, frame: FrameType | None, value: int = 0) -> None:
        self._track = lab.threads.track
        self._outermost = not self._track.quiet
        if self._outermost:
            self._handle = self._track.begin(kind << KIND, lab.sites.name(label, frame), value)
            self._track.quiet = True

    def __enter__(self) -> None:
        pass

    def __exit__(self, *raised: object) -> None:
        if self._outermost:
            self._track.quiet = False
            self._track.end(self._handle)
