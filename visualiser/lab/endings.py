"""Tells how a process and its threads end: uncaught exceptions, sys.exit, results, the end itself."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import atexit
import functools
import os
import sys
from types import ModuleType, TracebackType

from .lab import Lab

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_MOST_RESULTS = 200
_LONGEST_TEXT = 1000
_LARGEST_BITS = 256


def watch_endings(lab: Lab, root: bool) -> None:
    """Watch the ends of this process and of those it forks."""
    _watch_exceptions(lab)
    _watch_unraisable(lab)
    _watch_exit(lab)
    atexit.register(_at_exit, lab, os.getpid() if root else 0)


def watch_thread_exceptions(lab: Lab, threading: ModuleType) -> None:
    """Tell of exceptions that end a thread."""
    print_it = threading.excepthook

    @functools.wraps(print_it)
    def excepthook(args: Any, /) -> Any:
        if args.exc_type is not SystemExit:
            tell_error(lab, args.exc_value, args.exc_type, thread=getattr(args.thread, "name", None))
        return print_it(args)

    threading.excepthook = excepthook  # type: ignore[attr-defined]


def tell_error(lab: Lab, error: BaseException | None, kind: type[BaseException], **more: object) -> None:
    """Tell of an uncaught exception, with the user's line it came from."""
    if isinstance(error, SyntaxError):
        file, line = error.filename, error.lineno
    else:
        file, line = lab.sites.user_line(error.__traceback__ if error else None)
    lab.story.tell("error", type=kind.__name__, text=_safe_text(error)[:_LONGEST_TEXT], file=file, line=line, **more)


def stopped_by_user(lab: Lab, kind: type[BaseException]) -> bool:
    """Tell whether an exception is nothing but the end that the user asked for."""
    return issubclass(kind, KeyboardInterrupt) and lab.control.stopping


def _watch_exceptions(lab: Lab) -> None:
    print_it = sys.excepthook

    @functools.wraps(print_it)
    def excepthook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None, /) -> Any:
        if stopped_by_user(lab, kind):
            return None
        tell_error(lab, error, kind)
        return print_it(kind, error, traceback)

    sys.excepthook = excepthook


def _watch_unraisable(lab: Lab) -> None:
    print_it = sys.unraisablehook

    @functools.wraps(print_it)
    def unraisablehook(args: Any, /) -> Any:
        # An interrupt while Python waits for its threads at the end arrives here.
        return None if stopped_by_user(lab, args.exc_type) else print_it(args)

    sys.unraisablehook = unraisablehook


def _watch_exit(lab: Lab) -> None:
    leave = sys.exit

    @functools.wraps(leave)
    def exit(status: Any = None, /) -> Any:
        caller = sys._getframe().f_back
        if caller is not None and lab.threads.track.main and not lab.sites.is_library(caller.f_code.co_filename):
            code = status if status is None or isinstance(status, (int, str)) else _safe_text(status)
            lab.story.tell("exit", code=code, file=caller.f_code.co_filename, line=caller.f_lineno)
        leave(status)

    sys.exit = exit


def _at_exit(lab: Lab, root: int) -> None:
    if os.getpid() == root and not lab.ended:
        lab.story.tell("results", values=results(vars(sys.modules["__main__"])))
    lab.end()


def results(variables: dict[str, Any]) -> dict[str, int | float | str | bool]:
    """Pick the simple values that a script ends with."""
    # A name with a dot is none of the script's: we put it there, to count the rounds of a loop.
    own = {name: value for name, value in variables.items() if not name.startswith(("_", "."))}
    simple = {name: value for name, value in own.items() if _is_simple(value)}
    cut = {name: value[:_LONGEST_TEXT] if isinstance(value, str) else value for name, value in simple.items()}
    return dict(list(cut.items())[:_MOST_RESULTS])


def _is_simple(value: object) -> bool:
    if type(value) is int:
        return value.bit_length() <= _LARGEST_BITS
    return type(value) in (bool, float, str)


def _safe_text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return ""
