"""Puts the end of a run into one sentence that names the line or the worker, and says what to do about it."""

from __future__ import annotations

import errno
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

from visualiser.host.outcome import Evidence, Outcome
from visualiser.host.run_dir import ROOT_VARIABLE
from visualiser.host.witness import Failure, Witness

# What ends a process against its will. SIGTERM is how a Pool sends its own workers home.
_VIOLENT = {
    -int(number)
    for name in ("KILL", "SEGV", "ABRT", "BUS", "FPE", "ILL")
    if (number := getattr(signal, f"SIG{name}", None))
}
_PIP_NAMES = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
_UNOBSERVED = "is not observed"  # said on standard error by a process in which the lab could not be set up
_PLACE_IN_TEXT = re.compile(r" \([^()]*, line \d+\)\Z")  # how a SyntaxError ends
_TRACEBACK_LINE = re.compile(r'^ *File "(.+)", line (\d+)', re.MULTILINE)
_TRACEBACK_END = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning))(?:: (.*))?$", re.MULTILINE)


def judge(evidence: Evidence) -> Outcome:
    """The outcome: the first rule that applies, most telling first."""
    for rule in _RULES:
        outcome = rule(evidence)
        if outcome is not None:
            return outcome
    return evidence.end(f"Finished in {_seconds(evidence.wall_s)}.", ok=True)


def killed_worker(witness: Witness, pid: int) -> str:
    """``ForkProcess-2 (pid 123) was killed by SIGKILL``."""
    return f"{witness.name_of(pid)} was killed by {signal_name(witness.codes[pid])}"


def violent_ends(witness: Witness) -> list[int]:
    """Pids of the children that were killed or crashed."""
    return [pid for pid, code in witness.codes.items() if code in _VIOLENT and pid != witness.root]


