"""Lists the interpreters of this machine, as a table or as one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from visualiser.host.interpreter import Interpreter
from visualiser.host.interpreters import HOW_TO_GET, Found, find_interpreters

_OWN = "the app's own"
_NO_QT = "no PySide6: threading.Thread stands in for QThread"


def list_pythons(parser: argparse.ArgumentParser, words: list[str]) -> int:
    """Do what the words after ``pythons`` ask for; gives the exit code."""
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    as_json = parser.parse_args(words).json
    found = find_interpreters()
    sys.stdout.write(json.dumps(plain(found)) + "\n" if as_json else table(found))
    return 0


def plain(found: Found) -> dict[str, Any]:
    """What was found as plain data."""
    pythons = [
        {
            "label": one.label,
            "version": one.release,
            "free_threaded": one.free_threaded,
            "gil": one.gil,
            "pyside6": one.pyside,
            "own": one.path == sys.executable,
            "path": one.path,
        }
        for one in found.interpreters
    ]
    return {"pythons": pythons, "unfit": found.unfit, "broken": list(found.broken)}


def table(found: Found) -> str:
    """A line for each, and what was passed over."""
    labels = [one.label for one in found.interpreters]
    width = max(map(len, labels), default=0)
    pairs = zip(labels, found.interpreters, strict=True)
    lines = [f"{label.ljust(width)}  {one.path}{_remarks(one)}" for label, one in pairs]
    if found.free_threaded is None:
        lines.append(f"None of them is free-threaded: {HOW_TO_GET}.")
    if found.unfit or found.broken:
        lines.append(f"Passed over: {found.unfit} older or no CPython, {len(found.broken)} that do not answer.")
    return "\n".join(lines) + "\n"


def _remarks(one: Interpreter) -> str:
    words = [word for word in (_OWN if one.path == sys.executable else "", "" if one.pyside else _NO_QT) if word]
    return f"  ({'; '.join(words)})" if words else ""
