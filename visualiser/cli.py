"""The command line: says what can be asked for and hands over to who does it."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import visualiser
from visualiser.host.catalogue import Scenario, ScenarioError, builtin_scenarios, find_scenario
from visualiser.host.display import obstacle
from visualiser.host.doctor import examine
from visualiser.host.duel_report import duel
from visualiser.host.headless import Order, run_headless
from visualiser.host.knobs import KnobError, apply_assignments
from visualiser.host.launch import StartError
from visualiser.host.open_document import check_document, is_document
from visualiser.host.pythons import list_pythons
from visualiser.host.recordings import SUFFIX, RecordingError
from visualiser.host.state_sources import SECONDS, STATES
from visualiser.host.step_command import add_options, run_step
from visualiser.paths import MissingFilesError

BAD_USE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
_NAME = "concurrency-visualiser"
_COMMANDS = """commands:
  list    the scenarios
  open    open the window with a recording or a script
  run     run a scenario or a script of your own without a window
  step    step two threads through the race, in an order of yours or in all
  duel    run one script with two interpreters and compare
  pythons the interpreters a run can use
  doctor  what this system lets us see of threads, and what would let us see more

Each of them has its own --help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; gives the exit code, 2 with one sentence on standard error for bad use."""
    multiprocessing.freeze_support()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words and words[0] in _ACTIONS:
            return _ACTIONS[words[0]](words[1:])
        return _window(words)
    except (KnobError, ScenarioError, StartError, MissingFilesError, RecordingError) as error:
        return _refuse(str(error))
    except BrokenPipeError:
        return _fall_silent()
    except KeyboardInterrupt:
        return INTERRUPTED


class _Parser(argparse.ArgumentParser):
    """Answers bad use with one sentence, not with the whole usage."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(BAD_USE, f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.\n")


def _window(words: list[str]) -> int:
    options = _window_parser(_NAME).parse_args(words)
    if options.install_desktop or options.uninstall_desktop:
        return _desktop(options.install_desktop)
    return _show(options)


def _open(words: list[str]) -> int:
    parser = _window_parser(f"{_NAME} open")
    options = parser.parse_args(words)
    if options.file is None:
        parser.error("name the recording or script to open")
    return _show(options)


def _show(options: argparse.Namespace) -> int:
    wanted = options.scenario or options.file
    recording = Path(wanted) if wanted and is_document(Path(wanted)) else None
    if recording is not None:
        check_document(recording)
    elif wanted:
        apply_assignments(find_scenario(wanted).text, options.set)
    trouble = obstacle()
    if trouble:
        return _refuse(trouble)
    try:
        from visualiser.gui.app import run_app
    except ImportError as error:
        return _refuse(f"The window cannot be opened: {error}.")
    if recording is not None:
        return run_app(screenshot=options.screenshot, quit_after=options.quit_after, recording=recording)
    return run_app(wanted, options.set, options.run, options.screenshot, options.quit_after)


def _window_parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description="Open the window: watch Python threads and processes run.",
        epilog=_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help=f"a recording ({SUFFIX}) or a script of your own to open"
    )
    parser.add_argument("--scenario", metavar="ID|FILE", help="the scenario to show")
    _add_set(parser)
    parser.add_argument("--run", action="store_true", help="run it at once")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save the window as a PNG when it ends")
    parser.add_argument("--quit-after", type=_seconds, metavar="S", help="close the window after S seconds")
    parser.add_argument("--install-desktop", action="store_true", help="put the app into your menu")
    parser.add_argument("--uninstall-desktop", action="store_true", help="take it out again")
    parser.add_argument("--version", action="version", version=f"{_NAME} {visualiser.__version__}")
    return parser


def _list(words: list[str]) -> int:
    parser = _Parser(prog=f"{_NAME} list", description="List the scenarios.")
    parser.add_argument("--json", action="store_true", help="as one JSON list")
    as_json = parser.parse_args(words).json
    scenarios = builtin_scenarios()
    sys.stdout.write(json.dumps([_plain(one) for one in scenarios]) + "\n" if as_json else _index(scenarios))
    return 0


