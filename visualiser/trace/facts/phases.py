"""Facts on the phases of a run, each under its own name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visualiser.trace.facts.cores import facts_of_cores_in_phase
from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.frames import facts_of_frame_times
from visualiser.trace.phases import Phase
from visualiser.trace.track import NS

if TYPE_CHECKING:
    from visualiser.trace.run import Run


def facts_of_phases(run: Run) -> Iterator[Fact]:
    """The parts of a run that its script announces.

    - ``phases``: their number. The others are of each phase that is over, by its slug:
    - ``<slug>_s``: seconds from its heading to the next one, or to the end of the run.
    - ``<slug>_speedup``: seconds of the first phase divided by those of this one.
    - ``<slug>_cores_used``, ``<slug>_overlap_percent``: as for the run, within the phase.
    - ``<slug>_frame_ms_median``, ``<slug>_frame_ms_max``: as for the run, of the frames whose middle lay in this
      phase.
    """
    phases = run.phases.all
    yield Fact("phases", len(phases), "", "Phases")
    for phase in phases:
        if phase.end is not None and phase.end > phase.start:
            yield from _times_of_phase(phases[0], phase, phase.end)
            yield from facts_of_cores_in_phase(run, phase)
            yield from facts_of_frame_times(run, f"{phase.slug}_", f"{phase.title}: ", (phase.start, phase.end))


def _times_of_phase(first: Phase, phase: Phase, end: int) -> Iterator[Fact]:
    length = end - phase.start
    yield Fact(f"{phase.slug}_s", length / NS, "s", phase.title)
    if first.end is not None:
        speedup = (first.end - first.start) / length
        yield Fact(f"{phase.slug}_speedup", speedup, "", f"{phase.title}: speed-up")
