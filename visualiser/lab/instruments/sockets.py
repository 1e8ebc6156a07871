"""Observes ``socket``, ``ssl``, ``select`` and ``selectors``: waits for the network."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

from types import ModuleType

from ..calls import waiting
from ..lab import Lab
from ..layout import Kind

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_METHODS = (
    "accept",
    "connect",
    "recv",
    "recv_into",
    "recvfrom",
    "recvfrom_into",
    "recvmsg",
    "send",
    "sendall",
    "sendto",
)
_SECURE = ("read", "write", "do_handshake")


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap the methods of ``socket.socket`` that may wait."""
    _watch(module.socket, _METHODS, lab)
    module.getaddrinfo = waiting(  # type: ignore[attr-defined]
        lab, Kind.IO, module.getaddrinfo, lambda host, *a, **k: f"look up {host}"
    )


def install_ssl(module: ModuleType, lab: Lab) -> None:
    """Wrap the methods of ``ssl.SSLSocket`` that may wait."""
    _watch(module.SSLSocket, _SECURE, lab)


def install_select(module: ModuleType, lab: Lab) -> None:
    """Wrap ``select.select``."""
    call = getattr(module, "select", None)
    if call is not None:
        at_once = lambda r, w, x, timeout=None: timeout == 0  # noqa: E731
        module.select = waiting(lab, Kind.IO, call, "select", at_once)  # type: ignore[attr-defined]


def install_selectors(module: ModuleType, lab: Lab) -> None:
    """Wrap ``select`` of every kind of selector there is on this system."""
    for cls in vars(module).values():
        if isinstance(cls, type) and issubclass(cls, module.BaseSelector) and "select" in vars(cls):
            at_once = lambda selector, timeout=None: timeout is not None and timeout <= 0  # noqa: E731
            label = lambda selector, *a, **k: lab.label(selector, "select")  # noqa: E731 - asyncio's has another
            cls.select = waiting(lab, Kind.IO, cls.select, label, at_once)  # type: ignore[attr-defined]


def _watch(cls: Any, methods: tuple[str, ...], lab: Lab) -> None:
    for name in methods:
        call = getattr(cls, name, None)
        if call is not None:
            setattr(cls, name, waiting(lab, Kind.IO, call, f"socket.{name}", _never_waits))


def _never_waits(sock: Any, *args: Any, **kwargs: Any) -> bool:
    return bool(sock.gettimeout() == 0)
