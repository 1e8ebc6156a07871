# @title ProcessPoolExecutor with as_completed
# @section 8.2 More tasks than cores
"""Results come in the order in which tasks are done, whatever the order in which they were submitted."""

import multiprocessing
import random
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import cpu_count
from pickle import PicklingError

TASKS = 20  # @param {type:"slider", min:1, max:60}
WORK = 20000000  # @param {type:"slider", min:0, max:100000000, step:100000}
SEED = 1  # @param {type:"integer", min:0}
BROKEN = "nothing"  # @param ["nothing", "task raises", "task cannot be pickled", "worker is killed"]
NUM_CORES = 0  # @param {type:"slider", min:0, max:64}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]

# How long each task takes: the first is the longest by far, the others are mixed.
_lengths = [3 * TASKS, *random.Random(SEED).sample(range(1, TASKS + 1), TASKS - 1)]
_broken = TASKS // 2


def cpu_intensive_task(task):
    for _ in range(WORK * _lengths[task] // TASKS):
        pass
    if task == _broken and BROKEN == "task raises":
        raise ValueError(f"{task} is not to my liking")
    return task**2


def _show(future):
    """Prints what became of a task; True if its worker was lost."""
    number = _number[future]
    try:
        print(f"Task result: {future.result()} (task {number})")
        _order.append(number)
    except BrokenProcessPool:
        return True
    except PicklingError:
        print(f"Task {number} could not be sent to a worker: give it a function with a name. The other tasks go on.")
    except Exception as error:
        print(f"Task {number} has no result ({type(error).__name__}: {error}). The other tasks go on.")
    return False


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")

    tasks = list(range(TASKS))
    if BROKEN == "task cannot be pickled":
        tasks[_broken] = lambda: _broken  # a function without a name cannot travel to another process
    num_cores = NUM_CORES or cpu_count()
    _order, _lost = [], []
    _killed = False
    _started = time.perf_counter()

    with ProcessPoolExecutor(max_workers=num_cores) as executor:
        futures = [executor.submit(cpu_intensive_task, task) for task in tasks]
        _number = {future: number for number, future in enumerate(futures)}

        for future in as_completed(futures):
            if _show(future):
                _lost.append(_number[future])
            elif BROKEN == "worker is killed" and len(_order) == 1:
                multiprocessing.active_children()[0].kill()  # as a system does that runs out of memory
                _killed = True

        if _killed:  # an executor that is left before it has noticed may never end
            with suppress(BrokenProcessPool):
                executor.submit(int).exception()

    given_up = len(_lost)
    if given_up:
        print(f"A worker was killed. The executor cannot tell which task went with it, so it gave up all {given_up}")
        print("that were not done (BrokenProcessPool) and its other workers, too. The way out is a new executor.")
        print("== A new executor ==")
        with ProcessPoolExecutor(max_workers=num_cores) as executor:
            futures = [executor.submit(cpu_intensive_task, tasks[number]) for number in sorted(_lost)]
            _number = dict(zip(futures, sorted(_lost), strict=True))
            for future in as_completed(futures):
                _show(future)
    elif _killed:
        print("A worker was killed when all tasks were done: nothing was lost with it.")

    seconds = round(time.perf_counter() - _started, 2)
    done = len(_order)
    order = ", ".join(map(str, _order))
    print(f"{done} of {TASKS} tasks done on {num_cores} workers in {seconds} s, in this order: {order}.")
    print("That is the order of completion. It is no priority: who waits longest was decided by submit().")
