"""What the tests of asyncio's instruments look for in a run."""

import itertools

from tests.lab.observed import pythons
from visualiser.lab.layout import Kind

TASK_KINDS = (Kind.STEP, Kind.TASK_WAIT, Kind.TASK_READY, Kind.TASK_DONE)


def since(version):
    """The interpreters from a version on."""
    wanted = tuple(map(int, version.split(".")))
    return [python for python in pythons() if tuple(map(int, python.id.rstrip("t").split("."))) >= wanted]


def ran_well(seen):
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("note")
    assert_in_order(seen)
    return seen


def assert_in_order(seen):
    """The steps of a thread never overlap; a task is ready, steps, waits in turn, and is done once, at the end."""
    for chain in {record.chain for record in seen.of(Kind.STEP)}:
        steps = [record for record in seen.of(Kind.STEP) if record.chain == chain]
        assert all(before.end <= after.begin for before, after in itertools.pairwise(steps))
    for number in {record.value for record in seen.of(Kind.STEP)} - {0}:
        mine = [record for record in seen.of(*TASK_KINDS) if record.value == number]
        running = [record for record in mine if record.kind in (Kind.STEP, Kind.TASK_WAIT)]
        assert all(before.end <= after.begin for before, after in itertools.pairwise(running))
        done = [record.begin for record in mine if record.kind == Kind.TASK_DONE]
        assert done == [max(record.end for record in running)]


def waits(seen, task=None):
    """(kind, label, line) of what tasks awaited."""
    mine = [r for r in seen.of(Kind.TASK_WAIT) if task is None or r.value == number_of(seen, task)]
    return [(Kind(r.depth) if r.depth else 0, r.label, r.line) for r in mine]


def number_of(seen, label):
    (number,) = {line["number"] for line in seen.told("async_task") if label in (line["label"], line["name"])}
    return number
