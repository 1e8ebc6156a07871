"""Lessons that speak of the GIL, held against runs without one: what they claim must be true there too."""

from __future__ import annotations

import pytest

from tests.every_python import every_python
from tests.scenarios.quick import follow
from visualiser.host.catalogue import find_scenario
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.lesson import parse_lesson

FREE = {name: path for name, path in every_python().items() if name.endswith("without GIL")}
CASES = [
    ("cpu_threads", {}),
    ("cpu_processes", {}),
    ("race", {}),
    ("race", {"GAP": "call"}),
    ("race", {"GAP": "none"}),
]


@pytest.mark.skipif(not FREE, reason="there is no free-threaded Python on this machine")
@pytest.mark.parametrize("python", FREE.values(), ids=FREE)
@pytest.mark.parametrize(("name", "knobs"), CASES, ids=[f"{name}{knobs or ''}" for name, knobs in CASES])
def test_every_statement_holds_without_a_gil(name, knobs, python):
    run, session = follow(name, python, **knobs)
    assert session.outcome.ok, session.outcome
    facts = values_of(facts_of(run))
    assert facts["gil"] is False
    verdicts = parse_lesson(find_scenario(name).lesson).judge(facts)
    assert not [verdict.sentence for verdict in verdicts if verdict.holds is False], facts
    assert not [verdict.sentence for verdict in verdicts if "the GIL" in verdict.sentence]
