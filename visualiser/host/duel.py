"""A duel: one script under two interpreters, made fair, and what the two runs say beside each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visualiser.host.interpreter import Interpreter
from visualiser.host.interpreters import HOW_TO_GET, Found
from visualiser.host.knobs import apply_assignments, find_knobs
from visualiser.host.outcome import Outcome
from visualiser.trace.facts import Fact, Value, facts_of
from visualiser.trace.run import Run

Pair = tuple[Interpreter, Interpreter]
NONE_FREE = f"No free-threaded Python was found: {HOW_TO_GET}. Two others can be compared meanwhile."
IN_TURN = "One after the other, never at the same time: they would take each other's cores."
_WORKERS, _QT, _PLAIN = "WORKERS", "QThread", "threading"
_TOLD = ("cores_used", "overlap_in_process_percent", "handovers", "turn_ms")  # facts, in the order they are shown
_CROWD = 0.5  # cores; watching and painting take less
_WAITED = 0.05  # of the time on cores
_ALIKE = 0.05  # ratios nearer to one than this are no victory: two runs of one interpreter differ by as much


@dataclass(frozen=True)
class Score:
    """What one side did.

    Attributes:
        wall_s: seconds from the script's first line to its end.
        facts: of its run, by name.
        results: the simple values the script ended with, knobs apart.
        crowd: cores that other programs took away from it, on average; None where none, or where nobody tells.
    """

    interpreter: Interpreter
    outcome: Outcome
    facts: Mapping[str, Fact]
    results: Mapping[str, Any]
    crowd: float | None = None

    @property
    def wall_s(self) -> float:
        """Seconds from the script's first line to its end."""
        return self.outcome.wall_s


@dataclass(frozen=True)
class Row:
    """One line of the comparison; None where that run cannot tell."""

    name: str
    words: str
    unit: str
    values: tuple[Value | None, ...]


def score(interpreter: Interpreter, outcome: Outcome, run: Run, results: Mapping[str, Any]) -> Score:
    """What a finished run counts for."""
    facts = facts_of(run)
    return Score(interpreter, outcome, facts, results, _crowd(run, facts))


def default_pair(found: Found, own: Interpreter) -> Pair | None:
    """The newest without GIL against an ordinary one of its version, else our own; None where there is none.

    Of one version, the GIL is all that tells them apart.
    """
    free = found.free_threaded
    ordinary = [one for one in (*found.interpreters, own) if one.gil]
    if free is None or not ordinary:
        return None
    alike = [one for one in ordinary if not one.free_threaded and one.version[:2] == free.version[:2]]
    if own in alike:
        return own, free
    newest = max(alike or ordinary, key=lambda one: one.version)
    return (newest if alike or not own.gil else own), free


def fair_text(text: str, pair: Pair) -> tuple[str, str]:
    """The script both sides run, and a sentence on what was changed in it, "" if nothing.

    Where one side has no QThread, both use ``threading``: the import of Qt would count for one of them alone.
    """
    knob = next((knob for knob in find_knobs(text) if knob.name == _WORKERS), None)
    lacking = [side.label for side in pair if not side.has_qthread]
    if knob is None or knob.value != _QT or _PLAIN not in knob.choices or not lacking:
        return text, ""
    who = f"{lacking[0]} has" if len(lacking) == 1 else "they have"
    return apply_assignments(text, [f"{_WORKERS}={_PLAIN}"]), f"Both sides use threading: {who} no QThread."


def caveat(pair: Pair) -> str:
    """A sentence where a GIL is not all that tells the two apart, else ""."""
    first, second = pair
    if first.gil == second.gil or first.version[:2] == second.version[:2]:
        return ""
    return "Of different versions: more than the GIL tells them apart."


def rows(scores: Sequence[Score]) -> list[Row]:
    """Wall times, the facts that a duel is about, then what the script itself ended with."""
    every = [Row("wall_s", "wall time", "s", tuple(one.wall_s for one in scores))]
    for name in _TOLD:
        known = next((one.facts[name] for one in scores if name in one.facts), None)
        if known is not None:
            values = tuple(one.facts[name].value if name in one.facts else None for one in scores)
            every.append(Row(name, known.words, known.unit, values))
    names = dict.fromkeys(name for one in scores for name in one.results)
    return every + [Row(name, _words(name), "", tuple(one.results.get(name) for one in scores)) for name in names]


def verdict(scores: Sequence[Score]) -> str:
    """One sentence on who was faster, or on why that cannot be said."""
    failed = [one for one in scores if not one.outcome.ok]
    if failed:
        return f"No comparison: with {failed[0].interpreter.label}: {failed[0].outcome.sentence}"
    fast, slow = sorted(scores, key=lambda one: one.wall_s)
    ratio = times(scores)
    if ratio is None or ratio < 1 + _ALIKE:
        return f"{scores[0].interpreter.label} and {scores[1].interpreter.label} needed about the same time."
    return f"{fast.interpreter.label} was {ratio:.2f} times as fast as {slow.interpreter.label}."


def times(scores: Sequence[Score]) -> float | None:
    """Wall time of the slower side ÷ that of the faster one; None where one of them did not get to its end."""
    if len(scores) < 2 or not all(one.outcome.ok and one.wall_s > 0 for one in scores):
        return None
    walls = [one.wall_s for one in scores]
    return max(walls) / min(walls)


def disturbance(scores: Sequence[Score]) -> str:
    """One sentence on other programs that took cores away, "" if none did."""
    crowds = [one.crowd for one in scores if one.crowd is not None]
    if not crowds:
        return ""
    return f"▲ Other programs used {max(crowds):.1f} cores meanwhile: run it again when the computer is quiet."


def _crowd(run: Run, facts: Mapping[str, Fact]) -> float | None:
    """Cores in use less those that the run itself used, where hardly any was free and its threads had to wait."""
    loads, wall_s = run.loads, run.wall_s
    ran, waited = _seconds(facts, "run_s"), _seconds(facts, "core_s")
    if ran is None or waited is None or not len(loads) or not wall_s:
        return None
    busy = sum(float(loads.percent(core).mean()) for core in range(loads.cores)) / 100
    others = busy - ran / wall_s
    return others if others > _CROWD and loads.cores - busy < _CROWD and waited > _WAITED * ran else None


def _seconds(facts: Mapping[str, Fact], name: str) -> float | None:
    """That fact of workers and main thread together, None where it is not told."""
    values = [facts[one].value for one in (name, f"main_{name}") if one in facts]
    return sum(float(str(value)) for value in values) if values else None


def _words(name: str) -> str:
    return "lost updates" if name == "lost" else re.sub("_+", " ", name)
