"""What is saved of a document, as tables: taken in a moment, so that the run may go on while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from visualiser.trace.lane import Times

Values = dict[str, Any]  # name → what JSON can hold
Columns = Mapping[str, Any]  # name → numpy array or list


@dataclass
class Timed:
    """Rows of one table, each of a moment.

    Attributes:
        section: the table.
        when: ns, ascending; the moment that decides up to where a file that is cut off still has the row.
        columns: the others may be single numbers, which then hold for every row.
    """

    section: str
    when: Times
    columns: Columns

    def between(self, begin: int | None, end: int | None) -> Columns:
        """The rows in [begin, end), ns, with all numbers as arrays; None is without a limit."""
        first = 0 if begin is None else int(self.when.searchsorted(np.int64(begin), "left"))
        stop = len(self.when) if end is None else int(self.when.searchsorted(np.int64(end), "left"))
        return {name: _cut(column, first, stop) for name, column in self.columns.items()}


def _cut(column: Any, first: int, stop: int) -> Any:  # noqa: ANN401 - a column of any type
    if isinstance(column, np.generic):
        return np.full(stop - first, column)
    return column[first:stop]


def in_order(section: str, when: Times, columns: Columns) -> Timed:
    """A copy of rows that may be in any order; those of one moment keep theirs."""
    order = np.argsort(when, kind="stable")
    sorted_columns = {
        name: column if isinstance(column, np.generic) else column[order] for name, column in columns.items()
    }
    return Timed(section, when[order], sorted_columns)


@dataclass
class Snapshot:
    """A document as tables.

    Attributes:
        head, end: values of the run as a whole, those of its end apart.
        numbered: tables of what has numbers: names, tracks …
        timed: what has moments.
        worked_out: sums over the whole run.
        now_ns: everything before it is in it.
    """

    head: Values = field(default_factory=dict)
    end: Values = field(default_factory=dict)
    numbered: dict[str, Columns] = field(default_factory=dict)
    timed: list[Timed] = field(default_factory=list)
    worked_out: dict[str, Columns] = field(default_factory=dict)
    now_ns: int = 0
