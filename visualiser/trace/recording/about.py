"""Saves and restores what describes a run as a whole: where it comes from, its times, its notes, how it ended."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import numpy as np

from visualiser.trace.document import About, Bookmark, Document, Printed
from visualiser.trace.outcome import Outcome
from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.json_values import MOST_NS, Values
from visualiser.trace.recording.recorded import Recorded, check_times
from visualiser.trace.recording.snapshot import Snapshot, Timed
from visualiser.trace.run import Run

_STREAMS = ("out", "err")
_MOST_SOURCES = 2


def keep_run(document: Document, snapshot: Snapshot) -> None:
    """What is known of the run as such."""
    run, used = document.run, document.run.used
    snapshot.now_ns = run.now_ns
    snapshot.head |= {
        "about": asdict(document.about),
        "run": {
            "start_ns": run.start_ns,
            "now_ns": run.now_ns,
            "end_ns": run.end_ns,
            "finished": run.finished,
            "errors": run.errors,
            "dropped": run.dropped,
        },
        "notes": list(run.notes),
        "sources": {"now": list(used.now), "before": list(used.before), "changed_ns": used.changed_ns},
        "steps": _steps(run),
        "task_queue": {"hosts": sorted(run.remote_workers.hosts), "away": run.remote_workers.away},
    }


def restore_run(recorded: Recorded, document: Document) -> None:
    """The same from a file; the tracks are there already."""
    run, head = document.run, recorded.head
    document.about = about_of(head.part("about"))
    told = head.part("run")
    run.start_ns = told.count("start_ns")
    now = told.count("now_ns")
    end = told.count("end_ns") if told.get("finished", bool) else now
    run.restore(min(now, recorded.until), min(end, recorded.until), told.count("dropped"))
    run.errors = told.count("errors")
    run.notes.update(dict.fromkeys(head.texts("notes")))
    if not told.get("finished", bool):
        run.notes.setdefault("This recording was saved while the run went on.")
    _restore_sources(head.part("sources"), run)
    _restore_steps(head.part("steps"), run)
    run.remote_workers.hosts = set(head.part("task_queue").texts("hosts"))
    run.remote_workers.away = head.part("task_queue").get("away", bool)


def keep_end(document: Document, snapshot: Snapshot) -> None:
    """How it ended, and what was noted."""
    outcome = document.outcome
    snapshot.end |= {
        "outcome": None if outcome is None else asdict(outcome),
        "results": dict(document.run.results),
        "bookmarks": bookmarks_of(document.bookmarks),
    }


def restore_end(recorded: Recorded, document: Document) -> None:
    """The same from a file that reaches so far."""
    end = recorded.end
    if not end:
        return
    outcome = end.get_or_none("outcome", dict)
    document.outcome = None if outcome is None else _outcome(Values(outcome))
    document.run.results = dict(end.get("results", dict))
    tracks = len(document.run.tracks)
    document.bookmarks = [
        Bookmark(one.count("when_ns"), one.get("text", str), one.count_or_none("track", tracks))
        for one in end.parts("bookmarks")
    ]


def bookmarks_of(bookmarks: list[Bookmark]) -> list[dict[str, Any]]:
    """As plain data."""
    return [asdict(bookmark) for bookmark in bookmarks]


def keep_printed(document: Document, snapshot: Snapshot) -> None:
    """The script's output."""
    printed = sorted(document.printed, key=lambda one: one.when_ns)
    when = np.array([one.when_ns for one in printed], np.int64)
    columns = {"t": when, "stream": [one.stream for one in printed], "text": [one.text for one in printed]}
    snapshot.timed.append(Timed("printed", when, columns))


def restore_printed(recorded: Recorded, document: Document) -> None:
    """The same from a file."""
    table = recorded.table("printed")
    check_times(table["t"])
    if not set(table["stream"]) <= set(_STREAMS):
        raise RecordingError("The recording is damaged: something was printed on no known stream.")
    document.printed = [Printed(*row) for row in zip(table["t"].tolist(), table["stream"], table["text"], strict=True)]


def about_of(told: Values) -> About:
    """Where a run comes from, as it was kept; raises RecordingError."""
    texts = {one.name: told.get(one.name, str) for one in fields(About) if one.name != "knobs"}
    return About(**texts, knobs=told.get("knobs", dict))


def _outcome(told: Values) -> Outcome:
    return Outcome(
        told.get("sentence", str),
        told.get("detail", str),
        told.get("exit_code", int),
        told.get("ok", bool),
        told.get_or_none("line", int),
        told.number("wall_s"),
        told.get("stopped", bool),
    )


def _restore_sources(told: Values, run: Run) -> None:
    now, before = told.texts("now"), told.texts("before")
    if not now or max(len(now), len(before)) > _MOST_SOURCES:
        raise RecordingError("The recording is damaged: it does not say where its states come from.")
    run.used.now, run.used.before, run.used.changed_ns = tuple(now), tuple(before), told.count("changed_ns")


def _steps(run: Run) -> dict[str, Any]:
    longest = run.async_tasks.longest
    return {
        "count": run.async_tasks.steps,
        "longest": None if longest is None else {"ns": longest[0], "track": longest[1].id},
    }


def _restore_steps(told: Values, run: Run) -> None:
    longest = told.get_or_none("longest", dict)
    found = None
    if longest is not None:
        number = Values(longest).count("track", MOST_NS)
        found = (Values(longest).count("ns"), run.tracks[number]) if number < len(run.tracks) else None
    run.async_tasks.restore(told.count("count"), found)
