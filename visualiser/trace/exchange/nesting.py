"""Finds the calls in begins and ends, and how deep each lies in the others of its thread."""

from __future__ import annotations

from collections import Counter as Tally

import numpy as np
import numpy.typing as npt

from visualiser.trace.exchange.chrome_intake import NO_END, Intake
from visualiser.trace.lane import Times

Numbers = npt.NDArray[np.int64]
Spans = tuple[Numbers, Times, Times, Numbers]  # place, begin, end (ns), what


def all_spans(intake: Intake) -> tuple[Spans, Tally[str]]:
    """Complete spans and those made of two edges, ordered by place, then begin, then the longest first.

    Returns them, and sentences about edges that lack the other one, with their numbers.
    """
    made, told = _matched(intake)
    columns = (intake.spans.place, intake.spans.t0, intake.spans.t1, intake.spans.what)
    place, t0, t1, what = (
        np.concatenate((np.array(column, np.int64), more)) for column, more in zip(columns, made, strict=True)
    )
    order = np.lexsort((-t1, t0, place))
    return (place[order], t0[order], t1[order], what[order]), told


def depths(t0: Times, t1: Times) -> Numbers:
    """How many spans of the same thread are open when each begins; one that outlasts its parent stays where it is.

    Args:
        t0: begins, ns, ascending; of those at one time the longest first.
        t1: ends, ns, each after its begin.
    """
    ends: list[int] = []
    result = []
    for begin, end in zip(t0.tolist(), t1.tolist(), strict=True):
        while ends and ends[-1] <= begin:
            ends.pop()
        result.append(len(ends))
        ends.append(end)
    return np.array(result, np.int64)


def _matched(intake: Intake) -> tuple[Spans, Tally[str]]:
    edges = intake.edges
    strand = np.array(intake.strands, np.int64)
    t = np.array(edges.t0, np.int64)
    order = np.lexsort((t, strand))  # stable: of one moment they stay in the order of the file
    columns = [strand, np.array(edges.place, np.int64), t, np.array(edges.t1, np.int64), np.array(edges.what, np.int64)]
    rows: list[tuple[int, int, int, int]] = []
    told: Tally[str] = Tally()
    stack: list[tuple[int, int, int]] = []
    before = last = 0
    for number, place, when, begins, what in zip(*(column[order].tolist() for column in columns), strict=True):
        if number != before:
            _close(rows, stack, last, told)
            before = number
        last = when
        if begins:
            stack.append((place, when, what))
        else:
            _end(rows, stack, when, what, told)
    _close(rows, stack, last, told)
    table = np.array(rows, np.int64).reshape(-1, 4)
    return (table[:, 0], table[:, 1], table[:, 2], table[:, 3]), told


def _end(
    rows: list[tuple[int, int, int, int]],
    stack: list[tuple[int, int, int]],
    when: int,
    what: int,
    told: Tally[str],
) -> None:
    """An end belongs to the latest begin, of the same name where it has one."""
    found = len(stack) - 1
    while what != NO_END and found >= 0 and stack[found][2] != what:
        found -= 1
    if found < 0:
        told["ends without a begin were left out"] += 1
        return
    place, begin, name = stack.pop(found)
    rows.append((place, begin, max(when, begin + 1), name))


def _close(
    rows: list[tuple[int, int, int, int]], stack: list[tuple[int, int, int]], last: int, told: Tally[str]
) -> None:
    """Calls that never end are drawn as long as anything is heard of their thread."""
    for place, begin, name in stack:
        rows.append((place, begin, max(last, begin + 1), name))
        told["calls have no end and are drawn up to the last event of their thread"] += 1
    stack.clear()
