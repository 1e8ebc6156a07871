"""What a lesson points at must be found, and be the right thing."""

import pytest

from tests.trace.story import batch, name, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.flows import FlowKind
from visualiser.trace.pointers import Pointer, PointerError, find, parse_pointer
from visualiser.trace.run import Run

MS = 1_000_000


@pytest.fixture
def run() -> Run:
    story = [
        process(),
        thread(1, 1, "MainThread", main=True),
        thread(2, 2, "Thread-1 (work)"),
        thread(3, 3, "Thread-2 (work)"),
        thread(4, 4, "Feeder", helper=True),
        *(name(n, label) for n, label in ((1, "sleep"), (2, "task square"), (3, "Queue 1"), (4, "One by one"))),
    ]
    rows = {
        1: [(1, 0, Kind.THREAD, 0), (2, 2, Kind.PHASE, 4), (10, 10, Kind.PUT, 3, 7), (20, 90, Kind.JOIN, 0)],
        2: [(1, 80, Kind.THREAD, 0), (10, 20, Kind.SLEEP, 1), (30, 60, Kind.SLEEP, 1), (65, 70, Kind.SLEEP, 1)],
        3: [(1, 95, Kind.THREAD, 0), (40, 50, Kind.TASK, 2), (42, 44, Kind.SLEEP, 1), (51, 51, Kind.GET, 3, 7)],
        4: [(1, 0, Kind.THREAD, 0), (2, 99, Kind.SLEEP, 1)],
    }
    run = Run()
    run.extend(batch(100, story=story, rows=rows))
    return run


def where(run: Run, pointer: str) -> tuple | None:
    found = find(run, pointer)
    return found and (found.kind, found.track and found.track.tid, found.start, found.end)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("longest/SLEEP", ("span", 2, 30, 60)),
        ("first/SLEEP", ("span", 2, 10, 20)),
        ("last/SLEEP", ("span", 2, 65, 70)),
        ("show:longest/SLEEP@thread-2", ("span", 3, 42, 44)),
        ("longest/JOIN", ("span", 1, 20, 90)),  # the main thread, for nobody else joins
        ("longest/JOIN@Thread-2", None),
        ("longest/GIL", None),
        ("track/thread-2", ("track", 3, 1, 95)),
        ("track/Thread-1%20(work)", ("track", 2, 1, 80)),
        ("track/main", ("track", 1, 1, 100)),
        ("track/nobody", None),
        ("phase/one_by_one", ("phase", None, 2, 100)),
        ("phase/other", None),
        ("flow/put_get", ("flow", 1, 10, 51)),
        ("flow/submit_start", None),
        ("counter/queue", ("counter", None, 10, 51)),
        ("counter/frame", None),
        ("task/square", ("span", 3, 40, 50)),
        ("task/sleep", ("span", 2, 10, 20)),
        ("task/sleep@Thread-2", ("span", 3, 42, 44)),
        ("task/nothing", None),
    ],
)
def test_pointers_find_what_they_say(run, pointer, expected):
    assert where(run, pointer) == expected


def test_what_was_found_can_be_looked_at(run):
    assert find(run, "longest/SLEEP").span.end == 60
    assert find(run, "flow/put_get").flow.kind is FlowKind.PUT_GET
    assert find(run, "counter/Queue 1").counter.name == "Queue 1"


def test_words_and_scheme_are_read():
    assert parse_pointer("show:first/QUEUE@Worker%201") == Pointer("first", "QUEUE", "Worker 1")
    assert parse_pointer("track/name@host") == Pointer("track", "name@host")


@pytest.mark.parametrize(
    "pointer", ["", "longest", "longest/", "GIL", "widest/GIL", "longest/gil", "longest/NAP", "flow/nothing", "/x"]
)
def test_a_pointer_to_nothing_is_refused_in_one_sentence(run, pointer):
    with pytest.raises(PointerError, match=r"points at nothing: .*\.$"):
        find(run, pointer)


def test_nothing_is_found_in_an_empty_run():
    for pointer in ("longest/RUN", "track/x", "phase/x", "flow/put_get", "counter/x", "task/x"):
        assert find(Run(), pointer) is None
