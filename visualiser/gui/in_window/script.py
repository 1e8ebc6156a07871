"""The thread of Qt on which a script runs inside the window's process."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QThread

from visualiser import qthread
from visualiser.host.launch import environment
from visualiser.lab.layout import RUN_DIR_VARIABLE
from visualiser.window_lab import WindowLab, interrupt, script_threads


class ScriptThread(QThread):
    """Runs one text as ``__main__`` would, but here.

    Attributes:
        over: the script and every thread it started have ended.
        code: 0, or 1 if an exception ended it.
    """

    def __init__(self, lab: WindowLab, path: Path, text: str) -> None:
        super().__init__()
        self.setObjectName("script")
        self.over = threading.Event()
        self.code = 0
        self._lab = lab
        self._path = path
        self._text = text
        self._ident: int | None = None
        self._stopping = False
        self._turn = threading.Lock()  # whoever takes it first, the beginning or the end
        self._news: deque[tuple[str, str]] = deque()

    def console(self) -> list[tuple[str, str]]:
        """New pieces of what the script printed."""
        return [self._news.popleft() for _ in range(len(self._news))]

    def run(self) -> None:
        """The thread's life."""
        if not self._turn.acquire(blocking=False):
            return
        self._ident = threading.get_ident()
        error: BaseException | None = None
        variables: dict[str, Any] = {"__name__": "__main__", "__file__": str(self._path), "print": self._print}
        with self._observed():
            self._lab.begin_script()
            try:
                exec(compile(self._text, str(self._path), "exec"), variables)
            except SystemExit as wish:
                self.code = wish.code if isinstance(wish.code, int) else int(wish.code is not None)
            except BaseException as trouble:  # an error in the script is the script's, not the window's
                error = None if self._stopping and isinstance(trouble, KeyboardInterrupt) else trouble
            self._end(variables, error)

    def stop(self) -> None:
        """Ask every thread of the script to end, and end the programs it started; to be repeated until ``over``."""
        self._stopping = True
        if self._turn.acquire(blocking=False):  # it has not begun, and now it never will
            self.over.set()
            return
        interrupt(script_threads() | ({self._ident} if self._ident is not None else set()))
        for child in self._children():
            child.kill()

    def _end(self, variables: dict[str, Any], error: BaseException | None) -> None:
        if error is not None:
            self.code = 1
            self._news.append(("err", "".join(traceback.format_exception(error))))
        self._lab.end_script(variables, error)

    def _observed(self) -> _Observed:
        return _Observed(self._lab, self.over, lambda text: self._news.append(("err", text)))

    def _children(self) -> list[psutil.Process]:
        """Programs that the script started: they carry the run directory in their environment."""
        return [child for child in psutil.Process().children(recursive=True) if self._is_own(child)]

    def _is_own(self, child: psutil.Process) -> bool:
        try:
            return bool(child.environ().get(RUN_DIR_VARIABLE) == self._lab.run_dir)
        except (psutil.Error, OSError):
            return False

    def _print(self, *values: object, sep: str = " ", end: str = "\n", file: Any = None, flush: bool = False) -> None:  # noqa: ANN401
        """What the script calls as ``print``; there is no other standard output here than the console."""
        if file is not None and file is not sys.stdout:
            print(*values, sep=sep, end=end, file=file, flush=flush)
            return
        caller = sys._getframe(1)
        self._lab.mark_print(values, caller.f_lineno, caller.f_code.co_filename)
        self._news.append(("out", sep.join(map(str, values)) + end))


class _Observed:
    """While it lasts the script's threads are observed, and so are the programs it starts."""

    def __init__(self, lab: WindowLab, over: threading.Event, say: Callable[[str], None]) -> None:
        self._instruments = lab.instruments(say)
        self._environment = environment(Path(lab.run_dir), base={})
        self._over = over
        del self._environment["VISUALISER_GATE"]  # the host is running already

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._environment}
        os.environ.update(self._environment)
        self._instruments.__enter__()

    def __exit__(self, *raised: object) -> None:
        _await_all()
        self._instruments.__exit__(None, None, None)
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._over.set()


def _await_all() -> None:
    """Wait for the threads the script left behind, as Python does at its end; being asked to stop does not end that."""
    while threads := qthread.living():
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            continue
