# @title Batches
# @section 8.4 More tasks than cores
"""A hundred square roots in batches: a new Pool for every batch starts all its workers again each time."""

import math
import multiprocessing
import time
from multiprocessing import Pool, cpu_count

TASKS = 100  # @param {type:"slider", min:1, max:1000}
NUM_CORES = 0  # @param {type:"slider", min:0, max:64}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def process_task(task):
    return math.sqrt(task)


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")

    tasks = list(range(TASKS))
    num_cores = NUM_CORES or cpu_count()
    batch_size = num_cores * 2

    # Divide tasks into batches
    batches = [tasks[i : i + batch_size] for i in range(0, len(tasks), batch_size)]

    print("== A Pool a batch ==")
    _started = time.perf_counter()
    for batch in batches:
        with Pool(num_cores) as pool:
            results = pool.map(process_task, batch)
        print(f"Batch results: {results}")
    new_pools = round(time.perf_counter() - _started, 3)

    print("== One Pool ==")
    _started = time.perf_counter()
    with Pool(num_cores) as pool:
        for batch in batches:
            results = pool.map(process_task, batch)
            print(f"Batch results: {results}")
    one_pool = round(time.perf_counter() - _started, 3)

    pools = len(batches)
    ratio = round(new_pools / one_pool, 1)
    print(f"{pools} batches with a Pool each: {new_pools} s. With one Pool for all: {one_pool} s.")
    print(f"One Pool was {ratio} times as fast.")
