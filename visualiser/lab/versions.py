"""Keeps every version of the script's shared counter while it runs, and writes them to one file when it ends."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import atexit
import builtins
import functools
import os
import sys
from types import TracebackType

from . import counter_code
from .counter_code import Counter, CounterError
from .endings import stopped_by_user
from .lab import Lab
from .layout import VERSIONS_HEADER, VERSIONS_MAGIC, VERSIONS_NAME
from .register import Register, Version
from .story import to_json

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable
    from typing import Any

NO_COUNTER = (
    "no counter that several functions share was found: "
    "a module-level number that a function declares global and adds to"
)
_CHUNK = 1 << 14  # versions that go to the disk at once


def rewriter(lab: Lab) -> Callable[[ast.Module], ast.Module]:
    """What makes the script keep the versions of its counter. A child process has a counter of its own: not kept."""
    return functools.partial(_rewrite, lab) if lab.how == "root" else _leave


def _leave(tree: ast.Module) -> ast.Module:
    return tree


def _rewrite(lab: Lab, tree: ast.Module) -> ast.Module:
    counters = counter_code.find_counters(tree)
    if not counters:
        write_versions(Register(""), lab.run_dir, {"refused": NO_COUNTER})
        return tree
    counter = counters[0]
    try:
        rewritten = counter_code.rewrite(tree, counter)
    except CounterError as error:
        write_versions(Register(counter.name), lab.run_dir, {"refused": str(error)})
        raise
    _Keeper(lab, counter, [other.name for other in counters[1:]]).begin()
    return rewritten


class _Keeper:
    """Holds the register of a run from its first line to its last."""

    def __init__(self, lab: Lab, counter: Counter, others: list[str]) -> None:
        self._lab = lab
        self._register = Register(counter.name, lambda: lab.threads.track.name)
        self._facts = {"name": counter.name, "line": counter.line, "others": " ".join(others)}
        self._pid = os.getpid()

    def begin(self) -> None:
        """Put in place what the rewritten script calls, and watch for the end."""
        register = self._register
        hooks = (register.load, register.store, register.see, register.add, register.value)
        for name, hook in zip(counter_code.HOOKS, hooks, strict=True):
            setattr(builtins, name, hook)
        atexit.register(self._end)  # called before those that were registered earlier, which tell the results
        self._watch_stop()

    def _end(self) -> None:
        self._write()
        self._leave_plain_numbers()

    def _write(self) -> None:
        if os.getpid() != self._pid:  # a forked child: what it counts is a copy
            return
        register, ended = self._register, not self._lab.control.stopping
        odd = "it held something else than a whole number of 64 bits" if register.odd else ""
        try:
            write_versions(register, self._lab.run_dir, {**self._facts, "ended": ended, "odd": odd})
        except OSError as error:
            self._lab.story.tell("note", text=f"The versions of {register.name} could not be written: {error.strerror}")

    def _leave_plain_numbers(self) -> None:
        """The script's variables end as they would have: numbers that know nothing of versions."""
        variables = vars(sys.modules["__main__"])
        for name, value in list(variables.items()):
            if type(value) is Version:
                variables[name] = int(value)
        if self._register.log and self._register.name in variables:
            variables[self._register.name] = self._register.value()

    def _watch_stop(self) -> None:
        """Threads may go on when the user stops the script, until they are ended by force: write what there is."""
        print_it = sys.excepthook

        @functools.wraps(print_it)
        def excepthook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None, /) -> Any:
            if stopped_by_user(self._lab, kind):
                self._write()
            return print_it(kind, error, traceback)

        sys.excepthook = excepthook


def write_versions(register: Register, run_dir: str, facts: dict[str, object]) -> None:
    """Write all that is in the register so far, with ``facts`` as its text. Raises OSError where there is no room."""
    kept = register.log[: register.most]
    threads = {str(writer.number): {"tid": writer.tid, "name": writer.name} for writer in register.writers}
    text = to_json({**facts, "threads": threads}).encode()
    path = os.path.join(run_dir, VERSIONS_NAME)
    with open(f"{path}.part", "wb") as file:
        more = max(0, register.written - len(kept))
        file.write(VERSIONS_HEADER.pack(VERSIONS_MAGIC, len(kept), more, len(text)))
        for at in range(0, len(kept), _CHUNK):
            file.write(b"".join(kept[at : at + _CHUNK]))
        file.write(text)
    os.replace(f"{path}.part", path)  # whoever finds it finds all of it
