"""Reads what the script prints, in threads of its own, up to a limit."""

from __future__ import annotations

import codecs
import os
import threading
from collections import deque
from typing import IO

LIMIT = 64 << 20  # bytes of both streams together
_CHUNK = 1 << 16


class Console:
    """The script's output so far.

    Attributes:
        limit: bytes that are kept of both streams together.
        read: bytes read so far.
        overflow: the script has written more than the limit; nothing is read any more, so its next print waits.
    """

    def __init__(self, out: IO[bytes], err: IO[bytes], limit: int = LIMIT) -> None:
        self.overflow = False
        self.read = 0
        self.limit = limit
        self._lock = threading.Lock()
        self._news: deque[tuple[str, str]] = deque()
        self._kept: dict[str, list[str]] = {"out": [], "err": []}
        self._streams = (out, err)
        self._threads = [
            threading.Thread(target=self._follow, args=(name, stream), name=f"console {name}", daemon=True)
            for name, stream in zip(("out", "err"), self._streams, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def news(self) -> list[tuple[str, str]]:
        """Pieces ("out" | "err", text) since the last call, in the order they came."""
        pieces = []
        while self._news:
            pieces.append(self._news.popleft())
        return pieces

    @property
    def stdout(self) -> str:
        """All of standard output."""
        return self._text("out")

    @property
    def stderr(self) -> str:
        """All of standard error."""
        return self._text("err")

    @property
    def ended(self) -> bool:
        """Both streams were read to their end."""
        return not any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        """Wait for the readers; every writer must be gone."""
        for thread, stream in zip(self._threads, self._streams, strict=True):
            thread.join(1.0)
            if not thread.is_alive():
                stream.close()

    def _text(self, name: str) -> str:
        with self._lock:
            return "".join(self._kept[name])

    def _follow(self, name: str, stream: IO[bytes]) -> None:
        # Pieces are cut anywhere, also within a character: the decoder keeps the beginning of one.
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while not self.overflow and (data := os.read(stream.fileno(), _CHUNK)):
            self._keep(name, decoder.decode(data), len(data))
        self._keep(name, decoder.decode(b"", final=True), 0)

    def _keep(self, name: str, text: str, size: int) -> None:
        with self._lock:
            self.read += size
            self.overflow = self.overflow or self.read > self.limit
            if text:
                self._kept[name].append(text)
                self._news.append((name, text))
