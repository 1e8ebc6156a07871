"""A run of every family of scenarios is saved and opened again: nothing that the app shows of it may have changed."""

from __future__ import annotations

import pytest

from tests.scenarios.quick import follow
from tests.trace.portrait import differences, portrait
from visualiser.host.recordings import open_recording, save_recording
from visualiser.trace.document import About, Bookmark, Document, Printed
from visualiser.trace.facts import facts_of

FAMILIES = [
    "race",
    "lock_price",
    "producer_consumer",
    "deadlock",
    "waiting",
    "web_scraping",
    "cpu_processes",
    "queue_processes",
    "shared_memory",
    "as_completed",
    "asyncio_pool",
    "all_models",
    "celery_tasks",
]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_that_was_saved_and_opened_is_the_same(name, tmp_path):
    run, session = follow(name)
    printed = [Printed(run.start_ns + 5, "out", line) for line in session.stdout.splitlines(keepends=True)]
    about = About(title=name, scenario=name, knobs=session.knobs, python=session.python, note=session.note)
    bookmarks = [Bookmark(run.now_ns, "here", run.tracks[-1].id), Bookmark(run.start_ns, "für alle ✓")]
    document = Document(run, about, session.outcome, printed, bookmarks)
    path = tmp_path / "run.cvrun"
    save_recording(document, path)  # before anybody has asked for facts,
    assert not differences(portrait(open_recording(path)), portrait(document))
    facts_of(run)
    save_recording(document, path)  # and with their sums in it
    opened = open_recording(path)
    assert not differences(portrait(opened), portrait(document))
    assert opened.run.running.progress == run.running.progress
    assert run.spans > 10
