import pytest

from tests.trace.story import IN, OUT, ROOT, batch, process, thread
from tests.trace.told_cores import told
from visualiser.lab.layout import Kind
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.facts.moves import moves_of
from visualiser.trace.run import Run

STORY = [
    process(),
    {"ev": "start", "pid": ROOT, "t": 100},
    thread(1, 1, "MainThread", main=True),
    thread(2, 2, "Thread-1"),
    thread(3, 3, "helper", helper=True),
]
ROWS = {1: [(10, 0, Kind.THREAD, 0)], 2: [(200, 0, Kind.THREAD, 0)], 3: [(200, 0, Kind.THREAD, 0)]}


def run_of(*switches, loads=(), end=1000):
    run = Run()
    one = batch(end, sampled=end, story=STORY, rows=ROWS)
    one.switches = told(*switches) if switches else None
    one.loads = list(loads)
    run.extend(one)
    return run


HOPS = [
    (20, 1, IN, 0), (30, 1, OUT, 0), (40, 1, IN, 1), (110, 1, OUT, 1), (120, 1, IN, 0),
    (190, 2, IN, 1), (300, 2, OUT, 1), (310, 2, IN, 0), (400, 2, OUT, 0), (410, 2, IN, 1),
    (195, 3, IN, 1), (500, 3, OUT, 1), (510, 3, IN, 0),
]  # fmt: skip


def test_migrations_are_those_of_the_scripts_own_threads_since_its_first_line():
    run = run_of(*sorted(HOPS))
    assert values_of(facts_of(run))["migrations"] == 1 + 2
    assert [moves_of(run, track) for track in run.tracks] == [1, 2, 1]


def test_they_are_counted_while_the_run_goes_on():
    run, counts, begin = Run(), [], 0
    for end in (250, 350, 1000):
        one = batch(end, sampled=end, story=[] if begin else STORY, rows={} if begin else ROWS)
        one.switches = told(*[hop for hop in sorted(HOPS) if begin <= hop[0] < end])
        run.extend(one)
        counts.append(values_of(facts_of(run))["migrations"])
        begin = end
    assert counts == [1, 2, 3]


def test_what_others_took_is_told_of_all_cores_together():
    run = run_of((100, 1, IN, 0), (200, 1, OUT, 0), loads=[(300, (90.0, 30.0))])
    facts = facts_of(run)
    assert facts["other_load_percent"].value == pytest.approx((90 - 50 + 30) / 2)
    assert (facts["other_load_percent"].unit, facts["migrations"].unit) == ("%", "")


def test_without_switches_there_is_neither():
    facts = facts_of(run_of(loads=[(300, (90.0, 30.0))]))
    assert "migrations" not in facts
    assert "other_load_percent" not in facts


def test_without_a_load_there_is_no_share_of_others():
    assert "other_load_percent" not in facts_of(run_of((100, 1, IN, 0)))
