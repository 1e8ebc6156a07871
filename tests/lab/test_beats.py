"""Beats in loops: which loops have them, that nothing else changes, and what is recorded of them."""

import ast
import builtins
import itertools
import textwrap
from collections import Counter
from types import SimpleNamespace

import pytest

from tests.lab.observed import pythons
from visualiser.lab import beats
from visualiser.lab.beats import Pulse, make_beat, put_beats
from visualiser.lab.layout import EXTRA_BEATS, EXTRAS_VARIABLE, Kind

BEATS = {EXTRAS_VARIABLE: EXTRA_BEATS}


class Due(list):
    """Counts the beats of each loop."""

    def __init__(self):
        super().__init__()
        self.beats = Counter()

    def beat(self, site):
        self.beats[site] += 1
        self[site] = 2
        return 2


@pytest.fixture
def due(monkeypatch):
    """What the loops count down; every third round or call beats."""
    due = Due()
    monkeypatch.setattr(builtins, ".due", due, raising=False)
    monkeypatch.setattr(builtins, ".beat", due.beat, raising=False)
    return due


def run(text, due=None):
    tree = ast.parse(textwrap.dedent(text))
    variables = {"__name__": "played"}
    exec(compile(tree if due is None else put_beats(tree, due), "played.py", "exec"), variables)
    del variables["__builtins__"]
    return {name: value for name, value in variables.items() if not name.startswith(".")}


def test_a_loop_beats_in_its_first_round_and_then_when_it_is_due(due):
    run("for i in range(10): pass", due)
    assert due.beats == {0: 4}  # rounds 1, 4, 7 and 10


def test_loops_count_for_themselves(due):
    run("for i in range(2):\n    for j in range(2): pass", due)
    assert due.beats == {0: 1, 1: 2}  # the inner one in its first round and in its fourth


def test_calls_that_hardly_loop_beat_now_and_then(due):
    run("def f():\n    for i in range(1): pass\nfor i in range(30): f()", due)
    assert due.beats == {0: 10, 1: 10}


@pytest.mark.parametrize("broken", [0, -1, -5000])
def test_a_count_that_threads_spoiled_heals(due, broken):
    variables = {}
    exec(compile(put_beats(ast.parse("def f():\n    for i in range(1): pass"), due), "x", "exec"), variables)
    due[0] = broken
    for _ in range(1025):
        variables["f"]()
    assert due.beats[0]


