"""Makes a run of a Chrome trace, whoever wrote it: a lane for every thread and depth of its calls.

What other tracers record are calls. So a span of an imported run is a call, and its state is RUN for want of a better
one: nobody knows when it waited. Traces this program has written come back with their states.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.document import About, Document
from visualiser.trace.exchange.chrome_intake import Event, Intake, ns_of
from visualiser.trace.exchange.chrome_lanes import MOST_THREADS, Lanes, most_telling
from visualiser.trace.exchange.chrome_own import OwnTrace, read_own
from visualiser.trace.exchange.errors import TraceError
from visualiser.trace.exchange.event_reader import EventReader
from visualiser.trace.exchange.nesting import all_spans
from visualiser.trace.flows import FlowKind
from visualiser.trace.made_run import MadeRun

FIRST_NS = 1_000_000  # when a foreign trace begins on the clock of the run
_KINDS = {kind.value: kind for kind in FlowKind}


def import_chrome_trace(chunks: Iterator[str], name: str) -> Document:
    """Read a trace.

    Args:
        chunks: its text, piece by piece.
        name: what it is called, for titles and notes.

    Raises TraceError where it is none, or nothing in it can be shown.
    """
    reader = EventReader(chunks)
    intake, own = _take_all(reader)
    if not (intake.spans.place or intake.edges.place or intake.instants.place or intake.series):
        raise TraceError("There is nothing to show in this trace: no span, no instant, no counter.")
    return _Import(reader, intake, own, name).document()


def _take_all(reader: EventReader) -> tuple[Intake, OwnTrace | None]:
    intake, own = Intake(), None
    for number, event in enumerate(reader):
        if number == 0 and (own := read_own(reader.told)) is not None:
            intake = Intake(own.what_is)
        if own is None or not own.set_aside(event):
            intake.take(event)
    return intake, own


class _Import:
    def __init__(self, reader: EventReader, intake: Intake, own: OwnTrace | None, name: str) -> None:
        self._reader, self._intake, self._own, self._name = reader, intake, own, name
        self._made = MadeRun()
        self._notes: list[str] = []

    def document(self) -> Document:
        intake, own, run = self._intake, self._own, self._made.run
        spans, told = all_spans(intake)
        self._shift = own.zero if own else FIRST_NS - self._first(spans[1])
        self._notes += [f"{number:,} {words}." for words, number in told.items()]
        shown = most_telling(intake, spans, self._notes, len(intake.places) if own else MOST_THREADS)
        lanes = Lanes(self._made, intake, own, self._shift, shown)
        lanes.add_all(spans)
        self._notes += lanes.notes
        self._add_marks(lanes)
        self._add_counters()
        self._add_flows(lanes)
        end = max((track.lane.now for track in run.tracks), default=0)
        end = max([end, *(int(counter.t[-1]) for counter in run.counters.told if len(counter))])
        if own is not None:
            own.complete(run)
            self._made.finish(own.start_ns, max(own.end_ns, end))
            self._tell()
            return Document(run, own.about, own.outcome, bookmarks=own.bookmarks)
        run.used.now = ("imported",)
        self._made.finish(FIRST_NS, max(end, FIRST_NS + 1))
        self._tell()
        return Document(run, About(title=self._name, file=self._name, app=self._writer(), note="\n".join(run.notes)))

    def _first(self, t0: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
        """The earliest time in the trace, ns on its own clock."""
        intake = self._intake
        found = [int(t0.min())] if len(t0) else []
        found += [min(series.t) for series in intake.series.values()]
        found += [min(intake.instants.t0)] if intake.instants.t0 else []
        return min(found, default=0)

    def _add_marks(self, lanes: Lanes) -> None:
        columns = self._intake.instants
        place, t, what = (np.array(column, np.int64) for column in (columns.place, columns.t0, columns.what))
        order = np.lexsort((t, place))
        place, t, what = place[order], t[order] + self._shift, what[order]
        kinds = np.array([one[0] if self._own else Kind.NOTE for one in self._intake.whats], np.uint16)
        for number in np.unique(place).tolist():
            track = lanes.first(number)
            if track is not None:
                mine = slice(*place.searchsorted([number, number + 1]).tolist())
                self._made.add_marks(track, t[mine], kinds[what[mine]], lanes.names[what[mine]])

    def _add_counters(self) -> None:
        several = len({series.pid for series in self._intake.series.values()}) > 1
        for series in self._intake.series.values():
            process = self._intake.process_names.get(series.pid, f"process {series.pid}")
            name = series.name if self._own or not several else f"{series.name} · {process}"
            t = np.array(series.t, np.int64) + self._shift
            self._made.add_counter(name, "" if series.unit == "value" else series.unit, None, t, series.value)

    def _add_flows(self, lanes: Lanes) -> None:
        lost = 0
        for number, ((category, label, _), ends) in enumerate(self._intake.arrows.items(), 1):
            kind = _KINDS.get(category, FlowKind.OTHER) if self._own else FlowKind.OTHER
            source = None
            for phase, when, place, args in sorted(ends, key=self._order_of_ends):
                track = lanes.at(place, when)
                if track is None or (source is None and phase != "s"):
                    lost += 1
                    continue
                when = self._true_time(when, args) + self._shift
                if source is not None and phase != "s":
                    self._made.run.flows.add(kind, self._flow_number(args, number), source, (when, track.id, 0))
                text = args.get("label", "") if self._own else label
                source = (when, track.id, self._made.label(str(text))) if phase in "st" else source
        if lost:
            self._notes.append(f"{lost:,} ends of arrows lack the other end and were left out.")

    def _order_of_ends(self, end: tuple[str, int, int, Event]) -> tuple[int, int]:
        """In order of time, but an end of ours that had to be moved may lie before its begin."""
        phase, when, _, _ = end
        rank = "stf".index(phase)
        return (rank, when) if self._own else (when, rank)

    def _true_time(self, when: int, args: dict[str, object]) -> int:
        told = ns_of(args.get("at_us")) if self._own else None
        return when if told is None else told

    def _flow_number(self, args: dict[str, object], number: int) -> int:
        flow = args.get("flow")
        return flow if self._own and isinstance(flow, int) and abs(flow) < 1 << 63 else number

    def _tell(self) -> None:
        """Notes on all that is not as in the file."""
        notes = [f"{number:,} events {words} were left out." for words, number in self._intake.left_out.items()]
        if self._reader.damaged:
            notes.append(f"{self._reader.damaged:,} places in the file were damaged; what stood there was left out.")
        if self._reader.cut:
            notes.append("The file was cut off: it is read up to there.")
        if self._own is None:
            notes.insert(0, f"Imported from {self._name}: what ran and what waited is not known.")
        for note in notes + self._notes:
            self._made.run.notes.setdefault(note)

    def _writer(self) -> str:
        told = self._reader.told
        if isinstance(made := told.get("viztracer_metadata"), dict):
            return f"VizTracer {made.get('version', '')}".strip()
        return "Chrome trace"
