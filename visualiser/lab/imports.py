"""Records what the script itself imports as labels of its threads, if it takes its time.

The true ``__import__`` stays in place: a finder is asked only for modules that are not there yet, so an import that
finds its module costs nothing more, and nobody who replaces ``__import__`` as well (Qt does) gets in the way.
"""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType

from .lab import Lab
from .layout import Kind
from .recorder import KIND, Handle, Track

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_WORD = Kind.IMPORT << KIND
_LONG_NS = 1_000_000
_IMPORTLIB = "<frozen importlib"
_clock = time.perf_counter_ns


def watch_imports(lab: Lab) -> None:
    """Ask for every module before all other finders do."""
    sys.meta_path.insert(0, _Finder(lab))


class Import:
    """The outermost import of one thread. It leaves a record only if it lasts ``_LONG_NS``."""

    __slots__ = ("_begin", "_caller", "_handle", "_lab", "_name", "_over", "_shown", "track")

    def __init__(self, lab: Lab, track: Track, name: str, caller: FrameType) -> None:
        self.track = track
        self._lab = lab
        self._name = name
        self._caller: FrameType | None = caller
        self._handle: Handle | None = None
        self._shown = self._over = False
        self._begin = _clock()

    def goes_on(self) -> None:
        """Show it from now on if it is long: time that was drawn already gets no label any more."""
        if not self._shown and not self._over and _clock() - self._begin >= _LONG_NS:
            self._shown = True  # now, for what is done here may import as well
            self._handle = self.track.span(_WORD, self._label(), self._begin)

    def end(self) -> None:
        """It is done, or another label takes its place; nothing if it was over before."""
        if self._over:
            return
        self._over, end = True, _clock()
        if self._handle is not None:
            self.track.end(self._handle)
        elif end - self._begin >= _LONG_NS:
            self.track.span(_WORD, self._label(), self._begin, end)
        self._caller = None

    def _label(self) -> int:
        return self._lab.sites.name(f"import {self._name}", self._caller)


class _Finder:
    """Lets the other finders work and puts a loader that keeps the time around theirs."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # The lab itself imports while it makes the track of a thread: there is none yet.
        track: Track | None = getattr(self._lab.threads, "track", None)
        if track is None:
            return None
        if track.load is not None:
            track.load.goes_on()
            return None
        caller = None if track.quiet or track.working else self._user(sys._getframe(1))
        if caller is None:
            return None
        load = Import(self._lab, track, name, caller)
        spec = self._find(name, path, target)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, load)  # type: ignore[assignment]
        return spec

    def _user(self, frame: FrameType) -> FrameType | None:
        """Return the user's frame that imports; None if a library does, or if nothing is going to be loaded."""
        if frame.f_back is None or frame.f_back.f_code.co_name != "_find_and_load_unlocked":
            return None
        caller = frame.f_back.f_back
        # A package may load some of its modules only when they are asked for.
        while caller is not None and (_is_importlib(caller) or caller.f_code.co_name == "__getattr__"):
            caller = caller.f_back
        return None if caller is None or self._lab.sites.is_library(caller.f_code.co_filename) else caller

    def _find(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find and finder is not self else None
            if spec is not None:
                return spec  # type: ignore[no-any-return]
        return None


class _Loader:
    """Loads as the true loader does; the module never gets to see it."""

    def __init__(self, loader: Any, load: Import) -> None:
        self._loader = loader
        self._load = load

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        track = self._load.track
        track.load = self._load
        try:
            return self._loader.create_module(spec)  # type: ignore[no-any-return]
        except BaseException:
            self._load.end()
            raise
        finally:
            track.load = None

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        track = self._load.track
        track.load = self._load
        try:
            self._loader.exec_module(module)
        finally:
            if track.load is self._load:  # else this is a child that was forked meanwhile
                track.load = None
                self._load.end()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def _is_importlib(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_IMPORTLIB)


def _pass_for_importlib(function: Callable[..., Any]) -> None:
    """Let the frames of ``function`` count as importlib's: tracebacks leave those out, warnings step over them."""
    function.__code__ = function.__code__.replace(co_filename="<frozen importlib._bootstrap>")


for _function in (_Finder.find_spec, _Finder._find, _Loader.create_module, _Loader.exec_module):
    _pass_for_importlib(_function)
