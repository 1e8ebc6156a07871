"""Interpreters that are none: shell scripts that answer the question as some interpreter would, and count it."""

from __future__ import annotations

import json
from pathlib import Path

ANSWER = {
    "version": [3, 13, 0],
    "release": "3.13.0",
    "implementation": "cpython",
    "free_threaded": False,
    "gil": True,
    "pyside": False,
}


def stand_in(directory, name="python3", **changes):
    """A program that answers as an interpreter would that differs so from ``ANSWER``."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    answer = {**ANSWER, "path": str(path), "base": str(directory), **changes}
    return program(path, f"echo '{json.dumps(answer)}'")


def program(path, *lines):
    """A shell script that first writes down that it was asked."""
    path.write_text("\n".join(["#!/bin/sh", f"echo asked >> '{path}.asked'", *lines, ""]))
    path.chmod(0o700)
    return str(path)


def asked(path):
    """How often that program was started."""
    count = Path(f"{path}.asked")
    return len(count.read_text().splitlines()) if count.exists() else 0
