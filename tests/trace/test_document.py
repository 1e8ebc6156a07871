"""A run with all that belongs to it."""

from visualiser.trace.document import About, Document
from visualiser.trace.run import Run


def test_knobs_are_no_results():
    run = Run()
    run.results = {"THREADS": 3, "total": 30}
    assert Document(run, About(knobs={"THREADS": 3})).results == {"total": 30}
