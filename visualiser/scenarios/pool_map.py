# @title Pool.map over squares
# @section 7.2 Real-life examples
"""A pool of processes squares ten numbers: starting the workers takes far longer than the work."""

import multiprocessing
import time
from multiprocessing import Pool

POOL = 4  # @param {type:"slider", min:1, max:16}
NUMBERS = 10  # @param {type:"slider", min:1, max:1000}
CHUNKSIZE = 1  # @param {type:"slider", min:1, max:100}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def square_number(n):
    return n * n


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")

    _started = time.perf_counter()
    with Pool(POOL) as p:
        results = p.map(square_number, range(NUMBERS), CHUNKSIZE)
    pool_ms = round(1000 * (time.perf_counter() - _started), 3)
    print(results)

    _started = time.perf_counter()
    results = [square_number(n) for n in range(NUMBERS)]
    serial_ms = round(1000 * (time.perf_counter() - _started), 3)

    print(f"With a pool of {POOL}: {pool_ms} ms. Without: {serial_ms} ms.")
