from tests.gui.told_run import START, told_run
from tests.trace.story import IN, ROOT, batch, process, thread
from visualiser.gui.progress import importing
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run

MS = 1_000_000


def young_run(*more_story, label="import celery"):
    run = Run()
    name = {"ev": "name", "pid": ROOT, "t": 0, "id": 5, "label": label, "file": "/x.py", "line": 1}
    story = [process(), {"ev": "start", "pid": ROOT, "t": START}, thread(1, 1, "MainThread", main=True), name]
    rows = {1: [(START, 0, Kind.THREAD, 0), (START + MS, 0, Kind.IMPORT, 5)]}
    run.extend(
        batch(START + 500 * MS, sampled=START + 500 * MS, story=[*story, *more_story], rows=rows, seen=[(START, 1, IN)])
    )
    return run


def test_a_long_import_is_named_while_nothing_else_goes_on():
    assert importing(young_run()) == "importing celery…"


def test_nothing_is_said_of_other_work_of_other_threads_and_of_no_run():
    assert importing(young_run(label="sleep")) == ""
    assert importing(young_run(thread(2, 2, "Thread-1"))) == ""
    assert importing(told_run()) == ""
    assert importing(Run()) == ""
