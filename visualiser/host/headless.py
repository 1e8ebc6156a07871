"""Runs a scenario without a window and reports it as a table or as one JSON object."""

from __future__ import annotations

import json
import math
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any, TextIO

from visualiser.host.about_run import about_end, about_run
from visualiser.host.account_file import account_lines, describe_account
from visualiser.host.catalogue import Scenario
from visualiser.host.knobs import apply_assignments
from visualiser.host.outcome import Outcome
from visualiser.host.recordings import RecordingError, check_place, save_recording
from visualiser.host.session import Session
from visualiser.lab.layout import EXTRA_VERSIONS
from visualiser.trace.document import Document, Printed
from visualiser.trace.facts import Value, facts_of, values_of
from visualiser.trace.lesson import Verdict, parse_lesson
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

_PERIOD_S = 1 / 30
_SIGNS = "✓✗?"  # holds, does not hold, cannot be told
_PLAIN_SIGNS = "+-?"
NOT_SAVED = 1
NS = 1_000_000_000


@dataclass(frozen=True)
class Order:
    """What to run and how to report it.

    Attributes:
        assignments: ``NAME=VALUE`` for knobs.
        python: another interpreter, None for our own.
        timeout: seconds after which the run is ended, None for never.
        states, second: see Session.start.
        as_json: print one object and nothing else.
        out: save the run there as a recording, None for not.
        versions: record every version of the script's shared counter and account for what was lost.
    """

    scenario: Scenario
    assignments: list[str]
    python: str | None = None
    timeout: float | None = None
    states: str = "auto"
    second: str = ""
    as_json: bool = False
    versions: bool = False
    out: Path | None = None


def run_headless(order: Order) -> int:
    """Run it, report it, and give the exit code; raises KnobError, ScenarioError or StartError with one sentence."""
    text = apply_assignments(order.scenario.text, order.assignments)
    if order.out is not None:
        check_place(order.out)
    cwd = None if order.scenario.builtin else Path.cwd()
    about = about_run(order.scenario, text)
    printed: list[Printed] = []
    with interrupts() as interrupted:
        session = Session.start(
            order.scenario,
            text,
            python=order.python,
            states=order.states,
            cwd=cwd,
            second=order.second,
            extras=[EXTRA_VERSIONS] if order.versions else [],
        )
        try:
            run = follow(session, order, interrupted, printed)
        finally:
            session.close()
    outcome = session.outcome
    assert outcome is not None
    _report(order, session, run, outcome)
    if order.out is None:
        return outcome.exit_code
    document = Document(run, about_end(about, run, session.note), outcome, printed)
    return outcome.exit_code if _save(document, order.out, quiet=order.as_json) else NOT_SAVED


def _save(document: Document, path: Path, quiet: bool) -> bool:
    try:
        save_recording(document, path)
    except RecordingError as error:
        _write(sys.stderr, f"{error}\n")
        return False
    if not quiet:
        _write(sys.stdout, f"Saved as {path}.\n")
    return True


def describe(scenario: Scenario, session: Session, run: Run) -> dict[str, Any]:
    """The finished run as plain data, times in seconds since the script's first line."""
    outcome = session.outcome
    assert outcome is not None
    facts = values_of(facts_of(run))
    recorded = session.accounting is not None  # which slows it: the lesson speaks of other runs
    verdicts = [] if recorded else explain(scenario, facts, outcome.ok)
    accounting = {"account": describe_account(session.accounting)} if session.accounting is not None else {}
    return {
        "scenario": scenario.id,
        "knobs": session.knobs,
        "python": session.python,
        "wall_s": round(outcome.wall_s, 9),
        "exit_code": outcome.exit_code,
        "tracks": [_describe_track(track, run) for track in run.tracks],
        "spans": run.spans,
        "dropped": run.dropped,
        "sources": list(session.sources),
        "notes": [note for note in (*session.note.split("\n"), *run.notes) if note],
        "results": session.results,
        "stdout": session.stdout,
        "facts": facts,
        "explained": [{"sentence": verdict.sentence, "holds": verdict.holds} for verdict in verdicts],
        **accounting,
    }


def explain(scenario: Scenario, facts: Mapping[str, Value], whole: bool = True) -> list[Verdict]:
    """What a run says of each sentence of its lesson that is about such runs; none without a lesson to be read.

    Args:
        scenario: what ran.
        facts: the values of the run's facts.
        whole: it got to its end; what does not hold of a part of it cannot be told.
    """
    if not scenario.lesson or scenario.lesson_sentence:
        return []
    verdicts = parse_lesson(scenario.lesson).judge(facts)
    return verdicts if whole else [replace(verdict, holds=verdict.holds or None) for verdict in verdicts]