def signal_name(code: int) -> str:
    """SIGSEGV for -11."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _ended_by_us(e: Evidence) -> Outcome | None:
    seconds = _seconds(e.wall_s)
    sentences: dict[str, tuple[str, str]] = {
        "user": (f"Stopped by you after {seconds}.", ""),
        "timeout": (f"Ended by the time limit after {seconds}.", "Give it more time with --timeout."),
        "closed": (f"Ended after {seconds} because the window was closed.", ""),
    }
    if e.reason not in sentences:
        return None
    return e.end(*sentences[e.reason])


def _endless_output(e: Evidence) -> Outcome | None:
    if e.reason != "output":
        return None
    where = e.place(*e.witness.print_line) or "the script"
    detail = "Print less, or only every so often; what came until then is kept."
    return e.end(
        f"{where} printed more than {e.output_limit >> 20} MiB, so the run was ended.",
        detail,
        e.own(*e.witness.print_line),
    )


def _recording_failed(e: Evidence) -> Outcome | None:
    if e.fault is None:
        return None
    number, pid = e.fault
    who = e.witness.name_of(pid)
    if number == errno.ENOENT:
        detail = "What was recorded until then is kept; the run directory is where the recording goes."
        return e.end(
            f"The run directory {e.run_dir} was deleted while {who} was using it, so the run was ended.", detail
        )
    detail = f"Make room, or set {ROOT_VARIABLE} to a directory with more; what was recorded until then is kept."
    if number in (errno.EMFILE, errno.ENFILE):
        detail = "Let the script keep fewer files and threads at a time, or raise the limit (ulimit -n)."
    cause = f"recording of {who} failed in the run directory {e.run_dir}: {os.strerror(number)}"
    return e.end(f"The run was ended because {cause}.", detail)


def _lost_task(e: Evidence) -> Outcome | None:
    if e.reason != "lost task" or not e.lost:
        return None
    detail = (
        "A Pool starts a new worker but never repeats the task; a timeout for .get() ends the wait, and "
        "concurrent.futures.ProcessPoolExecutor raises BrokenProcessPool instead."
    )
    return e.end(f"{killed_worker(e.witness, e.lost[-1])} and its task can never return, so the run was ended.", detail)


def _deleted_itself(e: Evidence) -> Outcome | None:
    if not e.removed:
        return None
    what = "its own directory" if not e.script.parent.exists() else "its own file"
    detail = _and_then(e) or "It ran to its end; child processes started by spawn would not have found it."
    return e.end(f"{e.name} deleted {what} while it ran ({e.script}).", detail)


def _worker_killed(e: Evidence) -> Outcome | None:
    killed = violent_ends(e.witness)
    if not killed:
        return None
    line = _crash_line(e) if e.witness.codes[killed[0]] != -getattr(signal, "SIGKILL", 9) else None
    at = f" at line {line}" if line else ""
    others = len(killed) - 1
    more = f", and {others} more with it" if others else ""
    return e.end(f"{killed_worker(e.witness, killed[0])}{at}{more}.", _and_then(e), line)


def _killed(e: Evidence) -> Outcome | None:
    if e.code >= 0:
        return None
    line = _crash_line(e)
    at = f" at line {line}" if line else ""
    name = signal_name(e.code)
    detail = {
        "SIGKILL": "Somebody killed it, or the system ran out of memory.",
        "SIGSEGV": "A segmentation fault is a mistake in C code: in an extension module, ctypes or the interpreter.",
    }.get(name, "")
    return e.end(f"The script was killed by {name}{at}.", detail, line)


def _root_failed(e: Evidence) -> Outcome | None:
    said = e.witness.last_words.get(e.witness.root)  # then what is on stderr came later, while all was ending
    failure = e.witness.failure_of(e.witness.root) or (None if said else _from_stderr(e))
    if failure is None or e.code == 0:
        return None
    return _describe(e, failure)


def _left_by_exit(e: Evidence) -> Outcome | None:
    if e.code == 0:
        return None
    _, file, line = e.witness.exits.get(e.witness.root, (0, None, None))
    said = " ".join(e.witness.last_words.get(e.witness.root, "").split())
    if said:
        return e.end(_closed(said), "", e.own(file, line))
    if line is not None:
        where = e.place(file, line)
        return e.end(f"{where} ended the script with exit code {e.code}.", "", e.own(file, line))
    return e.end(f"The script ended with exit code {e.code}.", _last_line(e.stderr))


def _not_observed(e: Evidence) -> Outcome | None:
    """The script ran without a word from the lab: what is on screen says nothing about it."""
    if e.witness.start_ns:
        return None
    why = next((line for line in e.stderr.splitlines() if _UNOBSERVED in line), "")
    detail = why or f"{e.python} did not load what observes it: see whether it ignores PYTHONPATH."
    return e.end(f"{e.name} ran to its end, but nothing of it could be observed.", detail)


def _part_failed(e: Evidence) -> Outcome | None:
    """The script went on, but a thread or a child of it had an exception."""
    for failure in e.witness.failures:
        if failure.thread is not None or failure.pid != e.witness.root:
            return _describe(e, failure, failure.thread or e.witness.name_of(failure.pid))
    return None


_RULES: list[Callable[[Evidence], Outcome | None]] = [
    _ended_by_us,
    _endless_output,
    _recording_failed,
    _lost_task,
    _deleted_itself,
    _worker_killed,
    _killed,
    _root_failed,
    _left_by_exit,
    _part_failed,
    _not_observed,
]


def _describe(e: Evidence, failure: Failure, who: str = "") -> Outcome:
    where = e.place(failure.file, failure.line) or e.name
    line = e.own(failure.file, failure.line)
    missing = re.match(r"No module named '([^']+)'", failure.text)
    if failure.type == "ModuleNotFoundError" and missing:
        module = missing[1].partition(".")[0]
        detail = f"Install it with: {e.python} -m pip install {_PIP_NAMES.get(module, module)}"
        return e.end(f"{where} needs the module {module}, which {e.python} does not have.", detail, line)
    text = _PLACE_IN_TEXT.sub("", failure.text)
    what = f"{failure.type}: {text}" if text else failure.type
    sentence = f"{who} ended at {where} with {what}" if who else f"{where}: {what}"
    return e.end(_closed(sentence), _advice(failure), line)


def _advice(failure: Failure) -> str:
    if failure.type == "EOFError":
        return "The script has no keyboard here: put what it asks for into a variable."
    if failure.type == "SyntaxError" or failure.type == "IndentationError":
        return "Nothing ran; correct the line and run again."
    if failure.type == "EncodeError":
        return "A task's arguments travel as JSON: send numbers, text, lists and dictionaries."
    return ""


def _from_stderr(e: Evidence) -> Failure | None:
    """The traceback the script printed, for when the lab could not tell of it."""
    ends = list(_TRACEBACK_END.finditer(e.stderr))
    if not ends or e.code != 1:
        return None
    places = [(file, int(line)) for file, line in _TRACEBACK_LINE.findall(e.stderr[: ends[-1].start()])]
    own = [found for found in places if Path(found[0]) == e.script]
    known = (own or places)[-1:]
    file, line = known[0] if known else (None, None)
    return Failure(e.witness.root, ends[-1][1], ends[-1][2] or "", file, line)


def _crash_line(e: Evidence) -> int | None:
    """Faulthandler lists the innermost frame first."""
    lines = (int(line) for file, line in _TRACEBACK_LINE.findall(e.faults) if Path(file) == e.script)
    return next(lines, None)


def _and_then(e: Evidence) -> str:
    failure = e.witness.failure_of(e.witness.root)
    if failure is None:
        return ""
    where = e.place(failure.file, failure.line)
    return f"The script then ended with {failure.type}{f' at {where}' if where else ''}."


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""


def _closed(sentence: str) -> str:
    """With a full stop, and on one line."""
    sentence = " ".join(sentence.split())
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s" if seconds < 60 else f"{seconds:.0f} s"