SAME = {
    "else": """
        seen = []
        for i in range(5):
            if i == 1: continue
            seen.append(i)
        else:
            seen.append("for")
        while len(seen) < 20:
            if len(seen) == 7: seen.append("x"); continue
            seen.append(len(seen))
        else:
            seen.append("while")
        for i in range(5):
            if i == 3: break
        else:
            seen.append("never")
        while True:
            seen.append("once")
            if len(seen) > 25: break
    """,
    "generator": """
        def numbers():
            '''Doc.'''
            for i in range(8):
                got = yield i
                if got: return got
        g = numbers()
        seen = [next(g), next(g), numbers.__doc__]
        try:
            g.send("enough")
        except StopIteration as end:
            seen.append(end.value)
        seen += list(numbers())
        del g, numbers
    """,
    "scopes": """
        import enum
        total = 0
        def outer():
            global total
            count = 0
            def inner():
                nonlocal count
                for i in range(4):
                    count += i
                del i
                return count
            for _ in range(2):
                total += inner()
            return count
        class Colour(enum.Enum):
            _ignore_ = ["word"]
            for word in ("red", "green"):
                vars()[word.upper()] = word
        class Plain:
            squares = [i * i for i in range(4)]
            for i in range(3):
                last = i
            def method(self):
                while self.last:
                    self.last -= 1
                return self.last
        seen = [outer(), total, [c.name for c in Colour], Plain().method()]
        seen += sorted(name for name in vars(Plain) if name[0] != "_")
        del enum, outer, Colour, Plain
    """,
    "recursion": """
        def depth(n):
            best = 0
            for child in range(n):
                best = max(best, 1 + depth(child))
            return best
        seen = depth(7)
        del depth
    """,
    "match, try, with": """
        import contextlib
        seen = []
        def look(thing):
            match thing:
                case [first, *rest]:
                    for each in rest:
                        seen.append((first, each))
                case {"key": value}:
                    while value:
                        value -= 1
                    seen.append(value)
                case _:
                    try:
                        for each in thing: seen.append(each)
                    except TypeError:
                        for each in "no": seen.append(each)
                    else:
                        for each in "yes": seen.append(each)
                    finally:
                        with contextlib.nullcontext():
                            for each in "end": seen.append(each)
        for thing in ([1, 2, 3], {"key": 4}, 5, "ab"): look(thing)
        del contextlib, look
    """,
    "async": """
        import asyncio
        async def numbers():
            for i in range(4):
                yield i
        async def main():
            seen = []
            async for i in numbers():
                for j in range(i):
                    await asyncio.sleep(0)
                    seen.append((i, j))
            return seen
        seen = asyncio.run(main())
        del asyncio, numbers, main
    """,
    "strings": """
        seen = []
        exec("for i in range(3): seen.append(i)")
        seen.append(eval("[k for k in range(3)]"))
        for i in range(2): exec("seen.append(i)")
    """,
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_the_script_computes_stays_the_same(due, text):
    assert run(text, due) == run(text)
    assert due.beats


def test_comprehensions_and_loops_of_classes_have_no_beats(due):
    run(
        """
        class Words:
            for word in "abc": pass
        squares = [i * i for i in range(9)] + list(i for i in range(9)) + list({i: i for i in range(9)})
    """,
        due,
    )
    assert not due.beats


def test_the_lines_stay_the_same():
    text = textwrap.dedent(SAME["match, try, with"])
    plain = {id_of(node): node.lineno for node in ast.walk(ast.parse(text)) if hasattr(node, "lineno")}
    ours = {id_of(node): node.lineno for node in ast.walk(put_beats(ast.parse(text), [])) if hasattr(node, "lineno")}
    assert plain.items() <= ours.items()


def id_of(node):
    return type(node).__name__, node.lineno, node.col_offset, node.end_lineno


class Track:
    """Keeps the records as a list of [t0, t1, value]."""

    def __init__(self):
        self.over = False
        self.records = []

    def begin(self, _word, _name, value):
        words = memoryview(bytearray(32)).cast("q")
        words[3] = value
        self.records.append(words)
        return words, 1

    def told(self):
        return [(words[0], words[1], words[3]) for words in self.records]


@pytest.fixture
def clockwork(monkeypatch):
    """A beat on a clock of ours: (beat, clock, track)."""
    clock = SimpleNamespace(now=10**9, cpu=0)
    monkeypatch.setattr(beats.time, "perf_counter_ns", lambda: clock.now)
    monkeypatch.setattr(beats, "_cpu_time", lambda: clock.cpu)
    track = Track()
    lab = SimpleNamespace(threads=SimpleNamespace(track=track))
    pulses = SimpleNamespace(pulse=Pulse(lab))
    beat = make_beat(pulses, [1, 1])
    beat.pulses = pulses
    return beat, clock, track


def pass_time(clock, wall, cpu=None):
    clock.now += wall
    clock.cpu += wall if cpu is None else cpu


def test_beats_without_a_gap_make_one_stretch_after_the_other(clockwork):
    beat, clock, track = clockwork
    begin = clock.now
    for _ in range(50):
        beat(0)
        pass_time(clock, 100_000)
    told = track.told()
    assert [(t0 - begin) // 100_000 for t0, _, _ in told] == [0, 19, 38]
    assert [(t1 - begin) // 100_000 for _, t1, _ in told] == [19, 38, 49]
    assert [value for *_, value in told] == [-1, -2, -2]


@pytest.mark.parametrize("used", [0, 3_000_000, 20_000_000])
def test_a_gap_ends_the_stretch_and_tells_the_cpu_time_used_in_it(clockwork, used):
    beat, clock, track = clockwork
    begin = clock.now
    for _ in range(10):
        beat(0)
        pass_time(clock, 100_000)
    pass_time(clock, 20_000_000, used)
    beat(0)
    (first, second) = track.told()
    assert first == (begin, begin + 900_000, -1)
    assert second == (begin + 21_000_000, begin + 21_000_000, used + 100_000)


def test_where_the_clock_of_a_thread_is_too_coarse_nothing_is_claimed(clockwork, monkeypatch):
    beat, clock, track = clockwork
    monkeypatch.setattr(beats, "_cpu_time", beats._unknown)
    for _ in range(3):
        beat(0)
        pass_time(clock, 1_000_000)
    assert [value for *_, value in track.told()] == [-1, -1, -1]


def test_the_next_beat_is_due_in_a_tenth_of_a_millisecond(clockwork):
    beat, clock, _track = clockwork
    rounds = [beat(0) + 1]
    for _ in range(6):
        pass_time(clock, rounds[-1] * 1000)  # a microsecond a round
        rounds.append(beat(0) + 1)
    assert rounds == [1, 8, 64, 100, 100, 100, 100]
    pass_time(clock, 100 * 10_000)  # rounds take ten times as long now
    assert beat(0) + 1 == 10
    pass_time(clock, 10 * 10_000_000)
    assert beat(0) + 1 == 1


def test_a_loop_learns_of_its_inner_ones_beats_that_it_has_time_but_not_that_it_is_slow(clockwork):
    beat, clock, _track = clockwork
    beat(0)
    for _ in range(2):
        pass_time(clock, 10_000)
        beat(1)
    pass_time(clock, 10_000)
    assert beat(0) + 1 == 8
    pass_time(clock, 10_000_000)
    assert beat(1) + 1 == 64


def test_a_round_without_measurable_time_asks_for_the_most(clockwork):
    beat, _clock, _track = clockwork
    assert [beat(0) for _ in range(6)][-1] + 1 == 1024


@pytest.mark.parametrize(("passed", "records"), [(100_000, 1), (30_000_000, 2)])
def test_the_end_of_a_thread_tells_what_became_of_it_since_its_last_beat(clockwork, passed, records):
    beat, clock, track = clockwork
    beat(0)
    pass_time(clock, passed, 2_000)
    beat.pulses.pulse.end()
    assert [value for *_, value in track.told()] == [-1, 2_000][:records]


def test_the_end_of_a_thread_without_loops_is_none_of_ours(clockwork):
    beat, _clock, track = clockwork
    beat.pulses.pulse.end()
    assert track.told() == []


def test_a_track_that_is_over_gets_no_record(clockwork):
    beat, clock, track = clockwork
    track.over = True
    for _ in range(5):
        beat(0)
        pass_time(clock, 1_000_000)
    assert track.told() == []


@pytest.mark.parametrize("python", pythons())
def test_what_a_real_run_records(lab, python):
    seen = lab.run(
        """
        import threading, time
        def spin(seconds):
            rounds, end = 0, time.perf_counter() + seconds
            while time.perf_counter() < end:
                rounds += 1
            used.append(time.thread_time_ns())
        def pause():
            for _ in range(4):
                time.sleep(0.02)
        used = []
        threads = [threading.Thread(target=spin, args=(0.2,), name=f"spin {n}") for n in range(2)]
        threads.append(threading.Thread(target=pause, name="pause"))
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        cpu = sum(used)
        """,
        python=python,
        **BEATS,
    )
    assert (seen.code, seen.err, seen.dropped) == (0, "", 0)
    stretches = {name: stretches_of(seen, name) for name in ("spin 0", "spin 1", "pause")}
    for of_one in stretches.values():
        assert all(begin <= end <= begin + 2_600_000 for begin, end, _ in of_one)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(of_one))
    ran = sum(end - begin for name in ("spin 0", "spin 1") for begin, end, _ in stretches[name])
    assert ran > 0.5 * seen.told("results")[0]["values"]["cpu"]
    if seen.told("process")[0]["gil"]:
        assert overlap(stretches["spin 0"], stretches["spin 1"]) < 0.1 * ran
    # One for each round, at most one more for the end of the thread.
    assert 4 <= len(stretches["pause"]) <= 5


def stretches_of(seen, name):
    return [(r.begin, r.end, r.value) for r in seen.thread(name) if r.kind == Kind.BEAT]


def overlap(some, others):
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in some for b in others)


@pytest.mark.parametrize("how", ["fork", "thread"])
def test_a_forked_child_leaves_the_parents_records_alone(lab, how):
    seen = lab.run(
        f"""
        import os, threading, time
        def fork():
            for number in range(3):
                if number == 1 and os.fork() == 0:
                    end = time.perf_counter() + 0.02
                    while time.perf_counter() < end: pass
                    os._exit(0)
            os.wait()
        if "{how}" == "fork":
            fork()
        else:
            thread = threading.Thread(target=fork)
            thread.start()
            thread.join()
        """,
        **BEATS,
    )
    assert seen.code == 0
    root = seen.told("start")[0]["pid"]
    mine = [record for record in seen.of(Kind.BEAT) if record.pid == root]
    theirs = [record for record in seen.of(Kind.BEAT) if record.pid != root]
    assert theirs
    assert theirs[0].value == -1
    assert sum(record.duration for record in mine) < sum(record.duration for record in theirs)
