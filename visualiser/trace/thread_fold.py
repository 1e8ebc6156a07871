"""What is pending of one thread, and what must be remembered of it once that is folded; of no other thread."""

from __future__ import annotations

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records
from visualiser.trace.layers import Layers
from visualiser.trace.looks import Looks
from visualiser.trace.pending import Instants

# Plain numbers compare faster.
_IN, _LOST = int(Kind.SWITCH_IN), int(Kind.LOST)
SWITCH_NS, SLACK_NS = 5_000_000, 1_000_000


class ThreadFold:
    """Pending sightings of one thread, consumed in order of time; its records lie in the layers of all threads.

    Attributes:
        number: of its track.
        born, died: its life, ns; None where that is not known (yet).
        settled: nothing will change until something new is heard.
        switches: moments at which the kernel gave it a core or took it away.
        looks: what looks from outside found.
        switched, beaten: there was a core switch, a beat.
        first_out: when the wait it is in where everything is folded blocked for the first time, ns; None without one.
        last_switch: the last one that is folded, ns.
        unasked_ns: who waits for the GIL asks for it more often; one that does not ask waits for its call.
    """

    def __init__(self, number: int, layers: Layers, switch_ns: int = SWITCH_NS) -> None:
        self.number = number
        self.born: int | None = None
        self.died: int | None = None
        self.settled = False
        self.switches = Instants(_IN)  # a thread that records its own birth is on a core
        self.looks = Looks()
        self.switched = self.beaten = False
        self.first_out: int | None = None
        self.last_switch = 0
        self.unasked_ns = 0
        self._layers = layers
        self.expect_asking(switch_ns)

    def expect_asking(self, switch_ns: int) -> None:
        """Who waits for the GIL asks for it as often as that, ns."""
        self.unasked_ns = 2 * switch_ns + SLACK_NS

    def add_records(self, records: Records) -> Records | None:
        """Take the thread's records in; returns its marks, None if there are none."""
        self.settled = False
        marks, lives, beats = self._layers.add(self.number, records)
        self.beaten = self.beaten or beats
        for life in lives if lives is not None else ():
            self.born = int(life["t0"]) if self.born is None else self.born
            if life["t1"]:
                self.end(int(life["t1"]))
        return marks

    def add_switches(self, t: list[int], kind: list[int]) -> None:
        """Take in what the kernel told of this thread, in order of time."""
        self.settled = False
        self.switched = self.switched or bool(t)
        self.switches.add(t, kind)

    def add_looks(self, t: list[int], seen: list[int]) -> None:
        """Take in what looks from outside found of this thread, in order of time."""
        self.settled = False
        self.looks.add(t, seen)

    def lose(self, when: int) -> None:
        """Switches were lost from ``when`` (ns) on: until the next one nobody knows where the thread was."""
        self.settled = False
        self.switches.insert(when, _LOST)

    def end(self, when: int) -> None:
        """The thread is gone since ``when`` (ns), whatever it left open."""
        self.settled = False
        if self.died is None or self.died > when:
            self.died = max(when, self.born or 0)
        self._layers.close(self.number, self.died)
