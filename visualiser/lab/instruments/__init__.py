"""One small module per observed library module; each is loaded only when the script imports the module it observes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from ..lab import Lab

# observed module → (instrument, its function)
_INSTRUMENTS = {
    "builtins": ("printing", "install"),
    "os": ("execs", "install"),
    "time": ("sleeping", "install"),
    "threading": ("threads", "install"),
    "queue": ("queues", "install"),
    "concurrent.futures._base": ("futures", "install"),
    "concurrent.futures.thread": ("futures", "install_thread_pool"),
    "concurrent.futures.process": ("futures", "install_process_pool"),
    "multiprocessing.process": ("processes", "install"),
    "multiprocessing.popen_fork": ("processes", "install_popen"),
    "multiprocessing.popen_forkserver": ("processes", "install_popen"),
    "multiprocessing.popen_spawn_win32": ("processes", "install_popen"),
    "multiprocessing.pool": ("pools", "install"),
    "multiprocessing.queues": ("process_queues", "install"),
    "multiprocessing.connection": ("pipes", "install"),
    "multiprocessing.managers": ("pipes", "install_managers"),
    "multiprocessing.context": ("process_locks", "install_context"),
    "multiprocessing.synchronize": ("process_locks", "install"),
    "multiprocessing.sharedctypes": ("process_locks", "install_shared"),
    "subprocess": ("subprocesses", "install"),
    "socket": ("sockets", "install"),
    "ssl": ("sockets", "install_ssl"),
    "select": ("sockets", "install_select"),
    "selectors": ("sockets", "install_selectors"),
    "asyncio.tasks": ("asyncio_tasks", "install"),
    "asyncio.base_events": ("asyncio_loops", "install"),
    "asyncio.selector_events": ("asyncio_loops", "install_selector_loop"),
    "asyncio.locks": ("asyncio_queues", "install_locks"),
    "asyncio.queues": ("asyncio_queues", "install"),
    "billiard.process": ("processes", "install"),
    "billiard.popen_fork": ("processes", "install_popen"),
    "billiard.pool": ("celery_tasks", "install_pool"),
    "celery.app.base": ("celery_broker", "install"),
    "celery.concurrency.thread": ("celery_tasks", "install_thread_pool"),
    "celery.result": ("celery_tasks", "install_results"),
    "celery.signals": ("celery_tasks", "install_signals"),
    "kombu.utils.eventio": ("celery_tasks", "install_polling"),
    "visualiser.qthread": ("qthreads", "install"),
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

    def import_failed(self, error: ImportError) -> None:
        """Tell why the scenario cannot use Qt's threads; what else cannot be imported is the script's own affair."""
        if self._observed == "visualiser.qthread":
            self._lab.story.tell("note", text=f"QThread cannot be had here: {error}.")


def make_hooks(lab: Lab) -> dict[str, Callable[[ModuleType], None]]:
    """Return what to call after the import of each module."""
    return {observed: _Instrument(lab, observed, where) for observed, where in _INSTRUMENTS.items()}
