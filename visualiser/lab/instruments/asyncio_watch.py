"""What the lab keeps of one asyncio task while it lives."""

# ruff: noqa: ANN401 - a task may run any coroutine

from __future__ import annotations

from ..recorder import Handle

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

# The attribute of a task that holds its watch.
WATCH = "_visualiser_watch"
_CODES = ("cr_code", "gi_code")


class Watch:
    """What is known of one task.

    ``number`` is 0 for a task beyond the first ``MOST_TASKS``: only its steps are recorded. ``begun``: it ran a step,
    ``ready``: a handle for its next step exists. ``step`` and ``wait``: its open records.
    ``title``: what asyncio calls it, ``label``: what it runs, defined at ``file`` and ``line``; ``name``: of its steps.
    """

    __slots__ = ("begun", "file", "label", "line", "name", "number", "ready", "step", "title", "wait")

    def __init__(self, number: int, coro: Any) -> None:
        code = next((getattr(coro, name) for name in _CODES if hasattr(coro, name)), None)
        self.number = number
        self.label: str = getattr(coro, "__name__", None) or type(coro).__name__
        self.file: str | None = code.co_filename if code is not None else None
        self.line: int | None = code.co_firstlineno if code is not None else None
        self.name = 0
        self.title = ""
        self.begun = self.ready = False
        self.step: Handle | None = None
        self.wait: Handle | None = None

    def is_helper(self, library: bool) -> bool:
        """Tell whether it is asyncio's own affair, where its coroutine is defined in a library or not."""
        return library and self.label.startswith(("_", "shutdown_"))


def name_of(task: Any) -> str:
    """Return what asyncio calls a task; with a factory of one's own some versions rename those without a name."""
    name = task.get_name()
    if name != "None":
        return str(name)
    watch = getattr(task, WATCH, None)
    return watch.title if watch is not None else "Task"
