# @title Shared memory: Value, Array, SharedMemory
# @section 6.2 Sharing between processes
"""Processes add to one number in shared memory: plain += loses updates, the lock of the number loses none."""

import multiprocessing
import sys
import time
from multiprocessing import Array, Barrier, Lock, Process, Value
from multiprocessing.shared_memory import SharedMemory

PROCESSES = 2  # @param {type:"slider", min:1, max:16}
INCREMENTS = 200000  # @param {type:"slider", min:1000, max:1000000, step:1000}
USE_LOCK = False  # @param {type:"boolean"}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def add_to_value(value, together):
    together.wait()
    for _ in range(INCREMENTS):
        if USE_LOCK:
            with value.get_lock():
                value.value += 1
        else:
            value.value += 1


def add_to_array(array, together):
    together.wait()
    for _ in range(INCREMENTS):
        if USE_LOCK:
            with array.get_lock():
                array[0] += 1
        else:
            array[0] += 1


def add_to_memory(memory, lock, together):
    numbers = memory.buf.cast("q")  # the bytes, seen as integers
    together.wait()
    for _ in range(INCREMENTS):
        if USE_LOCK:
            with lock:
                numbers[0] += 1
        else:
            numbers[0] += 1
    numbers.release()
    memory.close()


def run(target, *args):
    """Let all processes add, from the same moment on."""
    together = Barrier(PROCESSES)
    processes = [Process(target=target, args=(*args, together)) for _ in range(PROCESSES)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system cannot start processes by {START_METHOD}: the default takes its place.")
    expected = PROCESSES * INCREMENTS
    _started = time.perf_counter()

    print("== Value ==")
    value = Value("q", 0)
    run(add_to_value, value)
    value_lost = expected - value.value

    print("== Array ==")
    array = Array("q", 1)
    run(add_to_array, array)
    array_lost = expected - array[0]

    print("== SharedMemory ==")
    memory = SharedMemory(create=True, size=8)
    try:
        run(add_to_memory, memory, Lock())
        memory_lost = expected - int.from_bytes(memory.buf[:8], sys.byteorder)
    finally:
        memory.close()
        memory.unlink()  # whoever made it takes it away; nobody else does

    seconds = round(time.perf_counter() - _started, 2)
    lost = value_lost + array_lost + memory_lost
    print(f"Lost of {expected} each: Value {value_lost}, Array {array_lost}, SharedMemory {memory_lost}")
