"""Headings cut a run into phases."""

import pytest

from tests.trace.story import batch, name, process
from visualiser.lab.layout import Kind
from visualiser.trace.phases import slug_of
from visualiser.trace.run import Run


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("One by one", "one_by_one"),
        ("I/O-bound, with threads", "i_o_bound_with_threads"),
        ("  4 processes ", "_4_processes"),
        ("__main__", "main"),
        ("Größer", "größer"),
        ("…", "phase"),
    ],
)
def test_a_slug_is_a_name(title, slug):
    assert slug_of(title) == slug
    assert f"{slug}_s".isidentifier()


def headings(*moments: tuple[int, int]) -> dict:
    return {1: [(t, t, Kind.PHASE, number) for t, number in moments]}


def test_a_phase_lasts_until_the_next_heading_and_the_last_one_until_the_end():
    run = Run()
    run.extend(batch(0, story=[process(), name(1, "Serial"), name(2, "Parallel")], rows=headings((10, 1), (40, 2))))
    assert [(p.title, p.slug, p.start, p.end) for p in run.phases.all] == [
        ("Serial", "serial", 10, 40),
        ("Parallel", "parallel", 40, None),
    ]
    assert [run.phases.at(when) and run.phases.at(when).slug for when in (9, 10, 39, 40)] == [
        None,
        "serial",
        "serial",
        "parallel",
    ]
    run.finish(90)
    assert run.phases.all[-1].end == 90


def test_the_last_phase_ends_with_the_script_and_not_when_python_has_shut_down():
    run = Run()
    ended = {"ev": "results", "pid": 100, "t": 70, "values": {}}
    run.extend(batch(0, story=[process(), name(1, "Serial"), ended], rows=headings((10, 1))))
    assert run.phases.all[-1].end is None
    run.finish(90)
    assert run.phases.all[-1].end == 70


def test_headings_of_several_threads_are_in_order_of_time_and_told_apart():
    run = Run()
    story = [process(), name(1, "Again"), name(2, "again!")]
    run.extend(batch(0, story=story, rows={1: [(30, 30, Kind.PHASE, 1)], 2: [(10, 10, Kind.PHASE, 1)]}))
    run.extend(batch(0, rows={2: [(20, 20, Kind.PHASE, 2)]}))
    assert [(p.slug, p.start) for p in run.phases.all] == [("again", 10), ("again_2", 20), ("again_3", 30)]
    assert len(run.phases) == 3
