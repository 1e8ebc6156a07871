"""Who ran, told from beats: the rules one by one, and what must hold for any beats at all."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.beat_states import HANDOVER_NS, Owners
from visualiser.trace.beat_threads import OPEN, ThreadBeats
from visualiser.trace.states import State

MS = 1_000_000
RUN, GIL, CORE, READY, NONE = State.RUN, State.GIL, State.CORE, State.READY, State.NONE


def beats(*stretches, waits=(), born=0, died=OPEN):
    """A thread; stretches as (start ms, end ms, CPU ms of the gap before), waits as (start ms, end ms[, due ms])."""
    waits = [(*wait, OPEN)[:3] for wait in waits]
    died = died if died == OPEN else died * MS
    return ThreadBeats(*_columns(stretches), *_columns(waits), born=born * MS, died=died)


def _columns(rows):
    return [np.array([x if x == OPEN else round(x * MS) for x in column], np.int64) for column in _turned(rows)]


def _turned(rows):
    return list(zip(*rows, strict=True)) or [()] * 3


def told(threads, end, gil=True, begin=0):
    """Per thread the states as (from ms, state)."""
    result = Owners().states(begin * MS, round(end * MS), threads, gil)
    return {number: [(t / MS, State(code)) for t, code in zip(*each, strict=True)] for number, each in result.items()}


def test_a_lone_thread_in_a_gap_without_cpu_time_lacks_a_core():
    assert told({1: beats((1, 5, -1), (9, 12, 0))}, 13)[1] == [(0, READY), (1, RUN), (5, CORE), (9, RUN), (12, READY)]


@pytest.mark.parametrize(("cpu", "state"), [(4, RUN), (3.3, RUN), (2, READY), (0.2, CORE), (-1e-6, READY)])
def test_the_cpu_time_tells_what_a_gap_was(cpu, state):
    states = told({1: beats((1, 5, -1), (9, 12, cpu))}, 12)[1]
    assert states == ([(0, READY), (1, RUN)] if state == RUN else [(0, READY), (1, RUN), (5, state), (9, RUN)])


def test_while_a_sibling_runs_it_has_the_gil():
    states = told({1: beats((0, 5, -1), (10.1, 15, 0.1)), 2: beats((0, 0, -1), (5.1, 10, 0.1))}, 15)
    assert states[1] == [(0, RUN), (5.05, GIL), (10.05, RUN)]
    assert states[2] == [(0, RUN), (0.0, GIL), (5.05, RUN), (10.05, READY)][1:]


def test_without_a_gil_a_gap_is_a_lack_of_a_core_whatever_the_siblings_do():
    states = told({1: beats((0, 5, -1), (10, 15, 0)), 2: beats((0, 15, -1))}, 15, gil=False)
    assert states[1] == [(0, RUN), (5, CORE), (10, RUN)]


def test_in_a_hole_the_last_that_ran_has_the_gil_and_no_core():
    threads = {1: beats((0, 5, -1), (9, 12, 0)), 2: beats((0, 0, -1), (12.1, 15, 0))}
    states = told(threads, 12)
    assert states[1] == [(0, RUN), (5, CORE), (9, RUN)]
    assert states[2] == [(0, GIL)]


def test_a_long_hole_before_another_runs_is_a_lack_of_a_core_too():
    threads = {1: beats((0, 5, -1), (20, 21, 0.1)), 2: beats((0, 0, -1), (9, 20, 0.1))}
    states = told(threads, 20)
    assert states[1] == [(0, RUN), (5, CORE), (9, GIL)]
    assert states[2] == [(0, GIL), (9, RUN)]


def test_one_that_went_into_a_wait_has_let_the_gil_go():
    threads = {1: beats((0, 5, -1), (40, 41, 0), waits=[(5, 30)]), 2: beats((0, 0, -1), (9, 40, 0.1))}
    assert told(threads, 9)[2] == [(0, GIL), (5, CORE)]


def test_where_a_thread_may_run_unseen_a_hole_is_not_explained():
    threads = {1: beats((0, 5, -1), (9, 12, 0)), 2: beats()}
    assert told(threads, 12)[1] == [(0, RUN), (5, READY), (9, RUN)]
    threads[2] = beats(waits=[(0, 30)])
    assert told(threads, 12)[1] == [(0, RUN), (5, CORE), (9, RUN)]
    threads[2] = beats(died=4)
    assert told(threads, 12)[1] == [(0, RUN), (5, CORE), (9, RUN)]


def test_between_its_last_beat_and_a_wait_it_ran():
    states = told({1: beats((0, 5, -1), (20.2, 21, 0.4), waits=[(5.3, 20)])}, 20.1)[1]
    assert states == [(0, RUN), (5.3, READY), (20, RUN)]


def test_waits_are_no_part_of_a_gap():
    """2 of the 2.4 ms that it did not wait it was on a core: it ran something without beats."""
    states = told({1: beats((0, 5, -1), (20, 21, 2), waits=[(5.2, 17.8)])}, 20)[1]
    assert states == [(0, RUN), (5.2, READY), (17.8, RUN)]


def test_what_comes_after_the_end_that_a_wait_asked_for_is_waiting_for_the_gil():
    threads = {1: beats(waits=[(1, 9, 5)]), 2: beats((0, 20, -1))}
    assert told(threads, 9)[1] == [(0, READY), (5, GIL), (9, READY)][:2]


def test_the_dead_and_the_unborn_have_no_state():
    assert told({1: beats((3, 5, -1), born=2, died=6)}, 9)[1] == [
        (0, NONE),
        (2, READY),
        (3, RUN),
        (5, READY),
        (6, NONE),
    ]


def test_a_gap_that_is_not_over_is_waited_for():
    owners = Owners()
    threads = {1: beats((0, 5, -1)), 2: beats((5.1, 30, -1))}
    assert owners.known_until(threads, 40 * MS) == 5 * MS
    threads[1] = beats((0, 5, -1), waits=[(5.1, OPEN)])
    assert owners.known_until(threads, 40 * MS) == 30 * MS
    threads[1] = beats((0, 5, -1), died=6)
    assert owners.known_until(threads, 40 * MS) == 30 * MS
    assert owners.known_until(threads, 4000 * MS) == 4000 * MS - HANDOVER_NS
    assert owners.known_until({1: beats()}, 40 * MS) == 40 * MS - HANDOVER_NS


# --- for any beats --------------------------------------------------------------------------------------------------

LAST = 400  # in tenths of a millisecond


def laid_out(turns):
    """Stretches with gaps that a beat would notice, and waits inside of some gaps."""
    stretches, waits, cpu, t = [], [], [], 0
    for length, gap, used, wait in turns:
        first, last = t + gap // 4, t + gap - gap // 5 - 1
        if wait is not None and first < last:
            waits.append((first, last, wait))
        stretches.append((t + gap, t + gap + length))
        cpu.append(used)
        t += gap + length
    return stretches, waits, cpu


# Each with the gap before it; a tenth of a millisecond is the unit.
turn = st.tuples(
    st.integers(0, 50),
    st.integers(6, 90),
    st.sampled_from([-1, 0, 1, 5, 20, 80]),
    st.none() | st.integers(0, 60),
)
some_thread = st.lists(turn, max_size=8).map(laid_out)
threads_of_a_process = st.lists(some_thread, min_size=1, max_size=4)


def build(some, known=None):
    """As ``ThreadBeats``, with what began before ``known`` only."""
    stretches, waits, cpu = some
    unit = MS // 10
    rows = [(s * unit, e * unit, c * unit if c >= 0 else -1) for (s, e), c in zip(stretches, cpu, strict=True)]
    waits = [(s * unit, e * unit, min((s + due) * unit, e * unit)) for s, e, due in waits]
    if known is not None:
        rows = [(s, e, c) for s, e, c in rows if s < known]
        waits = [(s, e if e < known else OPEN, due) for s, e, due in waits if s < known]
    columns = [np.array([row[k] for row in rows], np.int64) for k in range(3)]
    return ThreadBeats(*columns, *(np.array([wait[k] for wait in waits], np.int64) for k in range(3)))


def newer(thread, begin):
    """Without what ended before."""
    keep, wait = thread.end > begin, thread.wait_end > begin
    return ThreadBeats(
        thread.start[keep],
        thread.end[keep],
        thread.cpu[keep],
        thread.wait_start[wait],
        thread.wait_end[wait],
        thread.due[wait],
    )


def joined(parts):
    t = np.concatenate([part[0] for part in parts])
    code = np.concatenate([part[1] for part in parts])
    new = np.append(True, np.diff(code.astype(int)) != 0)
    return list(zip(t[new].tolist(), code[new].tolist(), strict=True))


END = LAST * MS // 10


@given(threads_of_a_process, st.lists(st.integers(1, END - 1), max_size=6), st.booleans())
def test_however_time_is_cut_the_states_are_the_same(some, cuts, gil):
    whole = Owners().states(0, END, {k: build(each) for k, each in enumerate(some)}, gil)
    owners, parts = Owners(), []
    edges = [0, *sorted(set(cuts)), END]
    for begin, end in itertools.pairwise(edges):
        parts.append(owners.states(begin, end, {k: newer(build(each), begin) for k, each in enumerate(some)}, gil))
    for number, expected in whole.items():
        assert joined([part[number] for part in parts]) == joined([expected])


@given(threads_of_a_process, st.lists(st.integers(1, 2 * END), min_size=1, max_size=8), st.booleans())
def test_what_was_told_while_it_went_on_is_what_is_told_afterwards(some, looks, gil):
    every = {k: build(each) for k, each in enumerate(some)}
    whole = Owners().states(0, 2 * END, every, gil)
    owners, parts, begin = Owners(), [], 0
    for now in [*sorted(set(looks)), 2 * END + 1]:
        known = {k: newer(build(each, now), begin) for k, each in enumerate(some)}
        end = min(owners.known_until(known, now), 2 * END)
        if end > begin:
            parts.append(owners.states(begin, end, known, gil))
            begin = end
    for number, (t, code) in whole.items():
        expected = joined([(t[t < begin], code[t < begin])])
        assert joined([part[number] for part in parts]) == expected


@given(threads_of_a_process, st.booleans())
def test_the_states_follow_one_another_without_a_hole(some, gil):
    for t, code in Owners().states(5 * MS, END, {k: build(each) for k, each in enumerate(some)}, gil).values():
        assert t[0] == 5 * MS
        assert (np.diff(t) > 0).all()
        assert t[-1] < END
        assert set(code.tolist()) <= {RUN, GIL, CORE, READY}
        assert gil or GIL not in code


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(0, 40)), max_size=30))
def test_under_a_gil_never_two_run_at_once(turns):
    """Threads that take turns, as the GIL makes them, with any holes between."""
    stretches, t = {number: [] for number in range(4)}, 10
    for number, length, hole in turns:
        mine = stretches[number]
        if not mine or t - mine[-1][1] > 5:
            mine.append((t, t + length))
            t += length + hole
    threads = {number: build((mine, [], [0] * len(mine))) for number, mine in stretches.items()}
    result = Owners().states(0, END, threads, gil=True)
    every = np.unique(np.concatenate([t for t, _ in result.values()]))
    running = sum((code[np.searchsorted(t, every, "right") - 1] == RUN).astype(int) for t, code in result.values())
    assert running.max() <= 1
