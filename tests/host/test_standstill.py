import numpy as np
import pytest

from visualiser.host.standstill import PATIENCE_NS, Standstill
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, ThreadKey

MAIN, WORKER, HELPER = ThreadKey(1, 0), ThreadKey(2, 0), ThreadKey(1, 1)
LATER = PATIENCE_NS + 2


def batch(now=1, story=(), ended=(), **last):
    names = {"main": MAIN, "worker": WORKER, "helper": HELPER}
    records = {}
    for who, (kind, t1, *value) in last.items():
        records[names[who]] = np.array([(1, t1, 1, kind, 0, value[0] if value else 0)], RECORD_DTYPE)
    return Batch(now=now, story=list(story), records=records, ended=dict.fromkeys(ended, now))


def told(*batches):
    standstill = Standstill()
    for one in batches:
        standstill.hear(one)
    return standstill


def test_everyone_waiting_for_everyone_is_a_standstill_after_a_while():
    standstill = told(batch(main=(Kind.FUTURE, 0), worker=(Kind.IDLE, 0)))
    assert not standstill.lasts(PATIENCE_NS)
    assert standstill.lasts(LATER)


@pytest.mark.parametrize(
    "last", [(Kind.TASK, 0), (Kind.SLEEP, 0), (Kind.IO, 0), (Kind.LOCK, 5), (Kind.FUTURE, 0, 10**9), (Kind.THREAD, 0)]
)
def test_whoever_may_go_on_by_itself_is_no_standstill(last):
    assert not told(batch(main=(Kind.FUTURE, 0), worker=last)).lasts(LATER)


def test_news_begin_the_waiting_anew():
    standstill = told(batch(main=(Kind.FUTURE, 0)), batch(now=LATER, main=(Kind.FUTURE, 0)))
    assert not standstill.lasts(LATER + 1)
    assert standstill.lasts(2 * LATER)


def test_the_dead_do_not_count():
    assert told(batch(main=(Kind.FUTURE, 0), worker=(Kind.TASK, 0)), batch(ended=[2])).lasts(LATER)
    assert told(batch(main=(Kind.FUTURE, 0), worker=(Kind.TASK, 0)), batch(worker=(Kind.THREAD, 9))).lasts(LATER)


def test_helpers_and_library_processes_do_not_count():
    helper = {"ev": "thread", "pid": 1, "chain": 1, "helper": True}
    tracker = {"ev": "process", "pid": 2, "how": "tracker"}
    standstill = told(
        batch(main=(Kind.FUTURE, 0), helper=(Kind.SLEEP, 0)),
        batch(story=[helper, tracker], helper=(Kind.SLEEP, 0), worker=(Kind.SLEEP, 0)),
    )
    assert standstill.lasts(LATER)


def test_nobody_is_no_standstill():
    assert not Standstill().lasts(LATER)
