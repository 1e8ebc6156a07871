"""The parts of a run that its script announces by printing headings."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records
from visualiser.trace.names import Names
from visualiser.trace.track import Track


@dataclass(frozen=True)
class Phase:
    """A part of a run: from its heading to the next one, or to the end of the run.

    Attributes:
        title: the heading.
        slug: the title as a part of a fact's name; a number tells headings of one text apart (``warm_up_2``).
        start: ns on the clock of the records.
        end: ns; None while it goes on.
    """

    title: str
    slug: str
    start: int
    end: int | None


def slug_of(title: str) -> str:
    """The title in lower case with one ``_`` for all that is neither letter nor digit; never begins with a digit."""
    slug = re.sub(r"[\W_]+", "_", title.lower()).strip("_") or "phase"
    return f"_{slug}" if slug[0].isdigit() else slug


class Phases:
    """The phases of a run in order of time.

    Args:
        names: the names of the run.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._headings: list[tuple[int, int]] = []  # (t ns, number of the name)
        self._end: int | None = None

    def __len__(self) -> int:
        return len(self._headings)

    @property
    def all(self) -> list[Phase]:
        """Every phase so far, in order of time."""
        starts = [t for t, _ in self._headings]
        titles = [self._names[name].label for _, name in self._headings]
        return [Phase(*phase) for phase in zip(titles, _slugs(titles), starts, [*starts[1:], self._end], strict=False)]

    @property
    def headings(self) -> list[tuple[int, int]]:
        """When (ns) each began, and the number of its name."""
        return list(self._headings)

    def restore(self, headings: list[tuple[int, int]], end: int | None) -> None:
        """A run that is over had these headings; ``end``: when the last phase was over, ns."""
        self._headings, self._end = sorted(headings), end

    def at(self, when: int) -> Phase | None:
        """The phase that ``when`` (ns) lies in; None before the first."""
        begun = [phase for phase in self.all if phase.start <= when]
        return begun[-1] if begun else None

    @property
    def end(self) -> int | None:
        """When the last one was over, ns; None while it goes on."""
        return self._end

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
        for heading in records[records["kind"] == int(Kind.PHASE)]:
            bisect.insort(self._headings, (int(heading["t0"]), int(heading["object"])))

    def finish(self, end: int) -> None:
        """The run is over since ``end``, ns: so is its last phase."""
        self._end = max(end, self._headings[-1][0]) if self._headings else end


def _slugs(titles: list[str]) -> list[str]:
    slugs: list[str] = []
    for title in titles:
        slug = slug_of(title)
        again = sum(slug == slug_of(earlier) for earlier in titles[: len(slugs)])
        slugs.append(f"{slug}_{again + 1}" if again else slug)
    return slugs
