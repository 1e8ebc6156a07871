"""Makes the pictures in docs/: everything run for real in the window, on the virtual screen that tests have too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from tools.scenes import Scene
from tools.screen import for_tests
from visualiser.host.catalogue import builtin_scenarios

HERE = Path(__file__).resolve().parent.parent
FOLDER = HERE / "docs" / "pictures"
_LARGE, _SMALL = (1440, 900), (1280, 720)
_QUIET = 1.5  # load below which a machine is no busier than the run alone makes it
_PATIENCE_S = 20 * 60
_LOOK_S = 5
_EVERY_STATE = Scene(
    "states-dark", "waiting", size=_LARGE, settings={"second_source": "auto"}, knobs=("HASHING=2",), wide=True
)


def scenes() -> list[Scene]:
    """Those that the documents show: one of each scenario, dark and light in turns, and those of the README."""
    return [
        *(_of_scenario(number, one.id) for number, one in enumerate(builtin_scenarios())),
        Scene("race-dark", "race", size=_LARGE),
        Scene("lesson-light", "io_cpu_bound", look="light", size=_LARGE, settings=_tabs("lesson")),
        _EVERY_STATE,
        replace(_EVERY_STATE, name="states-grey", look="light", grey=True),
        Scene("stepper-dark", "race", kind="stepper", size=_SMALL),
        Scene("account-dark", "race", kind="account", size=_SMALL),
        Scene("replay-dark", "io_cpu_bound", kind="replay", size=_LARGE),
        Scene("measure-light", "two_threads", kind="measure", look="light", size=_LARGE),
        Scene(
            "compare-light",
            "cpu_threads",
            kind="compare",
            look="light",
            size=_SMALL,
            compared=("cpu_threads", "cpu_processes"),
        ),
        Scene("duel-light", "cpu_threads", kind="duel", look="light", size=_SMALL),
    ]


def take(scene: Scene, environment: dict[str, str]) -> None:
    """Take one picture, in a process of its own with that environment."""
    file = FOLDER / f"{scene.name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tools.scenes", json.dumps(asdict(scene)), str(file)]
    subprocess.run(command, cwd=HERE, env=environment, check=True, timeout=180)


def wait_for_quiet(latest: float) -> None:
    """Wait until other programs leave the cores alone, or until ``latest`` on the monotonic clock."""
    while os.getloadavg()[0] >= _QUIET and time.monotonic() < latest:
        time.sleep(_LOOK_S)


def main() -> None:
    """``python -m tools.pictures [NAME ...]``: those of these names (``race``, ``race-dark``), without names all."""
    wanted = set(sys.argv[1:])
    chosen = [scene for scene in scenes() if not wanted or scene.name.rpartition("/")[2] in wanted]
    latest = time.monotonic() + _PATIENCE_S
    with for_tests() as environment:
        for scene in chosen:
            wait_for_quiet(latest)
            print(f"{scene.name}, at a load of {os.getloadavg()[0]:.1f}")
            take(scene, environment)


def _of_scenario(number: int, scenario: str) -> Scene:
    return Scene(f"scenarios/{scenario}", scenario, look="light" if number % 2 else "dark", settings=_tabs("code"))


def _tabs(top: str) -> dict[str, str]:
    return {"top_tab": top, "bottom_tab": "facts"}


if __name__ == "__main__":
    main()
