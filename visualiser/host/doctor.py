"""Says what this system lets us see, which source of states a run would have, and what would make it better."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict

from visualiser.host.display import obstacle
from visualiser.host.permissions import Permission, report
from visualiser.host.sampler import Sampler
from visualiser.host.state_sources import make_plan

_SIGNS = {True: "ok ", False: "no "}
_DRAWN = {
    "perf": "the kernel's core switches",
    "peek": "looks from outside",
    "calls": "recorded calls alone",
}


def examine(as_json: bool) -> str:
    """Everything that was found, as lines to read or as one JSON object."""
    found = [*report(), _screen()]
    drawn = _drawn()
    if as_json:
        return json.dumps({"states": drawn, "found": [asdict(one) for one in found]}) + "\n"
    width = max(len(one.name) for one in found)
    lines = [f"{_SIGNS[one.ok]} {one.name.ljust(width)}  {one.sentence}" for one in found]
    lines.append(f"\nPython {platform.python_version()} on {platform.system()}: states come from {_DRAWN[drawn]}.")
    return "\n".join(lines) + "\n"


def _screen() -> Permission:
    trouble = obstacle()
    return Permission("screen", not trouble, trouble or "A window can be opened.")


def _drawn() -> str:
    sampler = Sampler()
    try:
        return make_plan("auto", "", sampler.can).drawn
    finally:
        sampler.close()