def _describe_track(track: Track, run: Run) -> dict[str, Any]:
    end = run.now_ns if track.end_ns is None else track.end_ns
    return {
        "id": track.id,
        "kind": track.kind,
        "name": track.name,
        "pid": track.pid,
        "tid": track.tid,
        "start_s": round((track.start_ns - run.start_ns) / NS, 9),
        "end_s": round((end - run.start_ns) / NS, 9),
        "state_s": _rounded(track.state_s()),
        **({"second_state_s": _rounded(track.state_s(second=True))} if len(track.second) else {}),
    }


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {state: round(time, 9) for state, time in seconds.items()}


def follow(session: Session, order: Order, interrupted: Event, printed: list[Printed] | None = None) -> Run:
    """Take in the run until it ends, by itself, in time, or because somebody interrupts it.

    ``printed`` gets what the script prints.
    """
    run = Run()
    deadline = math.inf if order.timeout is None else time.monotonic() + order.timeout
    while session.running:
        run.extend(session.poll())
        _pass_on(session, order, printed)
        if interrupted.is_set():
            session.stop("user")
        elif time.monotonic() >= deadline:
            session.stop("timeout")
        else:
            session.wait(_PERIOD_S)
    _pass_on(session, order, printed)
    run.finish(session.ended_ns)
    return run


def _pass_on(session: Session, order: Order, printed: list[Printed] | None) -> None:
    """The script's output as it comes; in JSON its standard output is part of the object."""
    for name, text in session.console():
        if printed is not None:
            printed.append(Printed(time.perf_counter_ns(), name, text))
        if name == "err":
            _write(sys.stderr, text)
        elif not order.as_json:
            _write(sys.stdout, text)


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()


def _report(order: Order, session: Session, run: Run, outcome: Outcome) -> None:
    if order.as_json:
        _write(sys.stdout, json.dumps(describe(order.scenario, session, run)) + "\n")
    else:
        _write(sys.stdout, "\n" + _table(session, run) + "\n")
    if not outcome.ok:
        _write(sys.stderr, " ".join(filter(None, (outcome.sentence, outcome.detail))) + "\n")
    elif not order.as_json:
        _write(sys.stdout, outcome.sentence + "\n")
    if session.accounting is not None and session.accounting.account is None:  # asked for, and not to be had
        _write(sys.stderr, session.accounting.sentence + "\n")
    elif not order.as_json:
        if session.accounting is not None:
            _write(sys.stdout, "\n".join(account_lines(session.accounting)) + "\n")
        else:
            _write(sys.stdout, _explained(order.scenario, run, outcome.ok))
    if order.scenario.lesson_sentence:
        _write(sys.stderr, order.scenario.lesson_sentence + "\n")


def _explained(scenario: Scenario, run: Run, whole: bool) -> str:
    """The lesson's sentences, one a line, each with a sign of whether it holds in this run."""
    signs = _SIGNS if _can_show(_SIGNS, sys.stdout.encoding or "utf-8") else _PLAIN_SIGNS
    holds = (True, False, None)
    facts = values_of(facts_of(run))
    verdicts = explain(scenario, facts, whole)
    return "".join(f"{signs[holds.index(verdict.holds)]} {verdict.sentence}\n" for verdict in verdicts)


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


def _table(session: Session, run: Run) -> str:
    """Lanes against states in milliseconds, then the results."""
    lines = _lanes(run, "lane")
    if run.used.compared:
        second = (run.used.before or run.used.now)[-1]
        lines += ["", *_lanes(run, f"lane, from {second}", second=True), ""]
    lines += [f"{name} = {value}" for name, value in session.results.items()]
    lines += [f"Note: {note}" for note in (*session.note.splitlines(), *run.notes)]
    lines.append(f"{run.spans} spans, {run.dropped} dropped, states from {session.sources[0]}")
    return "\n".join(lines)


def _lanes(run: Run, heading: str, second: bool = False) -> list[str]:
    """Lanes against states, as the source that is drawn tells it, or as the second does."""
    lanes = [(track.name, track.state_s(second)) for track in run.tracks if track.kind != "helper"]
    states = [state.name for state in State if any(state.name in spent for _, spent in lanes)]
    rows = [[heading, *states]]
    rows += [[name, *(_milliseconds(spent.get(state, 0.0)) for state in states)] for name, spent in lanes]
    return columns(rows)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds else "·"


def columns(rows: list[list[str]]) -> list[str]:
    """The rows as lines, first cells to the left, all others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]


@contextmanager
def interrupts() -> Iterator[Event]:
    """Ctrl-C and SIGTERM are noted, not raised: an exception anywhere could cut a batch in two."""
    interrupted = Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
