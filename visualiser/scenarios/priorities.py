# @title A priority queue in front of the executor
# @section 8.3 More tasks than cores
"""An executor takes tasks as they were submitted; a priority queue in front of it lets the urgent ones overtake."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, wait
from multiprocessing import cpu_count
from queue import PriorityQueue

TASKS = 16  # @param {type:"slider", min:1, max:100}
URGENT = 4  # @param {type:"slider", min:1, max:20}
WORK = 10000000  # @param {type:"slider", min:0, max:100000000, step:100000}
NUM_CORES = 0  # @param {type:"slider", min:0, max:64}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def cpu_intensive_task(task):
    """Gives the time at which it began."""
    began = time.time()
    for _ in range(WORK):
        pass
    return began


def urgent_task(task):
    return cpu_intensive_task(task)


def in_order_of_submission(executor):
    """Ordinary tasks and, when the first of them is done, urgent ones; gives how long each kind waited."""
    asked = time.time()
    ordinary = [executor.submit(cpu_intensive_task, task) for task in range(TASKS)]
    wait(ordinary, return_when="FIRST_COMPLETED")
    asked_urgently = time.time()
    urgent = [executor.submit(urgent_task, task) for task in range(URGENT)]
    return _mean_wait(urgent, asked_urgently), _mean_wait(ordinary, asked)


def by_priority(executor):
    """The same tasks; who finds no free worker waits in a queue of ours, and there the urgent ones are first."""
    asked = time.time()
    asked_urgently = None
    waiting = PriorityQueue()
    for task in range(TASKS):
        waiting.put((2, task, cpu_intensive_task))  # the smallest comes out first
    futures = {1: [], 2: []}
    running = set()
    while running or not waiting.empty():
        # Never more than there are workers: what the executor has got cannot be overtaken any more.
        while len(running) < num_cores and not waiting.empty():
            priority, task, function = waiting.get()
            futures[priority].append(executor.submit(function, task))
            running.add(futures[priority][-1])
        _done, running = wait(running, return_when="FIRST_COMPLETED")
        if asked_urgently is None:
            asked_urgently = time.time()
            for task in range(URGENT):
                waiting.put((1, task, urgent_task))
    return _mean_wait(futures[1], asked_urgently), _mean_wait(futures[2], asked)


def _mean_wait(futures, asked):
    return round(sum(future.result() - asked for future in futures) / len(futures), 3)


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")

    num_cores = NUM_CORES or cpu_count()

    print("== In order of submission ==")
    with ProcessPoolExecutor(max_workers=num_cores) as executor:
        plain_urgent, plain_ordinary = in_order_of_submission(executor)
    print(f"An urgent task waited {plain_urgent} s for a worker, an ordinary one {plain_ordinary} s.")

    print("== By priority ==")
    with ProcessPoolExecutor(max_workers=num_cores) as executor:
        queue_urgent, queue_ordinary = by_priority(executor)
    print(f"An urgent task waited {queue_urgent} s for a worker, an ordinary one {queue_ordinary} s.")
