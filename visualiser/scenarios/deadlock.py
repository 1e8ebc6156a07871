# @title Deadlock of two locks
# @section 10.2 Beyond the article
"""Each thread holds the lock that the other one wants: neither ever goes on, unless there is a way out."""

import threading
import time

WAY_OUT = "none"  # @param ["none", "same order", "timeout"]
PAUSE = 0.3  # @param {type:"slider", min:0.05, max:2, step:0.05}
PATIENCE = 3.0  # @param {type:"slider", min:0.5, max:10, step:0.5}

lock_a = threading.Lock()
lock_b = threading.Lock()
given_up = 0


def take_both(name, first, second):
    print(f"Thread {name} wants its first lock")
    with first:
        time.sleep(PAUSE)  # time enough for the other thread to take its own first lock
        print(f"Thread {name} wants its second lock")
        with second:
            print(f"Thread {name} has both locks")


def take_both_or_give_up(name, first, second, timeout):
    """A lock that does not come in time is given up, and so is the one that is held."""
    global given_up
    while True:
        with first:
            time.sleep(PAUSE)
            if second.acquire(timeout=timeout):
                print(f"Thread {name} has both locks")
                second.release()
                return
        given_up += 1
        print(f"Thread {name} gave up: it lets go of its lock and tries again")
        time.sleep(timeout)


if WAY_OUT == "timeout":
    # Not the same patience for both: they would give up and try again in step, again and again.
    targets = [
        (take_both_or_give_up, ("A", lock_a, lock_b, PAUSE)),
        (take_both_or_give_up, ("B", lock_b, lock_a, 3 * PAUSE)),
    ]
elif WAY_OUT == "same order":
    targets = [(take_both, ("A", lock_a, lock_b)), (take_both, ("B", lock_a, lock_b))]
else:
    targets = [(take_both, ("A", lock_a, lock_b)), (take_both, ("B", lock_b, lock_a))]

# Daemons of threading: Python ends without them. Qt can abandon no thread: Python would wait for a QThread for ever.
threads = [
    threading.Thread(target=target, args=args, name=f"thread {args[0]}", daemon=True) for target, args in targets
]
for t in threads:
    t.start()

_started = time.monotonic()
_deadline = _started + 4 * PAUSE + PATIENCE
for t in threads:
    t.join(max(_deadline - time.monotonic(), 0))

seconds = round(time.monotonic() - _started, 1)
finished = not any(t.is_alive() for t in threads)
if finished:
    print("Both threads have finished.")
else:
    print(f"Deadlock: thread A waits for the lock that thread B holds, and B for A's. After {seconds:g} s we give up.")
