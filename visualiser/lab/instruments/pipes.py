"""Observes ``multiprocessing.connection`` and ``multiprocessing.managers``: waits for the other end of a pipe."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from types import ModuleType

from ..calls import Waiting, waiting
from ..lab import Lab
from ..layout import Kind

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_METHODS = ("recv", "recv_bytes", "recv_bytes_into", "send", "send_bytes")


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap the ends of pipes."""
    cls = module._ConnectionBase
    for name in _METHODS:
        setattr(cls, name, waiting(lab, Kind.IO, getattr(cls, name), f"pipe.{name}"))
    cls.poll = waiting(lab, Kind.IO, cls.poll, "pipe.poll", lambda pipe, timeout=0.0: timeout == 0)
    module.Listener.accept = waiting(lab, Kind.IO, module.Listener.accept, "accept")
    module.Client = waiting(lab, Kind.IO, module.Client, "connect")  # type: ignore[attr-defined]
    module.wait = waiting(  # type: ignore[attr-defined]
        lab, Kind.IO, module.wait, "wait for pipes", lambda pipes, timeout=None: timeout == 0
    )


def install_managers(module: ModuleType, lab: Lab) -> None:
    """Wrap the calls of a manager's proxies: each is a message to its process and a wait for the answer."""
    call = module.BaseProxy._callmethod

    @functools.wraps(call)
    def call_recorded(self: Any, methodname: str, *args: Any, **kwargs: Any) -> Any:
        kind = Kind.LOCK if methodname == "acquire" else Kind.IO
        with Waiting(lab, kind, f"manager {methodname}", sys._getframe(1)):
            return call(self, methodname, *args, **kwargs)

    module.BaseProxy._callmethod = call_recorded
