# @title Freeze the window
# @section 10.1 Beyond the article
# @runs in the window
"""Threads that compute in the window's own process take its GIL: every frame comes late. A process leaves it alone."""

import subprocess
import sys
import time

THREADS = 3  # @param {type:"slider", min:1, max:8}
SECONDS = 2.0  # @param {type:"slider", min:0.2, max:10, step:0.1}

try:
    from visualiser.qthread import Thread, has_window

    in_window = has_window()
except ImportError:
    from threading import Thread

    print("No QThread here: threading.Thread takes its place.")
    in_window = False


def cpu_intensive_task(seconds):
    total = 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        total += 1
    return total


def run_threads():
    """Compute on all threads at once."""
    threads = [Thread(target=cpu_intensive_task, args=(SECONDS,)) for _ in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


if sys.argv[-1] == "in a process" and not in_window:
    run_threads()
else:
    print("== Nothing to do ==")
    time.sleep(SECONDS / 2)

    print("== Threads in this process ==")
    run_threads()

    print("== The same threads in a process ==")
    subprocess.run([sys.executable, __file__, "in a process"], check=True)

    if in_window:
        print("Look at the window's frames: smooth, late, smooth again.")
    else:
        print("There is no window in this process: open the app and press Run to see one freeze.")
