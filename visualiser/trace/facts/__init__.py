"""Facts of a run, computed from what was recorded of it. A fact that a run cannot tell is absent, never guessed.

Each module documents the exact definition of the facts it computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from visualiser.trace.facts.cores import facts_of_cores
from visualiser.trace.facts.fact import Fact, Value
from visualiser.trace.facts.frames import facts_of_frames
from visualiser.trace.facts.gil import facts_of_gil
from visualiser.trace.facts.moves import facts_of_moves
from visualiser.trace.facts.people import facts_of_people
from visualiser.trace.facts.phases import facts_of_phases
from visualiser.trace.facts.queues import facts_of_locks, facts_of_queues
from visualiser.trace.facts.scope import Scope
from visualiser.trace.facts.starting import facts_of_starting
from visualiser.trace.facts.states import facts_of_states
from visualiser.trace.facts.steps import facts_of_steps, facts_of_task_queue
from visualiser.trace.facts.tasks import facts_of_tasks

if TYPE_CHECKING:
    from visualiser.trace.run import Run

__all__ = ["Fact", "Value", "facts_of", "values_of"]


def facts_of(run: Run) -> dict[str, Fact]:
    """All that can be told of a run so far, by name.

    The script's own results and knobs come first, under their own names, once it has ended; what was computed takes
    precedence over a result of the same name.

    While a run goes on this costs a few milliseconds, whatever its length: what needs all spans of all tracks is added
    up from one call to the next.
    """
    results = {name: Fact(name, value, "", name) for name, value in run.results.items()}
    return results | {fact.name: fact for fact in _computed(run)}


def values_of(facts: Mapping[str, Fact]) -> dict[str, Value]:
    """The values alone, as expressions and sentences want them."""
    return {name: fact.value for name, fact in facts.items()}


def _computed(run: Run) -> Iterator[Fact]:
    scope = Scope(run)
    if run.sampled and run.start_ns:  # before, there is nothing of the script's own
        run.running.advance(run, scope)
        run.turns.advance(run, scope)
    yield from facts_of_states(run, scope)
    yield from facts_of_people(run, scope)
    yield from facts_of_cores(run)
    yield from facts_of_moves(run, scope)
    yield from facts_of_gil(run, scope)
    yield from facts_of_starting(run, scope)
    yield from facts_of_tasks(run)
    yield from facts_of_queues(run)
    yield from facts_of_locks(run)
    yield from facts_of_steps(run)
    yield from facts_of_frames(run)
    yield from facts_of_task_queue(run)
    yield from facts_of_phases(run)
