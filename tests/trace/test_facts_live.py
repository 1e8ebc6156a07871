"""Facts asked for again and again while a run goes on must end as those of a run that was asked once."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.story import IN, OUT, PREEMPT, batch, name, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.facts.cores import Running
from visualiser.trace.facts.gil import Turns
from visualiser.trace.facts.scope import Scope
from visualiser.trace.run import Run

MS = 1_000_000
END = 70
SHARES = ["every", "some", "workers", "two", "two_of_one"]


@st.composite
def histories(draw):
    """Switches of four threads of two processes, and headings; in ms."""
    seen = []
    for tid in (1, 2, 3, 4):
        for when in draw(st.lists(st.integers(1, END - 1), max_size=24, unique=True)):
            seen.append((when * MS + tid, tid, draw(st.sampled_from([IN, OUT, PREEMPT]))))
    headings = sorted(draw(st.lists(st.integers(2, END - 1), max_size=3, unique=True)))
    return sorted(seen), headings


def told(headings, begin: int, end: int) -> dict:
    marks = [(t * MS, t * MS, Kind.PHASE, 1) for t in headings if begin < t <= end]
    return {1: marks} if marks else {}


def going_on(history, polls: list[int], ask: bool) -> Run:
    """The run of that history, delivered in those polls; facts asked for after each if wanted."""
    seen, headings = history
    run = Run()
    lives = [(1, 0, Kind.THREAD, 0)]
    # Without a GIL the states are just what the history says: with one, a thread that has just woken asks for it first.
    story = [
        process(gil=False),
        thread(1, 1, "MainThread", main=True),
        {"ev": "start", "pid": 100, "t": MS},
        name(1, "Part"),
    ]
    child = [process(7, "fork", gil=False), thread(3, 3, "MainThread", pid=7, main=True)]
    run.extend(batch(0, story=[*story, *child], rows={1: lives, 2: lives}))
    run.extend(batch(0, rows={3: lives, 4: lives}, pid=7))
    for begin, end in itertools.pairwise([0, *sorted(polls), END]):
        some = [switch for switch in seen if begin * MS < switch[0] <= end * MS]
        run.extend(batch(end * MS, sampled=end * MS, rows=told(headings, begin, end), seen=some))
        if ask:
            facts_of(run)
    run.finish(END * MS + 1)
    return run


@given(histories(), st.lists(st.integers(1, END - 1), max_size=8, unique=True))
@settings(max_examples=60, deadline=None)
def test_what_was_added_up_is_what_one_look_at_the_end_finds(history, polls):
    run = going_on(history, polls, ask=True)
    facts_of(run)
    scope, running, turns = Scope(run), Running(), Turns()
    running.advance(run, scope)
    turns.advance(run, scope)
    for one, other in [(run.running.whole, running.whole), *in_phases(run, running)]:
        assert [getattr(one, share) for share in SHARES] == [getattr(other, share) for share in SHARES]
    assert run.turns.handovers == turns.handovers
    assert sorted(run.turns.lengths.tolist()) == sorted(turns.lengths.tolist())


def in_phases(run: Run, running: Running) -> list[tuple]:
    return [(run.running.in_phase(phase), running.in_phase(phase)) for phase in run.phases.all]


@given(histories())
@settings(max_examples=25, deadline=None)
def test_shares_are_what_counting_moments_gives(history):
    run = going_on(history, [], ask=False)
    found = values_of(facts_of(run))
    scope = Scope(run)
    every = some = workers = two = of_one = 0
    for moment in range(MS + 100, END * MS, MS // 4):
        ran = [track for track in scope.threads if (span := track.lane.span_at(moment)) and span.state.name == "RUN"]
        at_work = any(track is not scope.main for track in ran)
        every, some, workers = every + len(ran), some + bool(ran), workers + at_work
        two += at_work and len(ran) > 1
        of_one += at_work and len({track.pid for track in ran}) < len(ran)
    assert ("cores_used" in found) == bool(some)
    if workers:
        assert found["cores_used"] == pytest.approx(every / some, abs=1e-4)
        assert found["overlap_percent"] == pytest.approx(100 * two / workers, abs=0.01)
        assert found["overlap_in_process_percent"] == pytest.approx(100 * of_one / workers, abs=0.01)
