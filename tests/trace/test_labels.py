"""Tasks and imports keep their begin and end, however they were delivered."""

from tests.trace.story import batch, process
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run


def run_of(*batches) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    return run


def plain(labels) -> list[tuple[int, int]]:
    return list(zip(labels.t0.view.tolist(), labels.t1.view.tolist(), strict=True))


def test_kinds_are_kept_apart():
    rows = {
        1: [(5, 9, Kind.IMPORT, 0), (10, 20, Kind.TASK, 0, 7), (21, 23, Kind.START, 0, 44), (30, 31, Kind.SLEEP, 0)]
    }
    labels = run_of(batch(0, story=[process()], rows=rows)).labels
    assert (plain(labels.imports), plain(labels.tasks), plain(labels.starts)) == ([(5, 9)], [(10, 20)], [(21, 23)])
    assert labels.starts.value.view.tolist() == [44]


def test_an_open_label_is_closed_when_its_end_comes_in_the_same_batch_or_later():
    first = batch(
        0, story=[process()], rows={1: [(10, 0, Kind.TASK, 0), (10, 20, Kind.TASK, 0), (30, 0, Kind.TASK, 0)]}
    )
    run = run_of(first)
    assert plain(run.labels.tasks) == [(10, 20), (30, 0)]
    assert run.labels.tasks.ends(99).tolist() == [20, 99]
    run.extend(batch(0, rows={1: [(30, 40, Kind.TASK, 0)], 2: [(35, 36, Kind.TASK, 0)]}))
    assert plain(run.labels.tasks) == [(10, 20), (30, 40), (35, 36)]


def test_a_label_whose_end_was_never_written_ends_with_the_next_one():
    run = run_of(batch(0, story=[process()], rows={1: [(10, 0, Kind.TASK, 0), (20, 0, Kind.TASK, 0)]}))
    run.extend(batch(0, rows={1: [(30, 35, Kind.TASK, 0)]}))
    assert plain(run.labels.tasks) == [(10, 20), (20, 30), (30, 35)]


def test_what_a_killed_process_left_open_ends_with_it():
    run = run_of(batch(5, story=[process()], rows={1: [(1, 0, Kind.THREAD, 0), (2, 0, Kind.TASK, 0)]}))
    gone = batch(90)
    gone.ended[100] = 80
    run.extend(gone)
    assert plain(run.labels.tasks) == [(2, 80)]
