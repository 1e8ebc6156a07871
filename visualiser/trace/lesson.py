"""A lesson: what a scenario shows, a question to predict, what to watch for, and sentences this run's facts fill in.

It is Markdown that also reads well on its own: a title, a text, and the sections "Predict", "Watch for", "Explain" and
"In the article". Inline code at the begin of a list item is an expression over the run's facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visualiser.trace.expression import Expression, ExpressionError
from visualiser.trace.pointers import PointerError, parse_pointer
from visualiser.trace.template import Template, TemplateError

_SECTIONS = ("Predict", "Watch for", "Explain", "In the article")
_LINK = re.compile(r"\]\(\s*show:([^)\s]*)\s*\)")
_CODE = re.compile(r"`([^`]+)`\s*")


class LessonError(ValueError):
    """A lesson that cannot be read; one sentence that names the line."""


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


def parse_lesson(markdown: str) -> Lesson:
    """Read a lesson; raises LessonError."""
    title, sections = _sections(markdown.splitlines())
    items = {name: _Section(name, lines) for name, lines in sections.items()}
    return Lesson(
        title=title,
        shows=items[""].text,
        question=_question(items["Predict"]) if "Predict" in items else None,
        watch=[_watch(*item) for item in items["Watch for"].only_items()] if "Watch for" in items else [],
        explain=[_statement(*item) for item in items["Explain"].only_items()] if "Explain" in items else [],
        article=items["In the article"].text if "In the article" in items else "",
    )


def lesson_trouble(markdown: str) -> str | None:
    """Why a text is no lesson, in one sentence; None if it is one."""
    try:
        parse_lesson(markdown)
    except LessonError as error:
        return str(error)
    return None


def looks_like_lesson(markdown: str) -> bool:
    """Whether a text is meant to be a lesson: it has a section such as only lessons have."""
    headings = {line[3:].strip() for line in markdown.splitlines() if line.startswith("## ")}
    return not headings.isdisjoint(_SECTIONS)


Lines = list[tuple[int, str]]  # number of the line, from 1, and its text


def _sections(lines: list[str]) -> tuple[str, dict[str, Lines]]:
    """The title, and the lines of each section by its heading; those before the first under an empty one."""
    title, name = "", ""
    sections: dict[str, Lines] = {"": []}
    for number, line in enumerate(lines, 1):
        if not title and line.strip():
            title = _title(number, line)
        elif line.startswith("## "):
            name = line[3:].strip()
            _check_heading(number, name, sections)
            sections[name] = []
        elif line.startswith("# "):
            raise LessonError(f"Line {number}: a lesson has one title only.")
        else:
            sections[name].append((number, line.rstrip()))
    if not title:
        raise LessonError("Line 1: a lesson begins with its title, # Title.")
    return title, sections


def _title(number: int, line: str) -> str:
    if not line.startswith("# ") or not line[2:].strip():
        raise LessonError(f"Line {number}: a lesson begins with its title, # Title.")
    return line[2:].strip()


def _check_heading(number: int, name: str, sections: dict[str, Lines]) -> None:
    if name not in _SECTIONS:
        raise LessonError(f"Line {number}: there is no section {name!r}, only {', '.join(_SECTIONS)}.")
    if name in sections:
        raise LessonError(f"Line {number}: there are two sections {name!r}.")


class _Section:
    """The lines of one section: text, and the items of a list with the number of the line each begins in."""

    def __init__(self, name: str, lines: Lines) -> None:
        self.name = name
        self.lines = lines

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines).strip()

    def split(self) -> tuple[Lines, list[tuple[int, str]]]:
        """What comes before the list, and its items, each joined to one line."""
        before: Lines = []
        items: list[tuple[int, str]] = []
        going_on = False
        for number, line in self.lines:
            if line.startswith(("- ", "* ")):
                items.append((number, line[2:].strip()))
            elif items and line and (going_on or line.startswith(" ")):
                items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
            elif items and line:
                raise LessonError(f"Line {number}: in {self.name!r} nothing but the items of the list may follow it.")
            else:
                before.append((number, line))
            going_on = bool(line)
        return before, items

    def only_items(self) -> list[tuple[int, str]]:
        before, items = self.split()
        for number, line in before:
            if line:
                raise LessonError(f'Line {number}: {self.name!r} is a list, so its lines begin with "- ".')
        return items


def _question(section: _Section) -> Question:
    before, items = section.split()
    text = " ".join(line for _, line in before if line)
    first = section.lines[0][0] if section.lines else 1
    if not text or len(items) < 2:
        raise LessonError(f"Line {first}: 'Predict' is a question and a list of at least two choices.")
    return Question(text, [_choice(*item) for item in items])


def _choice(number: int, item: str) -> Choice:
    codes, text = _leading_codes(item, 1)
    if not codes or not text:
        raise LessonError(f"Line {number}: a choice is `when it is right` and then its text.")
    return Choice(text, _expression(number, codes[0]))


def _watch(number: int, item: str) -> Watch:
    link = _LINK.search(item)
    if link is None:
        raise LessonError(f"Line {number}: what to watch for needs a link to it, [words](show:longest/GIL).")
    try:
        parse_pointer(link[1])
    except PointerError as error:
        raise LessonError(f"Line {number}: {error}") from None
    return Watch(item, link[1])


def _statement(number: int, item: str) -> Statement:
    codes, text = _leading_codes(item, 2)
    when = codes.pop(0)[3:] if codes and codes[0].startswith("if ") else None
    if not codes or not text:
        raise LessonError(f"Line {number}: a statement is `what must hold` and then a sentence.")
    if len(codes) > 1:  # the second one belongs to the sentence
        text = item.split("`", 2)[2].strip()
    try:
        template = Template(text)
    except TemplateError as error:
        raise LessonError(f"Line {number}: {error}") from None
    return Statement(None if when is None else _expression(number, when), _expression(number, codes[0]), template)


def _leading_codes(item: str, most: int) -> tuple[list[str], str]:
    """Up to ``most`` pieces of inline code an item begins with, and the rest."""
    codes: list[str] = []
    while len(codes) < most and (code := _CODE.match(item)):
        codes.append(code[1].strip())
        item = item[code.end() :]
    return codes, item.strip()


def _expression(number: int, text: str) -> Expression:
    try:
        return Expression(text)
    except ExpressionError as error:
        raise LessonError(f"Line {number}: {error}") from None
