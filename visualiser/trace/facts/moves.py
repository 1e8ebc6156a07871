"""Facts on which cores the threads had: how often they moved to another, and what went to everything else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.scope import Scope

if TYPE_CHECKING:
    from visualiser.trace.run import Run
    from visualiser.trace.track import Track


def facts_of_moves(run: Run, scope: Scope) -> Iterator[Fact]:
    """Where things ran; nothing where core switches are not told.

    - ``migrations``: how often a thread (of any process, helpers apart) came onto another core than the one it was on
      before, since the first line of the script.
    - ``other_load_percent``: the share of all cores' time that went to anything but the run's processes, since it
      began: other programs, this one's own window and sampler, and the system itself.
    """
    if not run.core_logs.told or not run.start_ns:
        return
    yield Fact("migrations", sum(moves_of(run, track) for track in scope.threads), "", "Moves to another core")
    others = run.loads.others_percent
    if others is not None:
        yield Fact("other_load_percent", others, "%", "Cores taken by everything else")


def moves_of(run: Run, track: Track) -> int:
    """How often a thread came onto another core than the one before, since the first line of the script."""
    log = run.core_logs.of(track)
    begin = max(track.start_ns, run.start_ns)
    end = run.now_ns if track.end_ns is None else track.end_ns
    return log.moves_between(begin, end) if log is not None else 0
