# @title CPU-bound processes
# @section 5.1 Multiprocessing
"""Processes that only compute: each has a Python of its own, so they run on all cores at once."""

import multiprocessing
import time
from multiprocessing import Pool, Process, cpu_count

N = 10000000  # @param {type:"slider", min:100000, max:50000000, step:100000}
WORKERS = "Process"  # @param ["Process", "Pool"]
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def cpu_intensive_task(n):
    total = 0
    for i in range(n):
        total += i
    print(f"Task result: {total}")


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system cannot start processes by {START_METHOD}: the default takes its place.")
    num_cores = cpu_count()
    _started = time.perf_counter()

    if WORKERS == "Process":
        processes = [Process(target=cpu_intensive_task, args=(N,)) for _ in range(num_cores)]

        # Start and join processes
        for p in processes:
            p.start()
        for p in processes:
            p.join()
    else:
        with Pool(num_cores) as pool:
            pool.map(cpu_intensive_task, [N] * num_cores)

    seconds = round(time.perf_counter() - _started, 2)
    print(f"All processes completed! {num_cores} tasks on {num_cores} cores took {seconds} s.")
