"""Order of completion: what a killed worker takes with it is done again by a second executor."""

from __future__ import annotations

from tests.scenarios.quick import text_of
from visualiser.host.catalogue import find_scenario
from visualiser.host.session import Session
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.lesson import parse_lesson
from visualiser.trace.run import Run


def test_a_killed_worker_is_told_and_its_tasks_are_done_again():
    scenario = find_scenario("as_completed")
    session = Session.start(scenario, text_of("as_completed", BROKEN="worker is killed"))
    try:
        run = Run()
        while session.running:
            session.wait(0.02)
            run.extend(session.poll())
        run.finish(session.ended_ns)
    finally:
        session.close()

    assert session.outcome.exit_code == 0
    assert "was killed by SIGKILL" in session.outcome.sentence
    assert "(BrokenProcessPool)" in session.stdout
    assert session.results["done"] == 20
    assert sorted(map(int, session.results["order"].split(", "))) == list(range(20))
    facts = values_of(facts_of(run))
    (verdict,) = parse_lesson(scenario.lesson).judge(facts)
    assert (verdict.holds, "BrokenProcessPool" in verdict.sentence) == (True, True), facts
