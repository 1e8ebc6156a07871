"""One line of a comparison: a run, or several repeats of it."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

from visualiser.gui.documents.dates import date_text
from visualiser.trace.compare import Measure, Spread, differing_knobs, measure, middle, repeats, spread
from visualiser.trace.document import Document


@dataclass(frozen=True)
class Row:
    """A run and its repeats.

    Attributes:
        tag: the letter it is called by.
        title: what tells it from the others.
        documents: the run, or its repeats.
        measured: of the one in the middle, which is the one that is drawn.
        walls: wall times of all of them.
    """

    tag: str
    title: str
    documents: tuple[Document, ...]
    measured: Measure
    walls: Spread

    @property
    def drawn(self) -> Document:
        """The run to draw: of repeats, the one with the median wall time."""
        return middle(self.documents)


def rows_of(documents: Sequence[Document], measures: dict[int, Measure] | None = None) -> list[Row]:
    """The comparison's lines, repeats of one run in one line.

    Args:
        documents: in the order they were chosen.
        measures: what is known already, by a document's id; what is new is added.
    """
    known = {} if measures is None else measures
    knobs = differing_knobs(documents)
    groups = repeats(documents)
    made = []
    for number, group in enumerate(groups):
        drawn = middle(group)
        if id(drawn) not in known:
            known[id(drawn)] = measure(drawn.run)
        walls = spread([document.run.wall_s for document in group])
        made.append(Row(_tag(number), _title(group, knobs, len(groups) > 1), tuple(group), known[id(drawn)], walls))
    return made


def _tag(number: int) -> str:
    letters = string.ascii_uppercase
    return letters[number] if number < len(letters) else str(number + 1)


def _title(group: Sequence[Document], knobs: Sequence[str], several: bool) -> str:
    about = group[0].about
    parts = [about.title or about.file or "Run"]
    parts += [f"{name} = {about.knobs[name]!r}" for name in knobs if name in about.knobs]
    if several and about.python:
        parts.append(f"Python {about.python}")
    if about.text and not group[0].is_whole:
        parts.append("not to its end")
    parts.append(f"{len(group)} runs" if len(group) > 1 else date_text(about.made))
    return " · ".join(filter(None, parts))
