"""The scripts beside which the live window is measured; each runs for ``SECONDS`` and ends by itself."""

SECONDS = 5.0
SPANS_WANTED = 200_000  # spans a second of the last one: every call is one, what lies between two is another

IDLE = f"import time\ntime.sleep({SECONDS})\n"
THREADS = f"""
import threading, time
end = time.perf_counter() + {SECONDS}
def spin():
    while time.perf_counter() < end:
        sum(range(500))
threads = [threading.Thread(target=spin) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
"""
PROCESSES = f"""
import multiprocessing, time
def spin():
    end = time.perf_counter() + {SECONDS}
    while time.perf_counter() < end:
        sum(range(500))
if __name__ == "__main__":
    workers = [multiprocessing.Process(target=spin) for _ in range(8)]
    for w in workers: w.start()
    for w in workers: w.join()
"""
NAPS = f"""
import threading, time
end = time.perf_counter() + {SECONDS}
def nap():
    while time.perf_counter() < end:
        time.sleep(0.0006)
threads = [threading.Thread(target=nap) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
"""
# Two processes, 250 turns a second each; a turn that comes late is not made up for.
CALLS = f"""
import multiprocessing, socket, time
CALLS_A_TURN = {SPANS_WANTED // (2 * 2 * 250)}
def talk():
    a, b = socket.socketpair()
    turn = time.perf_counter()
    end = turn + {SECONDS}
    while turn < end:
        for _ in range(CALLS_A_TURN // 2):
            a.send(b"x")
            b.recv(1)
        turn = max(turn + 0.004, time.perf_counter())
        time.sleep(max(turn - time.perf_counter(), 0.0001))
if __name__ == "__main__":
    workers = [multiprocessing.Process(target=talk) for _ in range(2)]
    for w in workers: w.start()
    for w in workers: w.join()
"""
