# @title More tasks than cores
# @section 8.1 More tasks than cores
"""Twenty tasks for a few workers: each worker takes the next task when it is done with one, the rest wait."""

import multiprocessing
import time
from multiprocessing import Pool, cpu_count

TASKS = 20  # @param {type:"slider", min:1, max:200}
WORK = 16000000  # @param {type:"slider", min:0, max:100000000, step:100000}
LENGTHS = "equal"  # @param ["equal", "growing"]
CHUNKSIZE = 1  # @param {type:"slider", min:0, max:50}
NUM_CORES = 0  # @param {type:"slider", min:0, max:64}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def process_task(task):
    rounds = WORK if LENGTHS == "equal" else 2 * WORK * (task + 1) // TASKS
    for _ in range(rounds):
        pass
    return task * task


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")

    tasks = range(TASKS)  # More tasks than CPU cores
    num_cores = NUM_CORES or cpu_count()
    _started = time.perf_counter()

    with Pool(num_cores) as pool:
        # 0: the pool chooses how many tasks it hands over at a time
        results = pool.map(process_task, tasks, CHUNKSIZE or None)

    print(results)
    seconds = round(time.perf_counter() - _started, 2)
    print(f"{TASKS} tasks on {num_cores} workers took {seconds} s.")
