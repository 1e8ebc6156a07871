"""Reads lessons: what a scenario shows, a question to predict, what to watch for, and sentences on the run at hand.

A lesson is Markdown that also reads well on its own: a title, a text, and the sections "Predict", "Watch for",
"Explain" and "In the article". Inline code at the begin of a list item is an expression over the run's facts.
"""

from __future__ import annotations

import re

from visualiser.trace.expression import Expression, ExpressionError
from visualiser.trace.lesson_parts import Choice, Lesson, Question, Statement, Verdict, Watch
from visualiser.trace.pointers import PointerError, parse_pointer
from visualiser.trace.template import Template, TemplateError

__all__ = [
    "Choice",
    "Lesson",
    "LessonError",
    "Question",
    "Statement",
    "Verdict",
    "Watch",
    "lesson_trouble",
    "looks_like_lesson",
    "parse_lesson",
]

_SECTIONS = ("Predict", "Watch for", "Explain", "In the article")
_LINK = re.compile(r"\]\(\s*show:([^)\s]*)\s*\)")
_CODE = re.compile(r"`([^`]+)`\s*")


_Lines = list[tuple[int, str]]  # the number of each, from 1, and its text


class LessonError(ValueError):
    """A lesson that cannot be read; one sentence that names the line."""


def parse_lesson(markdown: str) -> Lesson:
    """Read a lesson; raises LessonError."""
    title, sections = _sections(markdown.splitlines())
    items = {section.name: section for section in sections}
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


class _Section:
    """A section: its heading, the number of that line, and the lines below with theirs."""

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name
        self.lines: _Lines = []

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines).strip()

    def split(self) -> tuple[_Lines, _Lines]:
        """What comes before the list, and its items, each joined to one line."""
        before: _Lines = []
        items: _Lines = []
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

    def only_items(self) -> _Lines:
        before, items = self.split()
        for number, line in before:
            if line:
                raise LessonError(f'Line {number}: {self.name!r} is a list, so its lines begin with "- ".')
        return items


def _sections(lines: list[str]) -> tuple[str, list[_Section]]:
    """The title, and the sections; what comes before the first heading is one without a name."""
    title = ""
    sections = [_Section(1, "")]
    fenced = False
    for number, line in enumerate(lines, 1):
        fenced ^= line.lstrip().startswith("```")
        if not title and line.strip():
            title = _title(number, line)
        elif line.startswith("## ") and not fenced:
            sections.append(_section(number, line[3:].strip(), sections))
        elif line.startswith("# ") and not fenced:
            raise LessonError(f"Line {number}: a lesson has one title only.")
        else:
            sections[-1].lines.append((number, line.rstrip()))
    if not title:
        raise LessonError("Line 1: a lesson begins with its title, # Title.")
    return title, sections


def _title(number: int, line: str) -> str:
    if not line.startswith("# ") or not line[2:].strip():
        raise LessonError(f"Line {number}: a lesson begins with its title, # Title.")
    return line[2:].strip()


def _section(number: int, name: str, sections: list[_Section]) -> _Section:
    if name not in _SECTIONS:
        raise LessonError(f"Line {number}: there is no section {name!r}, only {', '.join(_SECTIONS)}.")
    if any(section.name == name for section in sections):
        raise LessonError(f"Line {number}: there are two sections {name!r}.")
    return _Section(number, name)


def _question(section: _Section) -> Question:
    before, items = section.split()
    text = " ".join(line for _, line in before if line)
    if not text or len(items) < 2:
        raise LessonError(f"Line {section.number}: 'Predict' is a question and a list of at least two choices.")
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
