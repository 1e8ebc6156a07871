"""Calls an instrument right after the module it belongs to has been imported; costs nothing if it never is."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

Hook = Callable[[ModuleType], None]


def hook_imports(hooks: Mapping[str, Hook]) -> None:
    """Run each hook once its module is there: now for those already imported, else after their import."""
    for name, hook in hooks.items():
        if name in sys.modules:
            hook(sys.modules[name])
    sys.meta_path.insert(0, _Finder(hooks))


class _Finder:
    """Lets the other finders work and puts a loader that calls the hook around theirs."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        self._hooks = dict(hooks)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._hooks:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find and finder is not self else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self._hooks[name])
                return spec  # type: ignore[no-any-return]
        return None


class _Loader:
    """Loads as the true loader does and then calls the hook; the module never gets to see it."""

    def __init__(self, loader: Any, hook: Hook) -> None:
        self._loader = loader
        self._hook = hook

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        failed = getattr(self._hook, "import_failed", None)
        try:
            self._loader.exec_module(module)
        except ImportError as error:
            if failed is not None:
                failed(error)
            raise
        self._hook(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
