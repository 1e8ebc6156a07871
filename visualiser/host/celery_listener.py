"""Runs under the script's interpreter, outside of the lab: hears Celery's events at a broker and tells them as a story.

Standard library and Celery only. Its standard input carries one JSON line, ``{"run": directory, "broker": address,
"ready": name}``, and then stays open for as long as it is to listen: it ends with whoever holds the other end.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

_LOOK_S = 0.1
_TRY_AGAIN_S = 0.3
_LAST_S = 1.0
_KEPT = ("uuid", "name", "freq", "worker", "process", "thread")


class Story:
    """The listener's own story in the run directory; a directory that is gone ends the listener."""

    def __init__(self, run: Path) -> None:
        self._path = run / f"p{os.getpid()}.jsonl"

    def tell(self, kind: str, when: int = 0, **facts: object) -> None:
        """Append one event; ``when``: ns on the clock of the records, now by default."""
        self._append({"ev": "task_queue", "t": when or time.perf_counter_ns(), "type": kind, **facts})

    def note(self, text: str) -> None:
        """Append what a reader of the record should know."""
        self._append({"ev": "note", "t": time.perf_counter_ns(), "text": text})

    def _append(self, event: dict[str, object]) -> None:
        line = json.dumps(event)
        try:
            with self._path.open("ab", buffering=0) as file:
                file.write(line.encode() + b"\n")
        except OSError:
            os._exit(1)


class Clocks:
    """Puts the times of every host on the clock of the records.

    Celery stamps events with the wall clock of their own host. Of another host only the difference to the fastest of
    its events is believed: so its times are as exact as that event was fast.
    """

    def __init__(self, here: str) -> None:
        self._here = here
        self._skew: dict[str, float] = {here: 0.0}

    def meets(self, host: str) -> bool:
        """Whether this is the first that is heard of another host."""
        return host not in self._skew

    def moment(self, host: str, stamp: float) -> int:
        """When an event of ``host`` happened that has just arrived, ns."""
        now, age = time.perf_counter_ns(), time.time() - stamp
        if host != self._here:
            self._skew[host] = min(age, self._skew.get(host, age))
        return now - int(max(age - self._skew[host], 0.0) * 1e9)


class Listener:
    """Hears the events of one broker, again and again if it goes away."""

    def __init__(self, run: Path, broker: str, ready: str) -> None:
        from celery import Celery  # type: ignore[import-untyped]
        from kombu.utils.url import maybe_sanitize_url

        self.over = threading.Event()
        self._app = Celery("listener", broker=broker)
        self._app.conf.event_queue_expires = 60
        self._shown = maybe_sanitize_url(broker)
        self._here = socket.gethostname()
        self._story, self._clocks = Story(run), Clocks(self._here)
        self._ready = run / ready
        self._lost = self._heard = False
        self._receiver: Any = None

    def listen(self) -> None:
        """Hear events until ``over``."""
        while not self.over.is_set():
            try:
                self._hear()
            except Exception as error:  # whatever a transport raises: what it means is that the broker is away
                self._lose(error)
                self.over.wait(_TRY_AGAIN_S)

    def end(self) -> None:
        """Let ``listen`` return soon."""
        self.over.set()
        if self._receiver is not None:
            self._receiver.should_stop = True

    def _hear(self) -> None:
        with self._app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
            self._receiver = self._app.events.Receiver(connection, handlers={"*": self._take})
            self._receiver.on_iteration = self._begin
            self._heard = False
            for _ in self._receiver.consume(limit=None, timeout=None, safety_interval=_LOOK_S, wakeup=True):
                pass

    def _begin(self) -> None:
        if self._heard:
            return
        self._heard, self._lost = True, False
        self._story.tell("listening", host=self._here, broker=self._shown)
        self._ready.touch()

    def _lose(self, error: Exception) -> None:
        if not self._lost:
            self._lost = True
            missing = error.name if isinstance(error, ImportError) else None
            self._story.tell("broker-lost", broker=self._shown, error=str(error)[:200], missing=missing)
            self._ready.touch()  # the script shall not wait for us

    def _take(self, event: dict[str, Any]) -> None:
        node = str(event.get("hostname", ""))
        host = node.rpartition("@")[2]
        if self._clocks.meets(host):
            self._story.note(f"Times of {host} are as exact as its clock and the way from there.")
        facts = {key: event[key] for key in _KEPT if event.get(key) is not None}
        when = self._clocks.moment(host, float(event["timestamp"]))
        self._story.tell(str(event["type"]), when, node=node, host=host, worker_pid=event.get("pid", 0), **facts)


def main() -> None:
    """Listen until standard input ends."""
    order = json.loads(sys.stdin.readline())
    try:
        listener = Listener(Path(order["run"]), order["broker"], order["ready"])
    except ImportError:
        return
    threading.Thread(target=_end_with_input, args=(listener,), daemon=True).start()
    listener.listen()


def _end_with_input(listener: Listener) -> None:
    sys.stdin.read()
    listener.end()
    time.sleep(_LAST_S)
    os._exit(0)  # something hangs: nobody is there any more to end us


if __name__ == "__main__":
    sys.path.pop(0)  # our own modules are no namesakes of what Celery imports
    main()
