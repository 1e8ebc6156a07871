"""Observes where a Celery app finds its broker, and lets the host listen there before the first task is sent."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import os
import time
from types import ModuleType

from ..calls import Waiting
from ..lab import Lab
from ..layout import BROKER_READY_NAME, Kind

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

# Queues in files or in memory know no other machine: all there is to see of them is seen in this run's processes.
_LOCAL = ("filesystem:", "memory:", "sqla+", "sqlalchemy")
_PATIENCE_S = 3.0
_STEP_S = 0.005


def install(module: ModuleType, lab: Lab) -> None:
    """Tell of every address that the script's own process sends tasks to (``celery.app.base``)."""
    if lab.how != "root":
        return
    broker, cls = _Broker(lab), module.Celery
    connect, send = cls._connection, cls.send_task

    @functools.wraps(connect)
    def connect_told(self: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        broker.tell(url)
        return connect(self, url, *args, **kwargs)

    @functools.wraps(send)
    def send_heard(self: Any, *args: Any, **kwargs: Any) -> Any:
        broker.tell(self.conf.broker_write_url)
        broker.wait_for_listener()
        return send(self, *args, **kwargs)

    cls._connection, cls.send_task = connect_told, send_heard


class _Broker:
    """The addresses told so far, and whether somebody listens there."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._told: set[str] = set()
        self._waited = False

    def tell(self, url: Any) -> None:
        """Tell of an address once."""
        if isinstance(url, str) and url not in self._told and not url.startswith(_LOCAL):
            self._told.add(url)
            self._lab.story.tell("task_broker", url=url)

    def wait_for_listener(self) -> None:
        """Wait, before the first task, until the app listens too: what becomes of it elsewhere shall be heard."""
        if self._waited or not self._told:
            return
        self._waited = True
        ready, give_up = os.path.join(self._lab.run_dir, BROKER_READY_NAME), time.monotonic() + _PATIENCE_S
        with Waiting(self._lab, Kind.EVENT, "the visualiser listens at the broker", None):
            while not os.path.exists(ready) and time.monotonic() < give_up:
                time.sleep(_STEP_S)
