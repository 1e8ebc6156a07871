"""Reads the events of a Chrome trace one by one, however large, cut off or damaged its text is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from visualiser.trace.exchange.errors import TraceError

NO_TRACE = "This is no Chrome trace: it has no list of events."
_LARGEST_VALUE = 1 << 27  # characters
_TOLD = ("otherData", "metadata", "viztracer_metadata")
_NEXT_EVENT = re.compile(r"\}\s*,\s*(?=\{)")
_SEAM = 64  # characters that may belong to a place to go on at
_BLANK = re.compile(r"[\s,]*")


class _Damaged(Exception):
    """What comes next is no JSON; ``cut``: the text ends before it does."""

    def __init__(self, cut: bool) -> None:
        self.cut = cut


class EventReader:
    """Iterates over the events of a trace: the array itself, or ``traceEvents`` of an object.

    Args:
        chunks: the text, piece by piece.

    Attributes:
        told: what the object says beside the events, as far as it has been read.
        damaged: number of places that were no JSON, and were skipped up to the next event.
        cut: the text ended before the events did.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self.told: dict[str, Any] = {}
        self.damaged = 0
        self.cut = False
        self._chunks = chunks
        self._text = ""
        self._at = 0
        self._decode = json.JSONDecoder(strict=False).raw_decode

    def __iter__(self) -> Iterator[object]:
        """Every value of the list of events; raises TraceError where there is none."""
        first = self._peek()
        if first == "[":
            self._at += 1
            yield from self._list()
        elif first == "{":
            self._at += 1
            yield from self._object()
        else:
            raise TraceError(NO_TRACE)

    def _object(self) -> Iterator[object]:
        found = False
        try:
            while self._peek() == '"':
                key = self._value()
                if self._peek(":") == "[" and key == "traceEvents":
                    found = True
                    self._at += 1
                    yield from self._list()
                else:
                    value = self._value()
                    if isinstance(key, str) and key in _TOLD:
                        self.told[key] = value
        except _Damaged:
            self.cut = True
        if not found:
            raise TraceError(NO_TRACE)

    def _list(self) -> Iterator[object]:
        while (first := self._peek()) != "]":
            if not first:
                self.cut = True
                return
            try:
                value = self._value()
            except _Damaged as damage:
                if damage.cut or not self._skip_to_next():
                    self.damaged += not damage.cut
                    self.cut = True
                    return
                self.damaged += 1
            else:
                yield value
        self._at += 1

    def _peek(self, also: str = "") -> str:
        """The next character that is not blank, no comma and not ``also``; empty at the end."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                if self._text[self._at] != also:
                    return self._text[self._at]
                self._at += 1
            elif not self._grow():
                return ""

    def _value(self) -> object:
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                unfinished = self._is_unfinished(error)
                if not (unfinished and self._grow()):
                    raise _Damaged(cut=unfinished) from None
                continue
            if end == len(self._text) and not isinstance(value, dict | list | str) and self._grow():
                continue  # a number may go on
            self._at = end
            return value

    def _is_unfinished(self, error: Exception) -> bool:
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _SEAM // 8

    def _grow(self) -> bool:
        """Read on, at least as much as waits already: whoever tries again then does so rarely."""
        waiting = len(self._text) - self._at
        if waiting > _LARGEST_VALUE:
            return False
        parts, size = [self._text[self._at :]], 0
        for chunk in self._chunks:
            parts.append(chunk)
            size += len(chunk)
            if size >= max(waiting, 1):
                break
        self._text, self._at = "".join(parts), 0
        return size > 0

    def _skip_to_next(self) -> bool:
        while True:
            match = _NEXT_EVENT.search(self._text, self._at)
            if match:
                self._at = match.end()
                return True
            self._at = max(self._at, len(self._text) - _SEAM)
            if not self._grow():
                return False
