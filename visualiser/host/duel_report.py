"""Fights a duel without a window and reports it as a table or as one JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

from visualiser.host.catalogue import Scenario
from visualiser.host.duel import (
    IN_TURN,
    NONE_FREE,
    Pair,
    Row,
    Score,
    caveat,
    default_pair,
    disturbance,
    fair_text,
    rows,
    score,
    verdict,
)
from visualiser.host.headless import Order, columns, follow, interrupts
from visualiser.host.interpreter import Interpreter
from visualiser.host.interpreters import find_interpreters
from visualiser.host.knobs import find_knobs
from visualiser.host.launch import StartError, find_python, fitting
from visualiser.host.session import Session
from visualiser.trace.facts import values_of

_DIGITS = 9
_SHORT_MS = 0.1  # less than this is told in µs


def duel(scenario: Scenario, text: str, pythons: Sequence[str] | None, as_json: bool) -> int:
    """Run ``text`` with both interpreters, report, and give the exit code.

    Args:
        scenario: what ``text`` is a version of.
        text: the script with its knobs set.
        pythons: two paths, names or versions; None for the pair of ``default_pair``.
        as_json: print one object and nothing else.

    Raises:
        StartError: with one sentence, if an interpreter is missing or a run cannot start.
    """
    pair = _pair(pythons)
    text, note = fair_text(text, pair)
    note = " ".join(filter(None, (note, caveat(pair))))
    scores: list[Score] = []
    with interrupts() as interrupted:
        for interpreter in pair:
            if not as_json:
                sys.stderr.write(f"{interpreter.label} …\n")
            scores.append(_fight(scenario, text, interpreter, interrupted))
            if interrupted.is_set():
                break
    _report(scenario, text, note, scores, as_json)
    return next((one.outcome.exit_code for one in scores if one.outcome.exit_code), 0)


def _pair(pythons: Sequence[str] | None) -> Pair:
    if pythons is not None:
        first, second = (fitting(find_python(word)) for word in pythons)
        return first, second
    pair = default_pair(find_interpreters(), fitting(sys.executable))
    if pair is None:
        raise StartError(f"{NONE_FREE} Name them with --python, once for each.")
    return pair


def _fight(scenario: Scenario, text: str, interpreter: Interpreter, interrupted: Event) -> Score:
    cwd = None if scenario.builtin else Path.cwd()
    session = Session.start(scenario, text, python=interpreter.path, cwd=cwd)
    try:
        run = follow(session, Order(scenario, [], as_json=True), interrupted)
    finally:
        session.close()
    assert session.outcome is not None
    return score(interpreter, session.outcome, run, session.results)


def _report(scenario: Scenario, text: str, note: str, scores: list[Score], as_json: bool) -> None:
    whole = len(scores) == 2
    sentence = verdict(scores) if whole else "Stopped before the second side could run."
    if as_json:
        sys.stdout.write(json.dumps(describe(scenario, text, note, scores, sentence)) + "\n")
        return
    lines = [IN_TURN, note, "", *_table(scores), "", sentence, disturbance(scores)]
    lines = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    sys.stdout.write("\n".join(lines) + "\n")


def describe(scenario: Scenario, text: str, note: str, scores: Sequence[Score], sentence: str) -> dict[str, Any]:
    """The duel as plain data, its sides in the order in which they ran."""
    return {
        "scenario": scenario.id,
        "knobs": {knob.name: knob.value for knob in find_knobs(text)},
        "note": note,
        "sides": [_side(one) for one in scores],
        "wall_ratio": round(scores[0].wall_s / scores[1].wall_s, _DIGITS) if _both_ran(scores) else None,
        "sentence": sentence,
        "disturbance": disturbance(scores),
    }


def _both_ran(scores: Sequence[Score]) -> bool:
    return len(scores) == 2 and all(one.outcome.ok and one.wall_s > 0 for one in scores)


def _side(one: Score) -> dict[str, Any]:
    return {
        "label": one.interpreter.label,
        "python": one.interpreter.path,
        "gil": one.interpreter.gil,
        "wall_s": round(one.wall_s, _DIGITS),
        "exit_code": one.outcome.exit_code,
        "sentence": one.outcome.sentence,
        "results": dict(one.results),
        "facts": values_of(one.facts),
    }


def _table(scores: Sequence[Score]) -> list[str]:
    head = ["", *(one.interpreter.label for one in scores)]
    return columns([head, *([row.words, *_cells(row)] for row in rows(scores))])


def _cells(row: Row) -> list[str]:
    return ["·" if value is None else _cell(value, row.unit) for value in row.values]


def _cell(value: object, unit: str) -> str:
    if isinstance(value, float) and unit == "ms" and 0 < value < _SHORT_MS:
        return f"{value * 1000:.1f} µs"
    text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip()
