"""Every scenario is run for real, and its lesson must be true of it: no statement that fails, one right answer."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import pytest

from tests.scenarios.quick import FOLDER, QUICK, SCENARIOS, follow
from visualiser.host.catalogue import find_scenario
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.lesson import Lesson, Verdict, parse_lesson
from visualiser.trace.pointers import find

MOST_WORDS = 120
MOST_TO_WATCH = {"waiting": 14}  # the one that is about every state; 4 for all others
# States that only the kernel's switch records can tell: without them nobody can point at such a span.
NEEDS_SWITCHES = re.compile("(longest|first|last)/(RUN|GIL|CORE)")


@dataclass(frozen=True)
class Taught:
    """What a lesson made of one run."""

    sampled: bool
    verdicts: list[Verdict]
    right: list[bool | None]
    found: set[str]
    facts: dict[str, object]

    @property
    def not_judged(self):
        return [verdict.sentence for verdict in self.verdicts if verdict.holds is None]


def lesson_of(name) -> Lesson:
    return parse_lesson(find_scenario(name).lesson)


@functools.cache
def teach(name, *knobs) -> Taught:
    """Run a scenario with its small knobs and these, given as pairs; once for all the tests."""
    lesson = lesson_of(name)
    run, session = follow(name, **dict(knobs))
    assert session.outcome.ok, session.outcome
    values = values_of(facts_of(run))
    choices = lesson.question.choices if lesson.question else []
    return Taught(
        sampled="perf" in session.sources,
        verdicts=lesson.judge(values),
        right=[choice.is_right(values) for choice in choices],
        found={watch.pointer for watch in lesson.watch if find(run, watch.pointer) is not None},
        facts=values,
    )


def runs(name):
    """The scenario as the tests run it, and every variant."""
    return [(name, *more.items()) for more in ({}, *QUICK[name].also)] if name in QUICK else [(name,)]


def _id(case):
    return "-".join([case[0], *(f"{knob}={value}" for knob, value in case[1:])])


def needs(name):
    if QUICK[name].elsewhere:
        pytest.skip(f"judged by {QUICK[name].elsewhere}")
    for module in QUICK[name].needs:
        pytest.importorskip(module)


@pytest.mark.parametrize("name", SCENARIOS)
class TestTheText:
    def test_it_is_about_its_scenario(self, name):
        lesson = lesson_of(name)
        assert lesson.title == find_scenario(name).title
        assert lesson.article

    def test_it_says_in_few_words_what_there_is_to_see(self, name):
        assert 0 < len(lesson_of(name).shows.split()) <= MOST_WORDS

    def test_it_asks_points_and_explains(self, name):
        lesson = lesson_of(name)
        assert lesson.question
        assert 2 <= len(lesson.watch) <= MOST_TO_WATCH.get(name, 4)
        assert len(lesson.explain) >= 2

    def test_its_numbers_come_from_the_run(self, name):
        # Every sentence of "Explain" that measures something takes the number from a fact.
        for statement in lesson_of(name).explain:
            own = re.sub(r"\{[^}]*\}|`[^`]*`", "", statement.template.text)
            assert not re.search(r"\d\s*(s|ms|%|times)\b", own), own


CASES = [case for name in SCENARIOS for case in runs(name)]


@pytest.mark.parametrize("case", CASES, ids=_id)
class TestTheRun:
    def test_every_statement_holds(self, case):
        needs(case[0])
        taught = teach(*case)
        assert taught.verdicts
        assert not [verdict.sentence for verdict in taught.verdicts if verdict.holds is False], taught.facts
        if taught.not_judged and taught.sampled:
            pytest.fail(f"the facts do not tell: {taught.not_judged}; {taught.facts}")
        if taught.not_judged:
            pytest.skip(f"not judged, the kernel's switch records are missing: {taught.not_judged}")

    def test_one_answer_is_right(self, case):
        needs(case[0])
        taught = teach(*case)
        if None in taught.right and not taught.sampled:
            pytest.skip("not judged, the kernel's switch records are missing")
        assert sorted(map(str, taught.right)) == ["False"] * (len(taught.right) - 1) + ["True"], taught.facts


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_pointer_finds_something(name):
    """In one of the runs at least: with a Lock one waits for it, without it one does not."""
    needs(name)
    taught = [teach(*case) for case in runs(name)]
    wanted = {watch.pointer for watch in lesson_of(name).watch}
    missing = wanted - set.union(*(one.found for one in taught))
    if not all(one.sampled for one in taught):
        missing = {pointer for pointer in missing if not NEEDS_SWITCHES.match(pointer)}
    assert not missing


def test_every_lesson_has_its_scenario():
    folder = FOLDER.parent.parent / "resources" / "lessons"
    assert {path.stem for path in folder.glob("*.md")} <= set(SCENARIOS)
