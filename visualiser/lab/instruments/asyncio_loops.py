"""Observes the event loops of ``asyncio``: what they hand to executors, and their own waiting."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
from types import ModuleType

from ..lab import Lab
from .asyncio_awaits import label_future
from .workers import function_name

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

WAITS = "event loop waits"


def install(module: ModuleType, lab: Lab) -> None:
    """Let the futures of ``run_in_executor`` say what they are."""
    cls = module.BaseEventLoop
    call = cls.run_in_executor

    @functools.wraps(call)
    def run_in_executor(self: Any, executor: Any, func: Any, *args: Any) -> Any:
        future = call(self, executor, func, *args)
        label_future(future, f"run_in_executor {function_name(func)}")
        return future

    cls.run_in_executor = run_in_executor


def install_selector_loop(module: ModuleType, lab: Lab) -> None:
    """Name the selector of a loop after what the loop does with it: a loop without a ready task waits there."""
    cls = module.BaseSelectorEventLoop
    make = cls.__init__

    @functools.wraps(make)
    def make_labelled(self: Any, *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        lab.set_label(getattr(self, "_selector", None), WAITS)

    cls.__init__ = make_labelled
