"""When looks can follow a GIL, and that they say so where they cannot."""

from itertools import pairwise

import pytest

from tests.host.runs import folded, needs_perf, started
from visualiser.host.handovers import Handovers
from visualiser.host.peek_permission import peek_refusal
from visualiser.trace.states import State

RACE = """
    import threading, time
    def add():
        global counter
        for _ in range(2000):
            value = counter
            time.sleep(0)
            counter = value + 1
    counter = 0
    workers = [threading.Thread(target=add, name=f"worker {number}") for number in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def fast(*news):
    """What it says after each of these numbers of hand-overs between looks."""
    handovers, count, found = Handovers(), 1000, []
    handovers.look(count)
    for new in news:
        count += new
        handovers.look(count)
        found.append(handovers.fast)
    return found


def test_how_often_it_changed_hands_before_the_first_look_means_nothing():
    handovers = Handovers()
    handovers.look(10**9)
    assert not handovers.some
    assert not handovers.fast


def test_turns_of_the_usual_length_are_not_fast():
    assert not any(fast(*[1, 0, 0, 0, 0] * 20))


def test_bursts_are_not_fast():
    assert not any(fast(*[0, 30, 9, 5, 0, 0] * 20))


def test_many_in_a_row_are_fast_until_they_have_become_rare():
    found = fast(*[50] * 10, *[0] * 5, *[50] * 10, *[0] * 20)
    assert found.index(True) == 3
    last = len(found) - 1 - found[::-1].index(True)
    assert all(found[3:last])
    assert 25 < last < 40


def test_a_thread_may_have_had_unseen_turns_if_hand_overs_are_many_or_keep_coming():
    handovers, count = Handovers(), 0
    told = []
    for new in (0, 1, 2, 1, 0, 0, 9, 0, 0, 0, 0, 2, 2, 2, 2):
        count += new
        handovers.look(count)
        told.append(handovers.some)
    assert [place for place, some in enumerate(told) if some] == [6, 7, 8, 9, 14]


def running(track):
    """When it is shown to run: (moment, one more or one less)."""
    spans = [track.lane.span(number) for number in range(len(track.lane))]
    edges = [((span.start, 1), (span.end, -1)) for span in spans if span.state is State.RUN]
    return [edge for both in edges for edge in both]


def together(tracks):
    """ns in which two or more of them are shown to run."""
    edges, number, total = sorted(edge for track in tracks for edge in running(track)), 0, 0
    for (moment, step), (after, _) in pairwise(edges):
        number += step
        total += after - moment if number > 1 else 0
    return total


@needs_perf
@pytest.mark.skipif(bool(peek_refusal()), reason="this system lets nobody look into another process")
def test_in_a_race_that_is_too_fast_for_looks_nobody_is_said_to_do_what_it_does_not(tmp_path):
    with started(tmp_path, RACE, states="peek", second="perf") as session:
        run = folded(session)
        note = session.note
    if not all(process.gil for process in run.processes.values()):
        pytest.skip("this interpreter has no GIL")
    workers = [track for track in run.tracks if track.name.startswith("worker")]
    assert len(workers) == 10
    begin, end = min(track.lane.start for track in workers), max(track.lane.now for track in workers)
    assert together(workers) < 0.15 * (end - begin), "one has the GIL at a time"
    for track in workers:
        looks, kernel = track.state_s(), track.state_s(second=True)
        life = sum(looks.values())
        assert looks.get("RUN", 0) <= kernel.get("RUN", 0) + 0.25 * life
        assert looks.get("SLEEP", 0) <= 0.25 * life, "it sleeps for no time"
        assert looks["READY"] > 0.5 * life
    assert note.count("The GIL changes hands faster than looks can tell") == 1
