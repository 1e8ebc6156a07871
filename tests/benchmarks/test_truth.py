"""The kernel's text becomes true states."""

import numpy as np

from benchmarks.true_states import Truly, holders_of, true_states
from benchmarks.truth import Event, histories, parse

US = 1000
RUN, GIL, CORE, BLOCK = Truly.RUN, Truly.GIL, Truly.CORE, Truly.BLOCK


def line(t, tid, rest, comm="python"):
    return f"  {comm}-{tid}     [001] d..2.  {t // 1_000_000}.{t % 1_000_000:06d}: {rest}"


def switch(t, out, state, into, comm="python"):
    before = f"prev_comm={comm} prev_pid={out} prev_prio=120 prev_state={state}"
    rest = f"{before} ==> next_comm=a b next_pid={into} next_prio=120"
    return line(t, out, f"sched_switch: {rest}", comm)


def states(events, tid, others=()):
    """True states of a thread: (name, from µs) as they change."""
    found = histories((Event(t * US, who, what) for t, who, what in events), {tid, *others})
    t, code = true_states(tid, found[tid], holders_of(found))
    keep = np.flatnonzero(np.diff(code, prepend=Truly.NONE))
    return [(Truly(code[place]), int(t[place]) // US) for place in keep]


def test_the_kernels_lines_are_read_whatever_threads_are_called():
    text = "\n".join(
        [
            "# tracer: nop",
            switch(1_000_005, 7, "R+", 8, "odd-99 [x]"),
            switch(1_000_006, 8, "S", 0),
            line(1_000_007, 9, "sched_waking: comm=my pid=5 pid=8 prio=120 target_cpu=001"),
            line(1_000_008, 8, "gil_take: (0x7f00)"),
            line(1_000_009, 8, "gil_taken: (0x7f01 <- 0x7f00)"),
            line(1_000_009, 8, "something_else: 1"),
        ]
    )
    assert [(event.t, event.tid, event.what) for event in parse(text)] == [
        (1_000_005_000, 7, "pushed"),
        (1_000_005_000, 8, "in"),
        (1_000_006_000, 8, "out"),
        (1_000_006_000, 0, "in"),
        (1_000_007_000, 8, "wake"),
        (1_000_008_000, 8, "gil_take"),
        (1_000_009_000, 8, "gil_taken"),
    ]


HOLDS = [(0, 2, "in"), (1, 2, "gil_take"), (2, 2, "gil_taken")]


def test_a_thread_runs_blocks_and_waits_for_a_core():
    events = [(0, 1, "in"), (10, 1, "pushed"), (20, 1, "in"), (30, 1, "out"), (40, 1, "wake"), (50, 1, "in")]
    assert states(events, 1) == [(RUN, 0), (CORE, 10), (RUN, 20), (BLOCK, 30), (CORE, 40), (RUN, 50)]


def test_blocked_in_take_gil_is_waiting_for_the_gil_and_so_is_asking_for_it():
    events = [*HOLDS, (10, 1, "in"), (20, 1, "gil_take"), (25, 1, "out"), (90, 1, "wake"), (95, 2, "gil_drop")]
    events += [(99, 1, "in"), (100, 1, "gil_taken"), (120, 1, "pushed")]
    assert states(events, 1, [2]) == [(RUN, 10), (GIL, 20), (CORE, 95), (RUN, 99), (CORE, 120)]


def test_who_holds_the_gil_and_is_pushed_off_its_core_waits_for_a_core_and_the_other_for_the_gil():
    events = [*HOLDS, (3, 1, "in"), (4, 1, "gil_take"), (5, 1, "out"), (10, 2, "pushed"), (50, 1, "wake")]
    assert states(events, 2, [1])[-1] == (CORE, 10)
    assert states(events, 1, [2]) == [(RUN, 3), (GIL, 4)], "though it is ready from 50 on"


def test_who_was_made_to_drop_the_gil_wants_it_back_from_then_on():
    events = [*HOLDS, (10, 2, "gil_drop"), (11, 2, "pushed"), (12, 1, "in"), (13, 1, "gil_take"), (14, 1, "gil_taken")]
    events += [(500, 2, "in"), (505, 2, "gil_dropped"), (510, 2, "gil_take"), (520, 2, "out")]
    assert states(events, 2, [1]) == [(RUN, 0), (CORE, 11), (GIL, 14), (RUN, 500), (GIL, 510)]


def test_who_drops_the_gil_to_block_does_not_want_it():
    events = [*HOLDS, (10, 2, "gil_drop"), (12, 2, "gil_dropped"), (13, 2, "out"), (20, 1, "in"), (21, 1, "gil_taken")]
    events += [(900, 2, "wake"), (950, 2, "in"), (951, 2, "gil_take"), (960, 2, "out")]
    assert states(events, 2, [1]) == [(RUN, 0), (BLOCK, 13), (CORE, 900), (RUN, 950), (GIL, 951)]


def test_c_code_without_the_gil_runs():
    events = [*HOLDS, (3, 1, "in"), (4, 1, "gil_taken"), (5, 1, "gil_drop"), (6, 1, "gil_dropped"), (90, 1, "pushed")]
    events += [(5, 2, "gil_taken")]
    assert states(sorted(events), 1, [2]) == [(RUN, 3), (CORE, 90)]


def test_where_the_kernel_kept_a_switch_to_itself_nothing_is_known():
    events = [(0, 1, "in"), (10, 1, "out"), (40, 1, "wake"), (90, 1, "pushed"), (95, 1, "in")]
    assert states(events, 1) == [(RUN, 0), (BLOCK, 10), (Truly.NONE, 40), (CORE, 90), (RUN, 95)]
