"""A lab inside the window's own process, for the one scenario that runs there: records that script's threads only.

Everywhere else the lab is a process of its own and its instruments stay. Here they are put in for one run and taken
out again, and a thread that nobody announced, one of the window's own, leaves no record.
"""

from __future__ import annotations

import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

from visualiser import qthread
from visualiser.lab import lab as whole
from visualiser.lab.endings import results, stopped_by_user, tell_error
from visualiser.lab.instruments import qthreads, sleeping, subprocesses
from visualiser.lab.instruments.printing import title_of
from visualiser.lab.layout import Kind
from visualiser.lab.recorder import KIND, Birth, Handle, Recorder, Track

_WINDOW = "The window"


class _NoTrack(Track):
    """Of a thread that is not observed: always inside a recorded call, so that no instrument looks at it."""

    __slots__ = ()

    def __init__(self) -> None:
        self.quiet = self.idle = self.working = self.main = False
        self.quiet = True
        self.load = None
        self._life = None


class _WindowRecorder(Recorder):
    """Records those threads that were announced."""

    def open_track(self) -> Track:
        """Make the track of the calling thread if it is one of the script's, or the window itself."""
        birth = self.births.get(threading.get_ident())
        if birth is None:
            return _NoTrack()
        return Track(self, Birth(_WINDOW, main=True) if birth.main else birth)


class WindowLab(whole.Lab):
    """The lab of one run inside this process; to be made by the thread that paints.

    ``own``: files that are no part of the script; ``script``: the file that is. Raises OSError where the run directory
    cannot be used.
    """

    make_recorder = _WindowRecorder

    def __init__(self, run_dir: str, own: tuple[str, ...], script: str) -> None:
        super().__init__(run_dir, own, "root", _WINDOW)
        self.sites.claim(script)
        self._window = self.threads.track
        self._idle: Handle | None = None

    def begin_script(self) -> None:
        """The calling thread is the script's: its first line is about to run."""
        self.recorder.announce(Birth("The script"))
        self.story.tell("start")

    def end_script(self, variables: dict[str, Any], error: BaseException | None) -> None:
        """The script's own thread ends, with these variables; ``error`` is what ended it early."""
        if error is not None:
            tell_error(self, error, type(error))
        self.story.tell("results", values=results(variables))
        self.threads.track.finish()

    def end_window(self) -> None:
        """The run is over; to be called by the thread that paints."""
        self.awake()
        self.end()

    def frame(self, since_ns: int) -> None:
        """The window was ready for its next frame, ``since_ns`` after the one before."""
        self._window.mark(Kind.FRAME << KIND, self.story.name("frame"), since_ns)

    def blocks(self) -> None:
        """The window has nothing to do and waits for events."""
        if self._idle is None:
            self._idle = self._window.begin(Kind.IO << KIND, self.story.name("waits for events"))

    def awake(self) -> None:
        """The window has an event to handle."""
        if self._idle is not None:
            self._window.end(self._idle)
            self._idle = None

    def mark_print(self, values: tuple[object, ...], line: int | None, file: str | None) -> None:
        """The script prints."""
        track = self.threads.track
        track.mark(Kind.PRINT << KIND, self.story.name("print", file, line))
        title = title_of(values[0]) if len(values) == 1 and type(values[0]) is str else ""
        if title:
            track.mark(Kind.PHASE << KIND, self.story.name(title, file, line))

    @contextmanager
    def instruments(self, say: Callable[[str], None]) -> Iterator[None]:
        """Observe sleeps, threads of Qt and programs while this lasts; ``say`` gets tracebacks of the threads."""
        with _restored(threading, time, subprocess.Popen, qthread.Thread):
            sleeping.install(time, self)
            subprocesses.install(subprocess, self)
            qthreads.install(qthread, self)
            threading.excepthook = partial(self._on_thread_error, threading.excepthook, say)
            yield

    def _on_thread_error(
        self, elsewhere: Callable[[Any], object], say: Callable[[str], None], args: threading.ExceptHookArgs
    ) -> None:
        if isinstance(self.threads.track, _NoTrack):  # one of the window's own threads
            elsewhere(args)
        elif not stopped_by_user(self, args.exc_type):
            name = getattr(args.thread, "name", "a thread")
            tell_error(self, args.exc_value, args.exc_type, thread=name)
            lines = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
            say(f"Exception in thread {name}:\n{''.join(lines)}")


def interrupt(thread_ids: set[int]) -> None:
    """Raise KeyboardInterrupt in these threads at their next step of Python; what waits in C goes on waiting."""
    import ctypes

    for ident in thread_ids:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(KeyboardInterrupt))


def script_threads() -> set[int]:
    """Identifiers of the Qt threads that a script has started here and that still run."""
    return {thread.ident for thread in qthread.living() if thread.ident is not None}


@contextmanager
def _restored(*owners: ModuleType | type) -> Iterator[None]:
    """Put back afterwards whatever is replaced in these modules and classes meanwhile."""
    before = [(owner, dict(vars(owner))) for owner in owners]
    try:
        yield
    finally:
        for owner, attributes in before:
            for name, value in attributes.items():
                if vars(owner).get(name) is not value:
                    setattr(owner, name, value)
