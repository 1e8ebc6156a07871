"""One small module per observed library module; each is loaded only when the script imports the module it observes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from ..lab import Lab

# observed module → (instrument, its function)
_INSTRUMENTS = {
    "builtins": ("printing", "install"),
    "time": ("sleeping", "install"),
    "threading": ("threads", "install"),
}


class _Instrument:
    """Installs one instrument; a failure is told and leaves the module as far as it got."""

    def __init__(self, lab: Lab, observed: str, where: tuple[str, str]) -> None:
        self._lab = lab
        self._observed = observed
        self._where = where

    def __call__(self, module: ModuleType) -> None:
        name, function = self._where
        try:
            getattr(import_module(f".{name}", __package__), function)(module, self._lab)
        except Exception as error:
            self._lab.story.tell("note", text=f"{self._observed} is not fully observed: {error!r}")


def make_hooks(lab: Lab) -> dict[str, Callable[[ModuleType], None]]:
    """Return what to call after the import of each module."""
    return {observed: _Instrument(lab, observed, where) for observed, where in _INSTRUMENTS.items()}
