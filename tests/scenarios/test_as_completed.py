"""Order of completion: what a killed worker takes with it is done again by a second executor."""

from __future__ import annotations

import pytest

from tests.scenarios.quick import follow
from tests.scenarios.test_scenarios import run_alone
from visualiser.host.catalogue import find_scenario
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.lesson import parse_lesson


def test_a_killed_worker_is_told_and_its_tasks_are_done_again():
    scenario = find_scenario("as_completed")
    run, session = follow("as_completed", BROKEN="worker is killed")
    assert session.outcome.exit_code == 0
    assert "was killed by SIGKILL" in session.outcome.sentence
    assert "(BrokenProcessPool)" in session.stdout
    assert session.results["done"] == 20
    assert sorted(map(int, session.results["order"].split(", "))) == list(range(20))
    facts = values_of(facts_of(run))
    (verdict,) = parse_lesson(scenario.lesson).judge(facts)
    assert (verdict.holds, "BrokenProcessPool" in verdict.sentence) == (True, True), facts


@pytest.mark.parametrize("knobs", [{"TASKS": 1}, {"WORK": 0}, {"NUM_CORES": 6, "WORK": 10000}], ids=str)
def test_a_worker_killed_at_any_time_never_holds_up_the_end(tmp_path, knobs):
    """An executor that is left with a dead worker it has not noticed waits for ever."""
    tasks = knobs.get("TASKS", 20)
    assert f"{tasks} of {tasks} tasks done" in run_alone(tmp_path, "as_completed", BROKEN="worker is killed", **knobs)
