"""What other tracers write becomes lanes of calls; what this program writes comes back as it was."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings

from tests.trace.exchange.made import counters_of, documents, flows_of, marks_of, spans_of
from tests.trace.exchange.test_chrome_export import exported
from visualiser.lab.layout import Kind
from visualiser.trace.document import Document
from visualiser.trace.exchange.chrome_import import FIRST_NS, import_chrome_trace
from visualiser.trace.exchange.chrome_lanes import DEEPEST, MOST_THREADS
from visualiser.trace.exchange.errors import TraceError
from visualiser.trace.flows import FlowKind
from visualiser.trace.states import State


def imported(trace, piece=1 << 20) -> Document:
    text = trace if isinstance(trace, str) else json.dumps(trace)
    return import_chrome_trace((text[at : at + piece] for at in range(0, len(text), piece)), "trace.json")


def event(phase, ts=None, name="work", pid=1, tid=1, **more):
    return {"ph": phase, "name": name, "pid": pid, "tid": tid, **({} if ts is None else {"ts": ts}), **more}


def calls(document):
    """By track: (begin, end, label), in µs since the first event."""
    run = document.run
    return {
        track.name: [
            ((span.start - FIRST_NS) / 1000, (span.end - FIRST_NS) / 1000, run.names[span.ref].label)
            for span in (track.lane.span(number) for number in range(len(track.lane)))
            if span.state
        ]
        for track in run.tracks
    }


def notes(document):
    return "\n".join(document.run.notes)


@settings(max_examples=80, deadline=None)
@given(documents())
def test_our_own_traces_come_back_as_they_were(document):
    back = imported(exported(document), 1000)
    assert spans_of(back.run) == spans_of(document.run)
    assert flows_of(back.run) == flows_of(document.run)
    assert marks_of(back.run) == marks_of(document.run)
    assert counters_of(back.run) == counters_of(document.run)
    assert back.bookmarks == document.bookmarks
    assert back.about == document.about
    assert back.run.start_ns == document.run.start_ns
    assert back.run.loads.t.tolist() == document.run.loads.t.tolist()
    for before, after in zip(document.run.tracks, back.run.tracks, strict=True):
        logs = document.run.core_logs.of(before), back.run.core_logs.of(after)
        stays = [log.times_between(0, document.run.end_ns) if log else {} for log in logs]
        assert stays[0] == stays[1]


def test_calls_within_calls_lie_on_lanes_below():
    trace = [
        event("X", 10, "outer", dur=100),
        event("X", 20, "inner", dur=30),
        event("X", 60, "inner", dur=30),
        event("X", 25, "innermost", dur=5),
        event("M", name="thread_name", args={"name": "Worker"}),
    ]
    assert calls(imported(trace)) == {
        "Worker": [(0, 100, "outer")],
        "Worker · depth 2": [(10, 40, "inner"), (50, 80, "inner")],
        "Worker · depth 3": [(15, 20, "innermost")],
    }


def test_begins_and_ends_are_matched_whatever_their_order_in_the_file():
    trace = [event("E", 40, "outer"), event("B", 5, "inner"), event("E", 9, None), event("B", 0, "outer")]
    assert calls(imported(trace)) == {"thread 1": [(0, 40, "outer")], "thread 1 · depth 2": [(5, 9, "inner")]}


def test_what_lacks_its_other_end_is_told():
    document = imported(
        [event("E", 3, "never begun"), event("B", 5, "never ends"), event("X", 0, dur=1), event("E", 9, "other")]
    )
    assert calls(document)["thread 1"] == [(0, 1, "work"), (5, 9, "never ends")]
    assert "2 ends without a begin were left out." in notes(document)
    assert "1 calls have no end" in notes(document)


def test_calls_that_overlap_without_nesting_are_all_there_and_uncut():
    trace = [event("X", 0, "first", dur=10), event("X", 5, "second", dur=10), event("X", 12, "third", dur=10)]
    assert calls(imported(trace)) == {
        "thread 1": [(0, 10, "first")],
        "thread 1 · depth 2": [(5, 15, "second")],
        "thread 1 · depth 3": [(12, 22, "third")],
    }


def test_two_calls_that_touch_stay_two():
    lane = imported([event("X", 0, dur=10), event("X", 10, dur=10)]).run.tracks[0].lane
    assert lane.t.tolist() == [FIRST_NS, FIRST_NS + 9_999, FIRST_NS + 10_000]


def test_what_ran_and_what_waited_is_not_claimed_to_be_known():
    document = imported([event("X", 0, dur=10)])
    assert document.about.note.startswith("Imported from trace.json: what ran and what waited is not known.")
    assert document.run.tracks[0].lane.states == [State.RUN]
    assert not document.run.core_logs.told
    assert not document.run.sampled, "facts on cores and the GIL would be made up"
    assert document.outcome is None


@pytest.mark.parametrize(
    ("name", "label", "file", "line"),
    [
        ("Queue.get (/usr/lib/python3.13/queue.py:154)", "Queue.get", "/usr/lib/python3.13/queue.py", 154),
        ("torch/nn/modules/module.py(1501): _call_impl", "_call_impl", "torch/nn/modules/module.py", 1501),
        ("builtins.print", "builtins.print", None, None),
    ],
)
def test_the_line_of_a_function_is_found_in_its_name(name, label, file, line):
    document = imported([event("X", 0, name, dur=1)])
    found = document.run.names[document.run.tracks[0].lane.span(0).ref]
    assert (found.label, found.file, found.line) == (label, file, line)


def test_numbers_may_be_texts_and_processes_may_have_names():
    document = imported([event("X", "1.5", pid="browser", tid="main", dur="2"), event("X", 2, pid="7", tid="8", dur=1)])
    assert calls(document) == {"main": [(0, 2, "work")], "thread 8": [(0.5, 1.5, "work")]}


def test_events_that_cannot_be_placed_are_counted():
    bad = [event("X", None, dur=1)] * 12 + [
        event("X", "soon", dur=1),
        event("X", 1e300, dur=1),
        event("X", math.nan, dur=1),
    ]
    bad += [event("X", 1), event("X", 1, dur=-4), 7, None, event("P", 1), event("C", 1), {"ts": 1}]
    document = imported([event("X", 0, dur=1), *bad])
    assert [len(spans) for spans in calls(document).values()] == [1]
    for words in (
        "15 events without a time were left out.",
        "1 events without a duration were left out.",
        "1 events with a duration below 0 were left out.",
        "2 events that are no objects were left out.",
        "2 events of a kind that has no place here were left out.",
        "1 events of counters without a number were left out.",
    ):
        assert words in notes(document)


def test_instants_counters_and_arrows():
    trace = [
        event("X", 0, "send", dur=10),
        event("X", 20, "receive", tid=2, dur=10),
        event("i", 5, "here", s="t"),
        event("C", 1, "memory", args={"MB": 5, "pages": "7"}),
        event("C", 9, "memory", args={"MB": 6.5}),
        event("s", 2, "message", cat="ipc", id=1),
        event("t", 22, "message", tid=2, cat="ipc", id=1),
        event("f", 29, "message", cat="ipc", id=1, bp="e"),
        event("f", 9, "message", cat="ipc", id=2),
    ]
    document = imported(trace)
    run = document.run
    assert marks_of(run)[0] == [(FIRST_NS + 5000, Kind.NOTE, run.names[int(run.tracks[0].marks.name.view[0])])]
    assert [(c.name, c.unit, c.value.tolist()) for c in run.counters.all] == [
        ("memory", "MB", [5, 6.5]),
        ("memory", "pages", [7]),
    ]
    arrows = run.flows.pairs(FlowKind.OTHER)
    flows = [run.flows.flow(arrows, row) for row in range(len(arrows))]
    assert [(flow.name, flow.source.tid, flow.target.tid) for flow in flows] == [("message", 1, 2), ("message", 2, 1)]
    assert "lack the other end" in notes(document)


def test_arrows_told_by_the_spans_themselves():
    trace = [
        event("X", 0, "send", dur=10, bind_id="0x1", flow_out=True),
        event("X", 20, "receive", tid=2, dur=10, bind_id="0x1", flow_in=True),
    ]
    arrows = imported(trace).run.flows.pairs(FlowKind.OTHER)
    assert list(zip(arrows.t0.tolist(), arrows.t1.tolist(), strict=True)) == [(FIRST_NS, FIRST_NS + 20_000)]


def test_asynchronous_events_are_matched_by_their_number():
    trace = [
        event("b", 0, "load a", cat="net", id="0x1"),
        event("b", 5, "load b", cat="net", id="0x2"),
        event("e", 9, "load a", cat="net", id="0x1"),
        event("e", 30, None, cat="net", id="0x2"),
    ]
    assert calls(imported(trace)) == {
        "net": [(0, 9, "load a")],
        "net · depth 2": [(5, 30, "load b")],
    }


def test_calls_that_are_too_deep_are_counted():
    trace = [event("X", depth, f"f{depth}", dur=100 - 2 * depth) for depth in range(DEEPEST + 4)]
    document = imported(trace)
    assert len(document.run.tracks) == DEEPEST
    assert f"4 calls deeper than {DEEPEST} levels are not shown." in notes(document)


def test_of_too_many_threads_those_with_most_events_are_shown():
    trace = [event("X", number, tid=number, dur=1) for number in range(1, MOST_THREADS + 500)]
    trace += [event("X", 5000, tid=MOST_THREADS + 400, dur=1)]
    document = imported(trace)
    assert len(document.run.tracks) == MOST_THREADS
    assert f"thread {MOST_THREADS + 400}" in calls(document)
    assert "Of 1,499 threads, the 1,000 with most events are shown." in notes(document)


def test_processes_and_threads_are_in_the_order_asked_for():
    trace = [event("X", 0, pid=pid, tid=tid, dur=1) for pid in (1, 2) for tid in (3, 4)]
    trace += [event("M", name="process_sort_index", pid=2, args={"sort_index": -1})]
    trace += [event("M", name="thread_sort_index", pid=1, tid=4, args={"sort_index": -5})]
    assert [(track.pid, track.tid) for track in imported(trace).run.tracks] == [(2, 3), (2, 4), (1, 4), (1, 3)]


@pytest.mark.parametrize("end", ["", ",", "\n", ',{"ph":"X","ts":1,"du', ', {"na'])
def test_a_list_that_was_cut_off_is_read_up_to_there(end):
    document = imported("[" + json.dumps(event("X", 0, dur=1)) + end)
    assert len(calls(document)["thread 1"]) == 1
    assert "cut off" in notes(document)


def test_what_follows_a_damaged_event_is_read():
    good = json.dumps(event("X", 0, dur=1))
    later = json.dumps(event("X", 5, dur=1))
    document = imported(f'{{"traceEvents": [{good}, {{"ph":"X" "ts":4}}, {later}]}}', 7)
    assert len(calls(document)["thread 1"]) == 2
    assert "1 places in the file were damaged" in notes(document)


@pytest.mark.parametrize(
    "text",
    ["", " ", "hello", "{}", '{"traceEvents": 5}', '{"traceEvents"', "\x00\x01", '{"a": [1, 2', "null", "[" * 100_000],
)
def test_what_is_no_trace_is_refused_in_a_sentence(text):
    with pytest.raises(TraceError) as refused:
        imported(text)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["[]", '{"traceEvents": []}', '[{"ph":"M","name":"process_name"}]'])
def test_a_trace_without_anything_to_show_is_refused(text):
    with pytest.raises(TraceError, match="nothing to show"):
        imported(text)


def test_what_lies_around_the_events_may_come_in_any_order():
    trace = {"schemaVersion": 1, "x": {"traceEvents": [1]}, "traceEvents": [event("X", 0, dur=1)], "y": [[{}]]}
    assert len(calls(imported(trace, 3))["thread 1"]) == 1


def test_a_trace_that_says_it_is_ours_and_is_not_is_read_as_any_other():
    trace = {"otherData": {"made_by": "Concurrency Visualiser", "version": 1}, "traceEvents": [event("X", 0, dur=1)]}
    assert "what ran and what waited is not known" in notes(imported(trace))


def test_a_moment_far_from_zero_keeps_its_nanoseconds():
    document = imported([event("X", 14792529526.294, dur=1.673), event("X", 14792529528.879, dur=0.36)])
    lane = document.run.tracks[0].lane
    assert np.diff(lane.t).tolist() == [1673, 912]