def _plain(scenario: Scenario) -> dict[str, str]:
    return {
        "id": scenario.id,
        "title": scenario.title,
        "section": scenario.section,
        "subtitle": scenario.subtitle,
        "path": str(scenario.path),
    }


def _index(scenarios: list[Scenario]) -> str:
    """By section, with what to type."""
    width = max((len(scenario.id) for scenario in scenarios), default=0)
    lines: list[str] = []
    section = ""
    for scenario in scenarios:
        if scenario.section != section:
            section = scenario.section
            lines += ["", section]
        lines.append(f"  {scenario.id.ljust(width)}  {scenario.title}: {scenario.subtitle}".rstrip(": "))
    return "\n".join(lines[1:]) + "\n"


def _run(words: list[str]) -> int:
    options = _run_parser().parse_args(words)
    order = Order(
        find_scenario(options.scenario),
        options.set,
        options.python,
        options.timeout,
        options.states,
        options.second,
        options.json,
        options.versions,
        options.out,
    )
    return run_headless(order)


def _doctor(words: list[str]) -> int:
    parser = _Parser(prog=f"{_NAME} doctor", description="Say what this system lets us see, and what would help.")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    sys.stdout.write(examine(parser.parse_args(words).json))
    return 0


def _run_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=f"{_NAME} run", description="Run a scenario without a window and report what happened.")
    parser.add_argument("scenario", metavar="ID|FILE.py", help="a scenario or a script of your own")
    _add_set(parser)
    _add_python(parser, "store", "the interpreter to run it with")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"save the run as a recording ({SUFFIX})")
    parser.add_argument(
        "--versions",
        action="store_true",
        help="record every read and write of the script's shared counter (slows it) and account for what was lost",
    )
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="end the run after S seconds")
    parser.add_argument(
        "--states",
        choices=STATES,
        default="auto",
        help="where states come from: the kernel's core switches, looks from outside (peek), beats put into the loops "
        "of the script (tight ones take about twice as long), recorded calls alone, or the best that is permitted",
    )
    parser.add_argument(
        "--second", choices=SECONDS[1:], default="", metavar="SOURCE", help="a second source to compare the states with"
    )
    return parser


def _step(words: list[str]) -> int:
    parser = _Parser(prog=f"{_NAME} step", description="Step two threads through the race, one step at a time.")
    add_options(parser)
    return run_step(parser.parse_args(words))


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="set a knob; may be given more than once"
    )


def _add_python(parser: argparse.ArgumentParser, action: str, words: str) -> None:
    parser.add_argument(
        "--python", action=action, metavar="EXE|VERSION", help=f"{words}: a path, a name, or a version such as 3.14t"
    )


def _pythons(words: list[str]) -> int:
    return list_pythons(_Parser(prog=f"{_NAME} pythons", description="List the interpreters a run can use."), words)


def _duel(words: list[str]) -> int:
    parser = _Parser(
        prog=f"{_NAME} duel", description="Run one script with two interpreters, one after the other, and compare."
    )
    parser.add_argument("scenario", metavar="ID|FILE.py", nargs="?", default="cpu_threads", help="default: cpu_threads")
    _add_set(parser)
    _add_python(parser, "append", "give it twice, once for each side; by default ours against the newest without GIL")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    options = parser.parse_args(words)
    if options.python is not None and len(options.python) != 2:
        parser.error("--python is to be given twice, once for each side")
    scenario = find_scenario(options.scenario)
    return duel(scenario, apply_assignments(scenario.text, options.set), options.python, options.json)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


def _desktop(install: bool) -> int:
    from visualiser import desktop

    try:
        sys.stdout.write(f"{desktop.install() if install else desktop.uninstall()}\n")
    except desktop.DesktopError as error:
        return _refuse(str(error))
    return 0


def _fall_silent() -> int:
    """Whoever read our output has gone, as ``head`` does: that is no trouble, and what is left goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return BAD_USE


_ACTIONS: dict[str, Callable[[list[str]], int]] = {
    "list": _list,
    "open": _open,
    "run": _run,
    "step": _step,
    "duel": _duel,
    "pythons": _pythons,
    "doctor": _doctor,
}
