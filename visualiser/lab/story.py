"""The story of one process: names and rare events, one JSON object a line, appended with one write each."""

from __future__ import annotations

import itertools
import os
import time

from .layout import story_name

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from .control import Control

_FLAGS = os.O_CREAT | os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Story:
    """Writes ``p<pid>.jsonl``.

    The file is opened anew for every line: lines are rare, and so no descriptor is left that a script could close or
    a child could inherit.
    """

    def __init__(self, run_dir: str, control: Control) -> None:
        self._run_dir = run_dir
        self._control = control
        self.renew()

    def renew(self) -> None:
        """Begin the story of this very process; to be called again in a forked child."""
        self._path = os.path.join(self._run_dir, story_name(os.getpid()))
        self._names: dict[tuple[str, str | None, int | None], int] = {}
        self._ids = itertools.count(1 + self._told_before())

    def tell(self, event: str, **facts: object) -> None:
        """Append one line. A write that fails is reported as a fault and never raised."""
        line = to_json({"ev": event, "t": time.perf_counter_ns(), **facts}) + "\n"
        try:
            fd = os.open(self._path, _FLAGS, 0o600)
            try:
                os.write(fd, line.encode())
            finally:
                os.close(fd)
        except OSError as error:
            self._control.report_fault(error.errno or 5)

    def name(self, label: str, file: str | None = None, line: int | None = None) -> int:
        """Return the number that records use for this label at this place; tell it when it is new."""
        key = (label, file, line)
        known = self._names.get(key)
        if known is not None:
            return known
        mine = next(self._ids)
        number = self._names.setdefault(key, mine)
        if number == mine:
            self.tell("name", id=number, label=label, file=file, line=line)
        return number

    def _told_before(self) -> int:
        # After exec the pid stays and older names are in use: no file has told more names than it has bytes.
        try:
            return os.stat(self._path).st_size
        except OSError:
            return 0


def to_json(value: object) -> str:
    """Write simple values as JSON; the library's ``json`` would cost every child the import of ``re`` and more."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(key))}: {to_json(item)}" for key, item in value.items()) + "}"
    return _text(str(value))


def _number(value: int | float) -> str:
    if isinstance(value, int):
        return int.__repr__(value)
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(repr(value), float.__repr__(value))


def _text(text: str) -> str:
    plain = text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if " " <= character <= "~" and character not in '"\\':
        return character
    # JSON speaks UTF-16: what lies beyond goes as a pair of surrogates.
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
