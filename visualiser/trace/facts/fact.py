"""What a fact is."""

from __future__ import annotations

from dataclasses import dataclass

Value = float | int | bool | str | tuple["Value", ...]


@dataclass(frozen=True)
class Fact:
    """A checked statement about one run, computed from what was recorded.

    Attributes:
        name: as lessons call it.
        unit: "s", "ms", "%" or "" for a count or anything else.
        words: a short label for people.
    """

    name: str
    value: Value
    unit: str
    words: str
