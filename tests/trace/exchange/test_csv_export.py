"""The table must hold every span, exactly, and be harmless in a spreadsheet."""

import csv
import io
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.made_up_run import make_run
from tests.trace.exchange.made import documents, spans_of
from visualiser.trace.document import Document
from visualiser.trace.exchange.csv_export import COLUMNS, guarded, write_csv
from visualiser.trace.exchange.errors import Cancelled
from visualiser.trace.made_run import MadeRun


def table(document):
    stream = io.StringIO(newline="")
    write_csv(document, stream)
    return list(csv.reader(io.StringIO(stream.getvalue(), newline="")))


@settings(max_examples=60, deadline=None)
@given(documents())
def test_a_row_for_every_span(document):
    head, *rows = table(document)
    assert tuple(head) == COLUMNS
    expected = [
        [str(number), guarded(name), str(pid), str(tid), kind, state.name, guarded(what.label), t0, t1, t1 - t0]
        for number, (name, kind, pid, tid, _, spans) in enumerate(spans_of(document.run))
        for t0, t1, state, what in spans
    ]
    start = document.run.start_ns
    found = [[*row[:7], *(int(Decimal(one) * 10**9) for one in row[7:])] for row in rows]
    assert [[*row[:7], row[7] + start, row[8] + start, row[9]] for row in found] == expected


def test_a_text_is_never_a_formula():
    made = MadeRun()
    track = made.run.add_track("thread", "=cmd|' /C calc'!A0", 1, 1)
    labels = np.array([made.label("@SUM(A1)"), made.label("-1"), made.label('a,b\n"c"')], np.uint32)
    made.add_spans(track, np.array([5, 6, 7]), np.array([6, 7, 8]), np.array([1, 1, 1], np.uint8), labels)
    _, *rows = table(Document(made.finish(5, 8)))
    assert [row[6] for row in rows] == ["'@SUM(A1)", "'-1", 'a,b\n"c"']
    assert {row[1] for row in rows} == {"'=cmd|' /C calc'!A0"}


def test_rows_are_written_as_they_come():
    """A stream that counts: never more than a piece of the table is handed over at once."""

    class Counting(io.StringIO):
        largest = total = 0

        def write(self, text):
            self.largest, self.total = max(self.largest, len(text)), self.total + len(text)
            return len(text)

    stream = Counting()
    write_csv(Document(make_run(50_000, 2)), stream)
    assert stream.total > 40 * 50_000
    assert stream.largest < 1_000_000


def test_an_export_may_be_given_up():
    with pytest.raises(Cancelled):
        write_csv(Document(make_run(50_000, 2)), io.StringIO(), lambda share: share < 0.5)
