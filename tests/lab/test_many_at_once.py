"""Many threads that record at the same time, with and without a GIL: nothing is lost and no number is given twice."""

from collections import Counter

import pytest

from tests.lab.observed import pythons
from visualiser.lab.layout import Kind

THREADS, ROUNDS = 16, 100
SCRIPT = f"""
    import queue, threading
    together = threading.Barrier({THREADS})
    items, simple, shared = queue.Queue(), queue.SimpleQueue(), threading.Lock()
    counter = 0
    locks = []
    def work(number):
        global counter
        together.wait()
        for round in range({ROUNDS}):
            locks.append(threading.Lock())
            items.put(round)
            items.get()
            simple.put(round)
            simple.get()
            with shared:
                counter += 1
            print(number, round)
    threads = [threading.Thread(target=work, args=(number,)) for number in range({THREADS})]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    labels = len({{lock._visualiser_label for lock in locks}})
"""


@pytest.mark.parametrize("python", pythons())
def test_all_that_they_do_is_recorded_once(lab, python):
    seen = lab.run(SCRIPT, python=python)
    assert (seen.code, seen.err, seen.dropped) == (0, "", 0)
    assert not seen.told("note")
    done = THREADS * ROUNDS
    assert seen.told("results")[0]["values"]["counter"] == done
    assert seen.told("results")[0]["values"]["labels"] == done
    assert len(seen.of(Kind.PRINT)) == done
    flows = Counter(mark.value for mark in seen.of(Kind.PUT))
    assert len(flows) == 2 * done
    assert flows == Counter(mark.value for mark in seen.of(Kind.GET))
    assert not any(record.is_open for record in seen.records)
    assert len(seen.told("name")) == len({line["id"] for line in seen.told("name")})
    assert all(record.label for record in seen.records if record.kind != Kind.THREAD)
    assert all(mark.value != mark.tid for mark in seen.of(Kind.HELD_BY))
