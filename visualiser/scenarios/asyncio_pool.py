# @title asyncio with a process pool
# @section 8.5 More tasks than cores
"""One thread takes turns between all tasks; what computes goes to other processes, or else everything stands still."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import cpu_count

TASKS = 20  # @param {type:"slider", min:1, max:100}
SIZE = 8000000  # @param {type:"slider", min:0, max:50000000, step:100000}
PAUSE = 0.5  # @param {type:"slider", min:0, max:2, step:0.05}
BLOCKING = False  # @param {type:"boolean"}
NUM_CORES = 0  # @param {type:"slider", min:0, max:64}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]

_TICK = 0.05
_lateness = []


def cpu_task(task):
    for _ in range(SIZE):
        pass
    return task * task


async def async_process_task(task, executor):
    await asyncio.sleep(PAUSE)  # the I/O-bound part
    if BLOCKING:
        result = cpu_task(task)  # in the thread of the event loop: until it returns no other task goes on
    else:
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(executor, cpu_task, task)
    print(f"Processed task {task}: {result}")
    return result


async def heartbeat():
    """Ticks all the time, as long as the event loop gets round to it."""
    while True:
        _due = time.perf_counter() + _TICK
        await asyncio.sleep(_TICK)
        _lateness.append(time.perf_counter() - _due)


async def main():
    tasks = range(TASKS)

    _ticking = asyncio.create_task(heartbeat())
    with ProcessPoolExecutor(max_workers=num_cores) as executor:
        await asyncio.gather(*(async_process_task(task, executor) for task in tasks))
    await asyncio.sleep(_TICK)  # lets a late tick come
    _ticking.cancel()


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")

    num_cores = NUM_CORES or cpu_count()
    _started = time.perf_counter()
    asyncio.run(main())
    seconds = round(time.perf_counter() - _started, 2)

    ticks = len(_lateness)
    late_ms = round(1000 * max(_lateness, default=0))
    print(f"{TASKS} tasks took {seconds} s. The heartbeat ticked {ticks} times, at most {late_ms} ms late.")
