# @title A Queue between processes
# @section 6.1 Sharing between processes
"""One process puts, the other gets: whoever joins the putter before emptying the queue may wait for ever."""

import multiprocessing
import time
from multiprocessing import Process, Queue

ITEMS = 5  # @param {type:"slider", min:1, max:200}
ITEM_SIZE = 0  # @param [0, 1000, 10000, 100000, 1000000]
ORDER = "join first"  # @param ["join first", "drain first"]
PAUSE = 0.2  # @param {type:"slider", min:0, max:1, step:0.05}
PATIENCE = 2.0  # @param {type:"slider", min:0.5, max:10, step:0.5}
START_METHOD = "default"  # @param ["default", "fork", "forkserver", "spawn"]


def put_numbers(queue):
    for i in range(ITEMS):
        queue.put(bytes(ITEM_SIZE) if ITEM_SIZE else i)
        time.sleep(PAUSE)


def show(item):
    if ITEM_SIZE:
        print(f"Received {len(item)} bytes")
    else:
        print(f"Received number: {item}")


if __name__ == "__main__":
    if START_METHOD in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method(START_METHOD)
    elif START_METHOD != "default":
        print(f"This system cannot start processes by {START_METHOD}: the default takes its place.")
    received = 0
    stuck = False

    queue = Queue()
    p = Process(target=put_numbers, args=(queue,))
    p.start()

    if ORDER == "join first":
        p.join(ITEMS * PAUSE + PATIENCE)  # join() alone may never return
        stuck = p.is_alive()
        if stuck:
            print(
                f"All is put, yet join() has not returned {PATIENCE:g} s later: the child cannot end before its items"
            )
            print("are in the pipe, and the pipe is full. The way out is to empty the queue first.")
        else:
            while not queue.empty():
                show(queue.get())
                received += 1

    while received < ITEMS:  # counted: empty() cannot tell that nothing will come any more
        show(queue.get(timeout=30))
        received += 1

    p.join()
    print(f"Received {received} items, and the process has ended.")
