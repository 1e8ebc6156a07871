"""Talks to the stepper's program as it is, without the host in between."""

import contextlib
import itertools
import json
import subprocess

from visualiser.host.launch import HOME
from visualiser.host.step_listings import FUNCTION, LOCK, SHARED, find_listing
from visualiser.host.step_process import _START


class Program:
    def __init__(self, python):
        command = [python, "-I", "-S", "-c", _START, str(HOME)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.hello = self._hear()

    def ask(self, **command):
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()
        return self._hear()

    def begin(self, key="plain", rounds=1, order="", raw=False):
        listing = find_listing(key)
        return self.begin_source(listing.source(rounds), LOCK if listing.locked else None, order, raw)

    def begin_source(self, source, lock=None, order="", raw=False):
        return self.ask(do="begin", source=source, function=FUNCTION, shared=SHARED, lock=lock, order=order, raw=raw)

    def explore(self):
        """{order: final value}, number of impossible orders, steps of each thread."""
        steps, finals = self.ask(do="explore")["steps"], {}
        while True:
            answer = self.ask(do="more", for_s=0.2)
            assert answer["answer"] == "explored", answer
            finals.update(dict(answer["orders"]))
            if answer["over"]:
                return finals, answer["impossible"], steps

    def end(self):
        """End its input, and get its exit code."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        code = self._process.wait(20)
        self._process.stdout.close()
        return code

    def _hear(self):
        return json.loads(self._process.stdout.readline())


@contextlib.contextmanager
def program(python):
    """A running program; it must end by itself when its input does."""
    made = Program(python)
    try:
        yield made
    finally:
        code = made.end()
    assert code == 0


def all_orders(steps):
    """Every order of that many steps of A and of B."""
    for places in itertools.combinations(range(2 * steps), steps):
        yield "".join("A" if place in places else "B" for place in range(2 * steps))


def on_paper(order):
    """Where the counter ends if each thread reads, adds and writes in turn, by an order: an abstract machine."""
    counter, taken, done = 0, {}, {"A": 0, "B": 0}
    for name in order:
        turn = done[name] % 3
        if turn == 0:
            taken[name] = counter
        elif turn == 1:
            taken[name] += 1
        else:
            counter = taken[name]
        done[name] += 1
    return counter
