"""The command ``step``: plays an interleaving, or all of them, without a window and says what became of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from visualiser.host.step_listings import LISTINGS, MOST_ROUNDS, find_listing
from visualiser.host.step_process import StepperError
from visualiser.host.step_state import Explored, Interpreter, State
from visualiser.host.stepping import Stepping
from visualiser.trace.interleaving import OrderError, Step

BAD_USE, FAILED = 2, 1
_STEERED = "Steered, not measured: tracing decides whose turn it is."
_VERBS = {"READ": "reads", "ADD": "holds", "WRITE": "writes", "ACQUIRE": "takes the Lock", "RELEASE": "gives it back"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    parser.add_argument("--python", metavar="EXE", help="the interpreter to step, any CPython from 3.10 on")
    parser.add_argument(
        "--listing", choices=[one.key for one in LISTINGS], default=LISTINGS[0].key, help="what both threads run"
    )
    parser.add_argument(
        "--rounds", type=int, choices=range(1, MOST_ROUNDS + 1), default=1, help="how often each thread adds 1"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--order", metavar="STRING", help="whose step comes next, such as ABABAB")
    what.add_argument("--lose", action="store_true", help="the shortest order that loses an update")
    what.add_argument("--all", action="store_true", help="try all interleavings and count those that lose")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run_step(options: argparse.Namespace) -> int:
    """Do it and give the exit code; raises StartError for a bad interpreter.

    1 where no order loses an update or the stepping fails, 2 for an order that cannot be followed.
    """
    try:
        stepping = Stepping(options.python)
        try:
            return _do(stepping, options)
        finally:
            stepping.close()
    except OrderError as error:
        return _refuse(str(error), BAD_USE)
    except StepperError as error:
        return _refuse(str(error), FAILED)


def _do(stepping: Stepping, options: argparse.Namespace) -> int:
    stepping.begin(find_listing(options.listing), options.rounds)
    if options.all:
        return _try_all(stepping, options.json)
    state = stepping.lose() if options.lose else stepping.play(options.order)
    _write(_plain_state(state) if options.json else "\n".join(_table(state)))
    if not state.refusal:
        return 0
    return _refuse(state.refusal, FAILED if options.lose else BAD_USE)


def _try_all(stepping: Stepping, as_json: bool) -> int:
    *_, explored = stepping.explore()
    if as_json:
        _write(_plain_head(stepping.state) | _plain_explored(explored))
        return 0
    kept = explored.distribution.items()
    counts = [f"{orders:8,} × counter {value}{_mark(value, explored)}" for value, orders in kept]
    _write("\n".join([*_head(stepping.state), explored.told(), *counts]))
    return 0


def _mark(value: int, explored: Explored) -> str:
    lost = explored.expected - value
    return f"  ▲ {lost} lost" if lost else ""


def _table(state: State) -> list[str]:
    rows = [_row(number, step, state) for number, step in enumerate(state.steps)]
    lost = len(state.updates.lost)
    end = f"counter {state.shared} after {_count(state.writes, 'update')}: {lost or 'none'} lost"
    return [*_head(state), *rows, end]


def _row(number: int, step: Step, state: State) -> str:
    words = " ".join(part for part in (_VERBS.get(step.does, ""), _text(step.value)) if part)
    name = step.instruction if state.raw else step.does
    destroyed = state.updates.destroyed[number]
    loss = f"  ▲ loses {_count(len(destroyed), 'update')} of {_owners(destroyed, state.steps)}" if destroyed else ""
    return f"{number + 1:3} {step.thread} {name:<{24 if state.raw else 8}}{words:<16} counter {step.shared}{loss}"


def _owners(writes: Sequence[int], steps: Sequence[Step]) -> str:
    return " and ".join(sorted({steps[write].thread for write in writes}))


def _head(state: State) -> list[str]:
    return [f"{_interpreter(state.interpreter)}. {_STEERED}", state.source.rstrip(), ""]


def _interpreter(interpreter: Interpreter) -> str:
    return f"{interpreter.told} · stopped by {interpreter.by}"


def _plain_head(state: State) -> dict[str, Any]:
    interpreter = state.interpreter
    python = {"path": interpreter.path, "version": interpreter.version, "gil": interpreter.gil, "by": interpreter.by}
    return {"python": python, "listing": state.listing.key, "rounds": state.rounds, "source": state.source}


def _plain_state(state: State) -> dict[str, Any]:
    steps = [_plain_step(number, step, state) for number, step in enumerate(state.steps)]
    return _plain_head(state) | {
        "order": state.order,
        "steps": steps,
        "counter": state.shared,
        "updates": state.writes,
        "lost": len(state.updates.lost),
        "over": state.over,
        "refused": state.refusal,
    }


def _plain_step(number: int, step: Step, state: State) -> dict[str, Any]:
    return {
        "thread": step.thread,
        "does": step.does,
        "instruction": step.instruction,
        "line": step.line,
        "value": step.value,
        "counter": step.shared,
        "destroys": [write + 1 for write in state.updates.destroyed[number]],
    }


def _plain_explored(explored: Explored) -> dict[str, Any]:
    return {
        "steps_of_each_thread": explored.steps,
        "orders": explored.total,
        "run": explored.tried,
        "losing": explored.losing,
        "impossible": explored.impossible,
        "finals": {str(value): orders for value, orders in explored.distribution.items()},
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _write(what: str | dict[str, Any]) -> None:
    text = what if isinstance(what, str) else json.dumps(what)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def _refuse(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
