"""What passes between threads and processes: queues, shared memory, locks, and the ways out of waiting for ever."""

from pathlib import Path

import pytest

from tests.lab.observed import Lab
from tests.scenarios.quick import text_of
from visualiser.lab.layout import Kind


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path / "lab")


def run(lab, name, **knobs):
    """What was seen, and the results."""
    seen = lab.run(text_of(name, **knobs))
    assert (seen.code, seen.err) == (0, "")
    assert not seen.told("error")
    return seen, seen.told("results")[0]["values"]


class TestDeadlock:
    def test_opposite_order_never_ends_by_itself(self, lab):
        seen, values = run(lab, "deadlock")
        assert not values["finished"]
        assert "Deadlock: thread A waits" in seen.out
        assert len([record for record in seen.of(Kind.LOCK) if record.is_open]) == 2

    @pytest.mark.parametrize("way_out", ["same order", "timeout"])
    def test_there_are_ways_out(self, lab, way_out):
        seen, values = run(lab, "deadlock", WAY_OUT=way_out)
        assert values["finished"]
        assert (values["given_up"] > 0) == (way_out == "timeout")
        assert seen.out.count("has both locks") == 2
        assert seen.of(Kind.LOCK)


class TestTheQueueBetweenProcesses:
    def test_the_articles_order_works_with_its_numbers(self, lab):
        seen, values = run(lab, "queue_processes")
        assert not values["stuck"]
        numbers = [line for line in seen.out.splitlines() if "number" in line]
        assert numbers == [f"Received number: {n}" for n in range(5)]

    def test_join_before_emptying_hangs_with_large_items_and_has_a_way_out(self, lab):
        seen, values = run(lab, "queue_processes", ITEM_SIZE=100000)
        assert values == {**values, "stuck": True, "received": 5}
        assert "join() has not returned" in seen.out
        assert seen.out.count("Received 100000 bytes") == 5

    @pytest.mark.parametrize("size", [0, 100000])
    def test_emptying_first_never_hangs(self, lab, size):
        _, values = run(lab, "queue_processes", ITEM_SIZE=size, ORDER="drain first")
        assert values == {**values, "stuck": False, "received": 5}


class TestSharedMemory:
    def test_plain_addition_loses(self, lab):
        _, values = run(lab, "shared_memory", INCREMENTS=50000)
        assert values["value_lost"] > 0
        assert values["array_lost"] > 0

    @pytest.mark.parametrize("method", ["default", "spawn"])
    def test_the_lock_loses_nothing(self, lab, method):
        _, values = run(lab, "shared_memory", USE_LOCK=True, START_METHOD=method)
        assert values["lost"] == 0

    def test_no_memory_is_left_behind(self, lab):
        folder = Path("/dev/shm")
        if not folder.is_dir():
            pytest.skip("this system has no /dev/shm to look into")
        before = set(folder.glob("psm_*"))
        run(lab, "shared_memory")
        assert not set(folder.glob("psm_*")) - before


class TestTheBoundedQueue:
    def test_producers_wait_when_it_is_full(self, lab):
        seen, values = run(lab, "producer_consumer")
        assert values["used"] == values["made"] == 12
        assert values["at_put_s"] > values["at_get_s"]
        assert seen.of(Kind.QUEUE_PUT)

    def test_consumers_wait_when_it_is_empty(self, lab):
        seen, values = run(lab, "producer_consumer", PRODUCERS=1, CONSUMERS=3, PRODUCE=0.05)
        assert values["used"] == values["made"] == 6
        assert values["at_get_s"] > values["at_put_s"]
        assert len(seen.of(Kind.QUEUE_GET)) >= 3


def test_every_counting_with_a_lock_is_right(lab):
    _, values = run(lab, "lock_price")
    assert values["lost_each"] == values["lost_batch"] == 0
    assert values["expected"] == 400000


def test_io_bound_tasks_wait_for_a_real_answer(lab):
    seen, values = run(lab, "io_cpu_bound", WORKERS="threading")
    waits = [record for record in seen.of(Kind.IO) if record.label == "socket.recv" and record.duration > 50_000_000]
    assert len(waits) == 12  # four tasks, three times
    assert {"io_threads_speedup", "io_processes_speedup", "cpu_threads_speedup", "cpu_processes_speedup"} <= set(values)


def test_the_same_tasks_three_ways(lab):
    seen, _ = run(lab, "concepts", WORKERS="threading")
    assert [line for line in seen.out.splitlines() if line.startswith("==")] == [
        "== One after another ==",
        "== Interleaved ==",
        "== In parallel ==",
    ]
    assert len(seen.of(Kind.SLEEP)) == 3 * 2 * 2
