"""Reads a Chrome trace as viewers do, by their rules alone, and says what they would not show.

The rules, as the importer of Perfetto's trace processor keeps them: events are sorted by time, those of one time stay
in the order of the file; what begins before 0 is dropped; the complete events of a thread nest or do not touch; a flow
has one begin, not after its end, and each end binds to the span that was read last on its thread and is still open.
"""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal


class Viewer:
    """
    Attributes:
        troubles: what a viewer would drop or draw wrongly.
        slices: by (pid, tid): (begin, end, name) in ns.
        flows: (thread of the begin, ns, thread of the end, ns) of each that is drawn.
    """

    def __init__(self, text):
        self.trace = json.loads(text, parse_float=Decimal, parse_constant=self._no_json)
        self.events = self.trace["traceEvents"]
        self.troubles = []
        self.slices = defaultdict(list)
        self.instants = defaultdict(list)
        self.counters = defaultdict(list)
        self.names = {}
        self.flows = []
        self._begun = {}
        self._threads = {}
        for event in sorted(self.events, key=lambda event: ns(event.get("ts", 0))):
            self._read(event)

    def _no_json(self, text):
        raise AssertionError(f"{text} is no JSON")

    def _read(self, event):
        phase, where = event["ph"], (event["pid"], event["tid"])
        assert all(isinstance(one, int) and 0 <= one < 1 << 32 for one in where), f"{where} do not fit"
        if self._threads.setdefault(where[1], where[0]) != where[0]:
            self.troubles.append(f"thread {where[1]} is in two processes")
        if phase == "M":
            if "name" in event["args"]:
                assert event["args"]["name"], "a name may not be empty"
                self.names[event["name"], *where] = event["args"]["name"]
            return
        when = ns(event["ts"])
        if when < 0:
            self.troubles.append(f"{event} begins before 0")
        {"X": self._slice, "i": self._instant, "C": self._count, "s": self._begin, "f": self._end}[phase](
            event, where, when
        )

    def _slice(self, event, where, when):
        end = when + ns(event["dur"])
        before = self.slices[where]
        if any(begin < end and stop > when and not (begin <= when and end <= stop) for begin, stop, _ in before[-1:]):
            self.troubles.append(f"{event} overlaps {before[-1]}")
        before.append((when, end, event["name"]))

    def _instant(self, event, where, when):
        self.instants[where].append((when, event["cat"], event["name"], event["s"]))

    def _count(self, event, where, when):
        for unit, value in event["args"].items():
            self.counters[where[0], event["name"], unit].append((when, float(value)))

    def _begin(self, event, where, when):
        self._bind(event, where, when)
        key = event["id"], event["cat"], event["name"]
        if key in self._begun:
            self.troubles.append(f"{event} has the number of another")
        self._begun[key] = where, when

    def _end(self, event, where, when):
        assert event["bp"] == "e"
        self._bind(event, where, when)
        begin = self._begun.pop((event["id"], event["cat"], event["name"]), None)
        if begin is None:
            self.troubles.append(f"{event} ends what has not begun")
        else:
            self.flows.append((*begin, where, when))

    def _bind(self, event, where, when):
        """It is in a slice, and what was read last is that slice or an instant of that very moment."""
        if not any(begin <= when < end for begin, end, _ in self.slices[where]):
            self.troubles.append(f"{event} lies in no slice")
        if not any(then == when for then, *_ in self.instants[where]):
            self.troubles.append(f"{event} is held by no instant")


def ns(micros):
    exact = Decimal(micros) * 1000
    assert exact == int(exact), f"{micros} has parts of a nanosecond"
    return int(exact)
