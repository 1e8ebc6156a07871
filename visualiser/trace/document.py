"""A run as something to keep: what was recorded, the script it is of, what it printed, how it ended, what was noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from visualiser.trace.outcome import Outcome
from visualiser.trace.run import Run


@dataclass(frozen=True)
class About:
    """Where a run comes from.

    Attributes:
        title: what it is called in lists and captions.
        scenario: id of the scenario that came with the app, empty for another script.
        file: name of the script's file, without a directory.
        text: the script as it ran, empty if unknown.
        knobs: name and value of each knob it ran with.
        python: version of the interpreter, such as ``3.13.1`` or ``3.14.0t``; empty if unknown.
        machine: system, processor and number of cores in words.
        made: when it ran, ISO 8601 with the offset from UTC; empty if unknown.
        app: version of the app that recorded it, or the program that an imported trace comes from.
        note: sentences on what could not be observed in full, one a line.
    """

    title: str = ""
    scenario: str = ""
    file: str = ""
    text: str = ""
    knobs: dict[str, Any] = field(default_factory=dict)
    python: str = ""
    machine: str = ""
    made: str = ""
    app: str = ""
    note: str = ""


@dataclass(frozen=True)
class Printed:
    """A piece of the script's output.

    Attributes:
        when_ns: when it was read, on the clock of the records; what was written a little earlier.
        stream: ``out`` or ``err``.
        text: as printed, perhaps part of a line.
    """

    when_ns: int
    stream: str
    text: str


@dataclass
class Bookmark:
    """A note that somebody left at a moment of the run.

    Attributes:
        when_ns: on the clock of the records.
        text: what was noted.
        track: number of the track it is about, None for all.
    """

    when_ns: int
    text: str
    track: int | None = None


@dataclass
class Document:
    """A run with all that belongs to it; the same live, saved, reopened or imported.

    Attributes:
        outcome: how it ended, None while it goes on and where nobody knows, as of an imported trace.
    """

    run: Run
    about: About = field(default_factory=About)
    outcome: Outcome | None = None
    printed: list[Printed] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)

    @property
    def results(self) -> dict[str, Any]:
        """The simple values the script ended with, knobs apart."""
        return {name: value for name, value in self.run.results.items() if name not in self.about.knobs}

    @property
    def is_whole(self) -> bool:
        """The script is known to have run to its end without a failure."""
        return self.outcome is not None and self.outcome.ok

    @property
    def new_notes(self) -> list[str]:
        """What has become known of the run since it was recorded: that its file is cut off, what an import left out."""
        known = self.about.note.split("\n")
        return [note for note in self.run.notes if note not in known]
