"""An exported trace must show in other viewers what the run holds: no event of it may break their rules."""

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.made_up_run import make_run
from tests.trace.exchange.made import documents, marks_of, spans_of
from tests.trace.exchange.viewer import Viewer
from visualiser.lab.layout import Kind
from visualiser.trace.document import Document
from visualiser.trace.exchange.chrome_export import write_chrome_trace
from visualiser.trace.exchange.errors import Cancelled
from visualiser.trace.flows import FlowKind
from visualiser.trace.made_run import MadeRun
from visualiser.trace.run import Run
from visualiser.trace.states import State


def exported(document) -> str:
    stream = io.StringIO()
    write_chrome_trace(document, stream)
    return stream.getvalue()


def alive(run):
    """The tracks on which an arrow can be drawn."""
    return {number for number, (*_, spans) in enumerate(spans_of(run)) if spans}


@settings(max_examples=80, deadline=None)
@given(documents())
def test_viewers_show_all_of_any_run(document):
    run, viewer = document.run, Viewer(exported(document))
    zero = viewer.trace["otherData"]["zero_ns"]
    expected = sorted([(t0 - zero, t1 - zero, state.name) for t0, t1, state, _ in one[-1]] for one in spans_of(run))
    found = [[(t0, t1, name) for t0, t1, name in slices] for slices in viewer.slices.values()]
    core = [
        slices for where, slices in viewer.slices.items() if viewer.names["process_name", where[0], where[0]] == "Cores"
    ]
    assert sorted(slices for slices in found if slices and slices not in core) == [spans for spans in expected if spans]
    marks = [one for instants in viewer.instants.values() for one in instants if one[1] == "mark"]
    assert len(marks) == sum(map(len, marks_of(run)))
    for counter in run.counters.all:
        pid = next(pid for pid, name, _ in viewer.counters if name == counter.name)
        expected = list(zip((counter.t - zero).tolist(), counter.value.tolist(), strict=True))
        assert viewer.counters[pid, counter.name, counter.unit] == expected
    bound = alive(run)
    arrows = [run.flows.pairs(kind) for kind in FlowKind]
    drawable = all(set(a.source.tolist()) | set(a.target.tolist()) <= bound for a in arrows)
    ordered = [one for one in viewer.troubles if "ends what has not begun" not in one]
    if drawable:
        assert ordered == []
    assert all("no slice" in one for one in ordered)


def test_an_arrow_joins_the_spans_of_its_ends():
    made = MadeRun()
    tracks = [made.run.add_track("thread", name, 1, tid) for name, tid in (("A", 1), ("B", 2))]
    for track in tracks:
        made.add_spans(track, np.array([100, 200]), np.array([200, 300]), np.array([1, 6], np.uint8), np.zeros(2, "u4"))
    made.add_marks(tracks[0], np.array([150]), np.array([Kind.PUT], np.uint16), np.array([made.label("jobs")], "u4"))
    made.run.flows.add(FlowKind.PUT_GET, 9, (150, 0, made.label("jobs")), (250, 1, 0))
    made.run.flows.add(FlowKind.SUBMIT_START, 8, (260, 0, 0), (240, 1, 0))
    viewer = Viewer(exported(Document(made.finish(100, 300))))
    assert viewer.troubles == []
    assert sorted(viewer.flows) == [((1, 1), 50, (1, 2), 150), ((1, 1), 140, (1, 2), 140)]
    late = next(one for one in viewer.events if one["ph"] == "s" and one["cat"] == "submit_start")
    assert float(late["args"]["at_us"]) == 0.16, "a begin drawn earlier than it was recorded says so"


def test_workers_elsewhere_and_tasks_have_places_of_their_own():
    made = MadeRun()
    thread = made.run.add_track("thread", "MainThread", 7, 7)
    made.run.add_track("remote", "otherhost · worker 7", 7)
    made.run.add_track("task", "Task-1", 7, parent=thread)
    made.run.add_track("helper", "QueueFeederThread", 7, 8)
    made.run.add_track("thread", "as good as another", 7, 8)
    for track in made.run.tracks:
        made.add_spans(track, np.array([100]), np.array([200]), np.array([State.RUN], np.uint8), np.zeros(1, "u4"))
    viewer = Viewer(exported(Document(made.finish(100, 200))))
    assert viewer.troubles == []
    threads = {where for kind, *where in map(tuple, viewer.names) if kind == "thread_name" for where in [tuple(where)]}
    assert len(threads) == 5
    assert len({pid for pid, _ in threads}) == 2
    order = [one["tid"] for one in viewer.events if one["name"] == "thread_sort_index"]
    names = [viewer.names["thread_name", viewer._threads[tid], tid] for tid in order]
    assert names[:2] == ["MainThread", "Task-1"], "a task lies below the thread of its loop"


def test_cores_show_who_was_on_them_and_their_load():
    from tests.trace.told_cores import told

    made = MadeRun()
    for tid in (5, 6):
        track = made.run.add_track("thread", f"T{tid}", 1, tid)
        made.add_spans(track, np.array([100]), np.array([900]), np.array([State.RUN], np.uint8), np.zeros(1, "u4"))
    IN, OUT = Kind.SWITCH_IN, Kind.SWITCH_OUT
    made.run.core_logs.take(told((100, 5, IN, 0), (150, 6, IN, 1), (300, 5, OUT, 0), (300, 6, OUT, 1), (310, 6, IN, 0)))
    made.run.loads.extend([(200, (60.0, 40.5))])
    viewer = Viewer(exported(Document(made.finish(100, 900))))
    assert viewer.troubles == []
    cores = {viewer.names["thread_name", *where]: slices for where, slices in viewer.slices.items()}
    assert cores["Core 0"] == [(0, 200, "T5"), (210, 800, "T6")]
    assert cores["Core 1"] == [(50, 200, "T6")]
    loads = {name: values for (_, name, unit), values in viewer.counters.items() if unit == "all"}
    assert loads == {"Core 0 load, %": [(100, 60.0)], "Core 1 load, %": [(100, 40.5)]}


def test_a_run_without_anything_is_still_a_trace():
    assert json.loads(exported(Document(Run())))["traceEvents"]


def test_the_checker_sees_what_viewers_would_drop():
    def trace(*events):
        return Viewer(
            json.dumps({"traceEvents": [{"pid": 1, "tid": 1, "name": "x", "cat": "c", **one} for one in events]})
        )

    assert trace({"ph": "X", "ts": 0, "dur": 5}, {"ph": "X", "ts": 4, "dur": 5}).troubles
    assert trace({"ph": "X", "ts": -1, "dur": 5}).troubles
    assert trace({"ph": "s", "ts": 1, "id": 1}).troubles
    assert trace({"ph": "f", "ts": 1, "id": 1, "bp": "e"}).troubles
    assert not trace({"ph": "X", "ts": 0, "dur": 5}, {"ph": "X", "ts": 5, "dur": 5}).troubles


def test_progress_grows_and_may_end_the_export():
    shares = []
    document = Document(make_run(60_000, 2))
    write_chrome_trace(document, io.StringIO(), lambda share: shares.append(share) or True)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 4
    with pytest.raises(Cancelled):
        write_chrome_trace(document, io.StringIO(), lambda share: share < 0.5)
