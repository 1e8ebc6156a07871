"""``Thread``: has the shape of ``threading.Thread`` and runs on a ``QThread`` of Qt; needs no application object."""

from __future__ import annotations

import atexit
import itertools
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

if sys.version_info >= (3, 13) and sysconfig.get_config_var("Py_GIL_DISABLED"):
    # It would load, made as it is for the limited API, and end the process by a segmentation fault.
    raise ImportError("this Python is free-threaded, and PySide6 is not made for that")

from PySide6.QtCore import QCoreApplication, QThread

_numbers = itertools.count(1)


class _Runner(QThread):
    """Runs one function on a thread of Qt."""

    def __init__(self, function: Callable[[], None]) -> None:
        super().__init__()
        self._function = function

    def run(self) -> None:
        """Called by Qt on the new thread."""
        self._function()


class Thread:
    """A thread of Qt for code that was written for ``threading.Thread``.

    Python waits for it at its end, as for every thread of ``threading`` that is no daemon. Qt cannot abandon a thread,
    so ``daemon`` is accepted and changes nothing.
    """

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        if group is not None:
            raise ValueError("group must be None: threads of Qt know no groups")
        self._target = target
        self._args = tuple(args)
        self._kwargs = dict(kwargs or {})
        self.name = str(name) if name else _new_name(target)
        self.daemon = bool(daemon)
        self.ident: int | None = None
        self.native_id: int | None = None
        self._started = threading.Event()
        self._ended = threading.Event()
        self._runner: _Runner | None = None

    def __repr__(self) -> str:
        state = "started" if self.is_alive() else "stopped" if self._ended.is_set() else "initial"
        return f"<Thread({self.name}, {state})>"

    def start(self) -> None:
        """Start the thread; return once it runs. Raises RuntimeError if it was started before."""
        if self._runner is not None:
            raise RuntimeError("threads can only be started once")
        _let_go_of_finished()
        self._runner = _Runner(self._live)
        self._runner.setObjectName(self.name)
        _alive.add(self)
        self._runner.start()
        if not (self._runner.isRunning() or self._runner.isFinished()):
            _alive.discard(self)
            raise RuntimeError("can't start new thread")
        self._started.wait()

    def run(self) -> None:
        """Call the target; may be overridden."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, at most ``timeout`` seconds. Raises RuntimeError where that cannot be."""
        if self._runner is None:
            raise RuntimeError("cannot join thread before it is started")
        if self.ident == threading.get_ident():
            raise RuntimeError("cannot join current thread")
        # The event can be interrupted by Ctrl-C, Qt's own wait cannot; after it, Qt has but a few steps left.
        if self._ended.wait(timeout):
            self._runner.wait()
            _alive.discard(self)

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._started.is_set() and not self._ended.is_set()

    def _live(self) -> None:
        self.ident = threading.get_ident()
        self.native_id = threading.get_native_id()
        self._started.set()
        try:
            self.run()
        except BaseException:
            threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), self)))
        finally:
            self._ended.set()


# Qt aborts the process when a QThread is deleted that still runs: as in ``threading``, somebody has to hold them.
_alive: set[Thread] = set()
_left_behind: list[Thread] = []


def has_window() -> bool:
    """Tell whether this process runs an application of Qt, one that paints."""
    return QCoreApplication.instance() is not None


def living() -> list[Thread]:
    """The threads that run now."""
    return [thread for thread in list(_alive) if thread.is_alive()]


def _new_name(target: Callable[..., object] | None) -> str:
    name = f"QThread-{next(_numbers)}"
    function = getattr(target, "__name__", None)
    return f"{name} ({function})" if function else name


def _let_go_of_finished() -> None:
    for thread in list(_alive):
        if thread._ended.is_set() and thread._runner is not None:
            thread._runner.wait()
            _alive.discard(thread)


def _wait_for_all() -> None:
    while _alive:
        for thread in list(_alive):
            thread.join()


def _after_fork_in_child() -> None:
    # The threads stayed with the parent; there is nothing to wait for, and nothing that Qt may delete.
    _left_behind.extend(_alive)
    _alive.clear()


atexit.register(_wait_for_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
