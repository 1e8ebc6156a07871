# @title Producer and consumer with a bounded queue
# @section 10.3 Beyond the article
"""A queue with few places: whoever is faster waits for the other, at put() while it is full, at get() while empty."""

import queue
import threading
import time

PRODUCERS = 2  # @param {type:"slider", min:1, max:8}
CONSUMERS = 1  # @param {type:"slider", min:1, max:8}
ITEMS = 6  # @param {type:"slider", min:1, max:100}
SIZE = 3  # @param {type:"slider", min:1, max:50}
PRODUCE = 0.1  # @param {type:"slider", min:0, max:2, step:0.05}
CONSUME = 0.3  # @param {type:"slider", min:0, max:2, step:0.05}
WORKERS = "QThread"  # @param ["QThread", "threading"]

Thread = threading.Thread
if WORKERS == "QThread":
    try:
        from visualiser.qthread import Thread
    except ImportError:
        print("No QThread here: threading.Thread takes its place.")

items = queue.Queue(maxsize=SIZE)
END = None  # told to each consumer when nothing will come any more
consumed = []
_at_put = []
_at_get = []


def produce(number):
    for i in range(ITEMS):
        time.sleep(PRODUCE)  # making an item takes time
        started = time.perf_counter()
        items.put((number, i))  # waits while the queue is full
        _at_put.append(time.perf_counter() - started)


def consume():
    while True:
        started = time.perf_counter()
        item = items.get()  # waits while the queue is empty
        _at_get.append(time.perf_counter() - started)
        if item is END:
            return
        time.sleep(CONSUME)  # using it takes time, too
        consumed.append(item)
        print(f"Consumed item {item[1]} of producer {item[0]}")


_started = time.perf_counter()
producers = [Thread(target=produce, args=(n,), name=f"producer {n}") for n in range(1, PRODUCERS + 1)]
consumers = [Thread(target=consume, name=f"consumer {n}") for n in range(1, CONSUMERS + 1)]
for t in producers + consumers:
    t.start()
for t in producers:
    t.join()
for _ in consumers:
    items.put(END)
for t in consumers:
    t.join()

made = PRODUCERS * ITEMS
used = len(consumed)
at_put_s = round(sum(_at_put), 3)
at_get_s = round(sum(_at_get), 3)
seconds = round(time.perf_counter() - _started, 2)
print(f"{made} items made and {used} used in {seconds} s. Waited at put(): {at_put_s} s, at get(): {at_get_s} s.")
