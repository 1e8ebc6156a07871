"""What there is to say of a run that begins: script, knobs, machine, date."""

from __future__ import annotations

import os
import platform
from dataclasses import replace
from datetime import datetime

import visualiser
from visualiser.host.catalogue import Scenario
from visualiser.host.knobs import find_knobs
from visualiser.trace.document import About
from visualiser.trace.run import Run


def about_run(scenario: Scenario, text: str) -> About:
    """Of a run of that text of the scenario, begun now on this machine."""
    return About(
        title=scenario.title,
        scenario=scenario.id if scenario.builtin else "",
        file=scenario.path.name,
        text=text,
        knobs={knob.name: knob.value for knob in find_knobs(text)},
        machine=machine(),
        made=datetime.now().astimezone().isoformat(timespec="seconds"),
        app=f"Concurrency Visualiser {visualiser.__version__}",
    )


def about_end(about: About, run: Run, note: str) -> About:
    """The same with what only the run itself tells.

    Args:
        about: what was known at its beginning.
        run: the run, which has told its interpreter by now.
        note: what was missing of the states that were wanted, one sentence a line.
    """
    root = next((process for process in run.processes.values() if process.is_root), None)
    return replace(about, python=root.python if root else "", note="\n".join(filter(None, (note, *run.notes))))


def machine() -> str:
    """The machine we are on in words: system, processor, cores."""
    cores = os.cpu_count() or 1
    return f"{platform.system()} {platform.release()}, {platform.machine()}, {cores} core{'s' if cores > 1 else ''}"
