"""The parts of a lesson, and how its sentences judge a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visualiser.trace.expression import Expression
from visualiser.trace.template import Template


@dataclass(frozen=True)
class Choice:
    """One answer to a question; ``check`` holds if it is right."""

    text: str
    check: Expression

    def is_right(self, facts: Mapping[str, Any]) -> bool | None:
        """Whether it is right in a run of these facts (``facts.values_of``), None if that cannot be told."""
        return self.check.holds(facts)


@dataclass(frozen=True)
class Question:
    """Asked before a run; the run answers it."""

    text: str
    choices: list[Choice]


@dataclass(frozen=True)
class Watch:
    """Something to look at: Markdown, and the pointer (without ``show:``) that its link holds."""

    text: str
    pointer: str


@dataclass(frozen=True)
class Verdict:
    """What a run says of a statement.

    Attributes:
        relevant: the statement is about runs such as this one.
        holds: None if that cannot be told of this run.
        sentence: with this run's values.
    """

    relevant: bool
    holds: bool | None
    sentence: str


@dataclass(frozen=True)
class Statement:
    """A sentence on a run that must be true; ``when`` says in which runs."""

    when: Expression | None
    check: Expression
    template: Template

    def judge(self, facts: Mapping[str, Any]) -> Verdict:
        """Judge a run by the values of its facts (``facts.values_of``)."""
        sentence, known = self.template.fill(facts)
        applies = True if self.when is None else self.when.holds(facts)
        if applies is False:
            return Verdict(False, None, sentence)
        holds = self.check.holds(facts) if applies else None
        return Verdict(True, holds if known or holds is False else None, sentence)

    @property
    def expressions(self) -> Iterator[Expression]:
        """Its conditions."""
        if self.when is not None:
            yield self.when
        yield self.check


@dataclass(frozen=True)
class Lesson:
    """A lesson as read.

    Attributes:
        title: its heading.
        shows: Markdown: what the scenario shows.
        question: to be predicted before the run, None if there is none.
        watch: what to look at.
        explain: sentences on the run.
        article: Markdown: what the article says of it.
    """

    title: str
    shows: str
    question: Question | None
    watch: list[Watch]
    explain: list[Statement]
    article: str

    @property
    def facts(self) -> list[str]:
        """Names its sentences and conditions ask for, in order of first use; those of the sentences first."""
        names = [name for statement in self.explain for name in statement.template.names]
        checks = [expression for statement in self.explain for expression in statement.expressions]
        checks += [choice.check for choice in self.question.choices] if self.question else []
        return list(dict.fromkeys(names + [name for check in checks for name in check.names]))

    def judge(self, facts: Mapping[str, Any]) -> list[Verdict]:
        """What a run says of each statement that is about runs such as this one."""
        verdicts = [statement.judge(facts) for statement in self.explain]
        return [verdict for verdict in verdicts if verdict.relevant]
