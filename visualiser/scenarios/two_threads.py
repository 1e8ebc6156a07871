# @title Two threads, numbers and letters
# @section 2.1 Threading and multithreading
"""Both threads sleep at the same time: ten pauses take as long as five."""

import threading
import time

PAUSE = 1.0  # @param {type:"slider", min:0.05, max:2, step:0.05}
WORKERS = "QThread"  # @param ["QThread", "threading"]

Thread = threading.Thread
if WORKERS == "QThread":
    try:
        from visualiser.qthread import Thread
    except ImportError:
        print("No QThread here: threading.Thread takes its place.")


def print_numbers():
    for i in range(5):
        print(f"Number: {i}")
        time.sleep(PAUSE)


def print_letters():
    for letter in "ABCDE":
        print(f"Letter: {letter}")
        time.sleep(PAUSE)


_started = time.perf_counter()

# Create threads
thread1 = Thread(target=print_numbers)
thread2 = Thread(target=print_letters)

# Start threads
thread1.start()
thread2.start()

# Wait for both threads to finish
thread1.join()
thread2.join()

seconds = round(time.perf_counter() - _started, 2)
print(f"Finished both tasks in {seconds} s: {10 * PAUSE:g} s of sleep, half of it at the same time.")
