"""Whatever the portions in which a run is told, its lanes and its pixels are the same, state by state."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.trace.batching import as_one, cut_up
from tests.trace.story import IN, OUT, PREEMPT, batch, name, process
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session, StartError
from visualiser.lab.layout import Kind, Seen
from visualiser.trace.batch import Batch
from visualiser.trace.row import row
from visualiser.trace.run import Run

US, MS = 1_000, 1_000_000
END = 70 * MS
LOCK = 7

SCRIPT = """
import queue, threading, time
end = time.perf_counter() + 0.5
lock, items = threading.Lock(), queue.Queue()
def compute():
    while time.perf_counter() < end:
        sum(range(2000))
def nap():
    while time.perf_counter() < end:
        with lock:
            time.sleep(0.002)
        items.put(1)
def take():
    while time.perf_counter() < end:
        try:
            items.get(timeout=0.003)
        except queue.Empty:
            pass
threads = [threading.Thread(target=one) for one in (compute, compute, nap, nap, take)]
for one in threads: one.start()
for one in threads: one.join()
"""


def folded(batches: list[Batch], end: int) -> Run:
    run = Run()
    for each in batches:
        run.extend(each)
    run.finish(end)
    return run


def assert_same(parts: Run, whole: Run, end: int) -> None:
    """Every span of every thread, and the pixel columns of several views."""
    for mine, other in zip(parts.tracks, whole.tracks, strict=True):
        for lane, expected in ((mine.lane, other.lane), (mine.second, other.second)):
            assert told(lane) == told(expected)
            assert lane.now == expected.now or told(lane)[-1][0] == "NONE"
        begin = other.lane.start
        for width in (7, 300):
            edges = np.unique(np.linspace(begin, end, width + 1).astype(np.int64))
            pixels, exact = row(mine.lane, edges), row(other.lane, edges)
            assert (pixels.main == exact.main).all()
            assert (pixels.hidden == exact.hidden).all()


def told(lane) -> list[tuple]:
    every = [lane.span(number) for number in range(len(lane))]
    return [(span.state.name, span.start, span.ref) for span in every]


@st.composite
def histories(draw) -> Batch:
    """All that can be told of four threads that share a GIL."""
    rows, seen, looks = {}, [], []
    step = draw(st.sampled_from([MS, 200 * US, 30 * US]))
    when = st.integers(1, 60 * MS // step - 1)
    for tid in (1, 2, 3, 4):
        died = draw(st.sampled_from([0, 40 * MS]))
        within = st.integers(1, (died or 60 * MS) // step - 1)
        rows[tid] = [(0, died, Kind.THREAD, 0)]
        moments = sorted(draw(st.lists(within, max_size=12, unique=True)))
        for begin, end in zip(moments[::2], moments[1::2], strict=False):
            kind = draw(st.sampled_from([Kind.SLEEP, Kind.LOCK, Kind.BEAT, Kind.IO]))
            asked = draw(st.integers(0, 9)) * MS if kind is not Kind.BEAT else draw(st.integers(-2, 2 * MS))
            rows[tid].append((begin * step, end * step, kind, LOCK, asked))
        for at in draw(st.lists(within, max_size=4)):
            kind = draw(st.sampled_from([Kind.RELEASE, Kind.ACQUIRE]))
            rows[tid].append((at * step, at * step, kind, LOCK))
        rows[tid].sort(key=lambda one: one[0])
        for at in sorted(draw(st.lists(when, max_size=14, unique=True))):
            seen.append((at * step + tid * US, tid, draw(st.sampled_from([IN, OUT, PREEMPT]))))
        for at in draw(st.lists(when, max_size=8, unique=True)):
            looks.append((at * step + tid, tid, draw(st.sampled_from(list(Seen)))))
    return batch(0, story=[process(), name(LOCK, "Lock 1")], rows=rows, seen=sorted(seen), looks=sorted(looks))


# Beats that are told of no real loop, side by side under one GIL, have a test of their own: see test_beat_states.
@pytest.mark.parametrize("sources", [("perf",), ("peek",), ("calls",), ("perf", "peek")], ids=str)
@given(whole=histories(), polls=st.lists(st.integers(1, END // US), max_size=9), lead=st.sampled_from([0, 5 * MS]))
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_any_batching_gives_the_same_states(sources, whole, polls, lead):
    whole.sources = sources
    moments = sorted(US * poll for poll in polls)
    assert_same(folded(cut_up(whole, [*moments, END], lead), END), folded(cut_up(whole, [END]), END), END)


# Of looks and beats, rare moments of a tenth of a millisecond depend on when they were told: no test of every span.
@pytest.fixture(scope="module", params=["perf", "calls"])
def recorded(request, tmp_path_factory) -> tuple[Batch, int]:
    """All that a real run told, and its end."""
    script = tmp_path_factory.mktemp("run") / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    try:
        session = Session.start(scenario_from_file(script), states=request.param)
    except StartError as error:
        pytest.skip(str(error))
    batches = []
    try:
        while session.running:
            batches.append(session.poll())
            session.wait(0.02)
        return as_one(batches), session.ended_ns
    finally:
        session.close()


@pytest.mark.parametrize("seed", range(8))
def test_any_batching_of_a_real_run_gives_the_same_states(recorded, seed):
    whole, end = recorded
    chance = Random(seed)
    begin = min(int(records["t0"][0]) for records in whole.records.values())
    period = chance.choice([3 * MS, 17 * MS, 40 * MS])
    cuts = [chance.randint(begin, end) for _ in range(chance.randint(0, 20))]
    polls = sorted({*cuts, *range(begin + chance.randint(0, period), end, period)})
    lead = chance.choice([0, 16 * MS])
    assert_same(folded(cut_up(whole, [*polls, end], lead), end), folded(cut_up(whole, [end]), end), end)
