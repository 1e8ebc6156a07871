"""Numbers that compare runs, told apart from each other by hand."""

import math

import numpy as np
import pytest

from tests.gui.told_run import told_run
from tests.trace.story import ROOT, batch, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.compare import (
    Measure,
    differing_knobs,
    efficiency,
    measure,
    middle,
    repeats,
    speed_up,
    spread,
)
from visualiser.trace.document import About, Document
from visualiser.trace.outcome import Outcome
from visualiser.trace.run import Run
from visualiser.trace.states import State

MS = 1_000_000


def made(*lanes, sources=("perf",)):
    """A finished run of 100 ms; each lane is (state, from ms, to ms) one by one, the first that of the main thread."""
    run = Run()
    threads = [thread(n + 1, n + 1, f"t{n}", main=not n) for n in range(len(lanes))]
    births = {n + 1: [(0, 0, Kind.THREAD, 0)] for n in range(len(lanes))}
    run.extend(batch(1, story=[process(), {"ev": "start", "pid": ROOT, "t": 0}, *threads], rows=births))
    run.start_ns, run.now_ns, run.end_ns, run.finished = 1, 100 * MS + 1, 100 * MS + 1, True
    for track, pieces in zip(run.tracks, lanes, strict=True):
        t = np.array([1 + round(begin * MS) for _, begin, _ in pieces], np.int64)
        state = np.array([state for state, _, _ in pieces], np.uint8)
        track.lane = type(track.lane)()
        track.lane.append(t, state, np.zeros(len(t), np.uint32), 1 + pieces[-1][2] * MS)
        track.start_ns, track.end_ns = int(t[0]), 1 + pieces[-1][2] * MS
    run.used.now = sources
    return run


def test_work_that_ran_alone_is_told_from_work_that_ran_together():
    run = made(
        [(State.RUN, 0, 20), (State.JOIN, 20, 100)],
        [(State.RUN, 20, 60), (State.SLEEP, 60, 100)],
        [(State.SLEEP, 20, 40), (State.RUN, 40, 80)],
    )
    found = measure(run)
    assert found.wall_s == pytest.approx(0.1)
    assert found.work_s == pytest.approx(0.1)
    assert found.alone_s == pytest.approx(0.06)
    assert found.workers == 2
    assert found.cores_used == pytest.approx(1.0)
    assert found.ceiling == pytest.approx(10 / 6)


def test_of_a_run_with_one_thread_all_the_work_is_serial():
    found = measure(made([(State.RUN, 0, 100)]))
    assert (found.workers, found.ceiling) == (1, 1.0)


def test_two_that_always_run_together_have_no_ceiling():
    found = measure(made([(State.JOIN, 0, 100)], [(State.RUN, 0, 100)], [(State.RUN, 0, 100)]))
    assert math.isinf(found.ceiling)
    assert found.cores_used == pytest.approx(2.0)


def test_workers_count_only_those_that_live_at_once():
    one_by_one = made([(State.JOIN, 0, 100)], [(State.RUN, 0, 50)], [(State.RUN, 50, 100)])
    assert measure(one_by_one).workers == 1


def test_where_nobody_knows_who_was_on_a_core_nothing_is_said_of_work():
    found = measure(made([(State.RUN, 0, 100)], sources=("calls",)))
    assert (found.work_s, found.alone_s, found.ceiling, found.cores_used) == (None, None, None, None)


def test_a_told_run_is_measured_by_the_same_rule_as_by_hand():
    run = told_run()
    found = measure(run)
    t = np.arange(run.start_ns, run.end_ns, MS // 10)
    running = np.zeros(len(t), int)
    for track in run.tracks:
        states = [track.lane.span_at(int(when)) for when in t]
        running += [span is not None and span.state is State.RUN for span in states]
    assert found.work_s == pytest.approx(running.sum() / 10_000, rel=1e-3)
    assert found.alone_s == pytest.approx((running == 1).sum() / 10_000, rel=1e-2)


def test_speed_up_and_efficiency():
    serial, four = Measure(4.0, 4.0, 4.0, 1), Measure(1.25, 4.0, 0.2, 4)
    assert speed_up(serial, four) == pytest.approx(3.2)
    assert efficiency(serial, four) == pytest.approx(0.8)
    assert efficiency(four, four) == 1.0
    assert speed_up(Measure(0.0, None, None, 0), four) is None


def test_the_spread_of_repeats():
    found = spread([3.0, 1.0, 2.0, 5.0, 4.0])
    assert (found.count, found.median, found.least, found.most) == (5, 3.0, 1.0, 5.0)
    assert (found.low, found.high) == (2.0, 4.0)
    assert spread([2.0]).low == 2.0


def doc(text="x", python="3.11.7", wall_ms=100, **knobs):
    run = Run()
    run.start_ns, run.now_ns, run.finished = 1, 1 + wall_ms * MS, True
    return Document(run, About(file="a.py", text=text, python=python, knobs=knobs), Outcome("Finished.", ok=True))


def test_repeats_are_runs_of_the_same_text_with_the_same_interpreter():
    one, two, three, four = doc(), doc("y"), doc(), doc(python="3.14.0t")
    assert repeats([one, two, three, four]) == [[one, three], [two], [four]]
    assert len(repeats([doc(""), doc("")])) == 2


def test_a_run_that_did_not_get_to_its_end_is_nobodys_repeat():
    whole, stopped, cut_off, again = doc(), doc(), doc(), doc()
    stopped.outcome, cut_off.outcome = Outcome("Stopped.", stopped=True), None
    assert repeats([whole, stopped, cut_off, again]) == [[whole, again], [stopped], [cut_off]]


def test_the_middle_one_is_a_run_that_was():
    fast, slow, mean = doc(wall_ms=10), doc(wall_ms=30), doc(wall_ms=20)
    assert middle([slow, fast, mean]) is mean
    assert middle([slow, fast]) is fast


def test_only_knobs_that_differ_tell_runs_apart():
    assert differing_knobs([doc(N=1, LOCK=False), doc(N=1, LOCK=True)]) == ["LOCK"]
    assert differing_knobs([doc(N=1), doc()]) == [], "of another script, which has no such knob"
    assert differing_knobs([]) == []
