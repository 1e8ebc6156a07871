# @title One workload, all models
# @section 10.4 Beyond the article
"""The same tasks in every way that Python has to run them, one after the other, with what each takes to start."""

import asyncio
import concurrent.futures
import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Pool, Process, cpu_count

KIND = "cpu"  # @param ["cpu", "io", "mixed"]
TASKS = 4  # @param {type:"slider", min:1, max:64}
WORK = 12000000  # @param {type:"slider", min:0, max:100000000, step:100000}
PAUSE = 0.2  # @param {type:"slider", min:0, max:2, step:0.05}
NUM_CORES = 0  # @param {type:"slider", min:0, max:64}
WORKERS = "QThread"  # @param ["QThread", "threading"]
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def compute():
    if KIND != "io":
        for _ in range(WORK):
            pass


def pause():
    """How long a task waits for disk, network or people."""
    return 0 if KIND == "cpu" else PAUSE


def task(number):
    time.sleep(pause())
    compute()


async def async_task(number):
    await asyncio.sleep(pause())
    compute()


def one_by_one():
    for number in range(TASKS):
        task(number)


def with_threads():
    threads = [Thread(target=task, args=(number,)) for number in range(TASKS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def with_executor(executor):
    """Whatever its workers are: threads, processes or interpreters."""
    with executor(num_cores) as workers:
        list(workers.map(task, range(TASKS)))


async def with_asyncio():
    await asyncio.gather(*(async_task(number) for number in range(TASKS)))


def with_processes():
    processes = [Process(target=task, args=(number,)) for number in range(TASKS)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()


def with_pool():
    with Pool(num_cores) as pool:
        pool.map(task, range(TASKS), chunksize=1)


def measured(title, run, *args):
    """Seconds that ``run`` takes, from nothing started to nothing left."""
    print(f"== {title} ==")
    started = time.perf_counter()
    run(*args)
    seconds = time.perf_counter() - started
    _times[title] = seconds
    return round(seconds, 3)


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system does not know {START_METHOD}: its own way of starting processes takes its place.")
    Thread = threading.Thread
    if WORKERS == "QThread":
        try:
            from visualiser.qthread import Thread
        except ImportError:
            print("No QThread here: threading.Thread takes its place.")

    num_cores = NUM_CORES or cpu_count()
    _times = {}

    serial = measured("Serial", one_by_one)
    in_threads = measured("Threads", with_threads)
    thread_pool = measured("ThreadPoolExecutor", with_executor, ThreadPoolExecutor)
    event_loop = measured("asyncio", lambda: asyncio.run(with_asyncio()))
    in_processes = measured("Processes", with_processes)
    pool = measured("Pool", with_pool)
    executor = measured("ProcessPoolExecutor", with_executor, ProcessPoolExecutor)
    if hasattr(concurrent.futures, "InterpreterPoolExecutor"):
        _executor = concurrent.futures.InterpreterPoolExecutor
        try:
            interpreters = measured("InterpreterPoolExecutor", with_executor, _executor)
        except Exception as error:  # a module that does not work in a second interpreter of one process
            print(f"The interpreters could not run these tasks ({type(error).__name__}: {error}). The others have.")

    fastest = min(_times, key=_times.get)
    print(f"{TASKS} tasks ({KIND}), {num_cores} workers in a pool")
    print(f"{'':24}seconds  speed-up")
    for _title, _seconds in _times.items():
        print(f"{_title:24}{_seconds:7.2f}{_times['Serial'] / _seconds:10.2f}")
