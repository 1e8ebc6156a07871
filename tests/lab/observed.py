"""Runs small scripts under the lab and reads what was recorded, with a reader of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT
from visualiser.lab import layout
from visualiser.lab.layout import Kind

PLAIN_START = ROOT / "visualiser" / "lab" / "plain_start.py"
BOOT = ROOT / "visualiser" / "lab" / "boot"
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
FREE_THREADED = ("3.13t", "3.14t", "3.15t")


@dataclass
class Record:
    pid: int
    chain: int
    tid: int
    kind: Kind
    begin: int
    end: int
    value: int
    label: str | None
    file: str | None
    line: int | None
    depth: int = 0

    @property
    def is_open(self):
        return self.end == 0

    @property
    def duration(self):
        return self.end - self.begin


@dataclass
class Seen:
    """All that a run left: records by time, the story by time, the header of each segment."""

    records: list[Record] = field(default_factory=list)
    story: list[dict] = field(default_factory=list)
    dropped: int = 0
    segments: list[Path] = field(default_factory=list)
    code: int | None = None
    out: str = ""
    err: str = ""

    def of(self, *kinds):
        return [record for record in self.records if record.kind in kinds]

    def told(self, event):
        return [line for line in self.story if line["ev"] == event]

    def thread(self, name):
        (told,) = [line for line in self.told("thread") if line["name"] == name]
        return [r for r in self.records if (r.pid, r.chain) == (told["pid"], told["chain"])]

    def thread_of_root(self):
        """Records of the main thread of the process that ran the script."""
        root = self.told("start")[0]["pid"]
        return [record for record in self.records if (record.pid, record.chain) == (root, 0)]

    def process(self, name):
        """Pid of the process that has this name."""
        (told,) = [line for line in self.told("process_name") if line["name"] == name]
        return told["pid"]


class Lab:
    """A run directory and what runs in it."""

    def __init__(self, folder: Path) -> None:
        self.run_dir = folder / "run"
        self.run_dir.mkdir(parents=True)
        self.set_control(layout.CONTROL_GO, 1)
        self.script = folder / "script.py"

    def set_control(self, at, value):
        control = self.run_dir / layout.CONTROL_NAME
        content = bytearray(control.read_bytes() if control.exists() else bytes(layout.CONTROL_BYTES))
        layout.WORD.pack_into(content, at, value)
        with control.open("r+b" if control.exists() else "wb") as file:
            file.write(content)

    def control(self, at, word=layout.WORD):
        return word.unpack_from((self.run_dir / layout.CONTROL_NAME).read_bytes(), at)[0]

    def environment(self, **more):
        own = {
            layout.RUN_DIR_VARIABLE: str(self.run_dir),
            "PYTHONPATH": str(BOOT),
            "VISUALISER_HOME": str(ROOT),
            "VISUALISER_GATE": "1",
        }
        return {**os.environ, **own, **more}

    @contextmanager
    def start(self, text, *args, python=sys.executable, **environment):
        """Start a script; whatever the test does, it has ended when the test goes on."""
        process = self._start(text, args, python, environment)
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def _start(self, text, args, python, environment):
        if isinstance(text, str):
            text = textwrap.dedent(text).encode()
        self.script.write_bytes(text)
        started = self.script
        if environment.get(layout.EXTRAS_VARIABLE):
            started = shutil.copy(PLAIN_START, self.run_dir / layout.START_NAME)
            environment[layout.SCRIPT_VARIABLE] = str(self.script)
        return subprocess.Popen(
            [python, str(started), *args],
            env=self.environment(**environment),
            cwd=self.script.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, text, *args, python=sys.executable, **environment) -> Seen:
        with self.start(text, *args, python=python, **environment) as process:
            out, err = process.communicate(timeout=90)
        seen = self.read()
        seen.code, seen.out, seen.err = process.returncode, out, err
        return seen

    def line(self, piece):
        """Number of the only line of the script that contains ``piece``."""
        lines = self.script.read_text(encoding="utf-8").splitlines()
        (number,) = [number for number, line in enumerate(lines, 1) if piece in line]
        return number

    def read(self) -> Seen:
        seen = Seen()
        for path in self.run_dir.glob("p*.jsonl"):
            pid = int(path.stem[1:])
            lines = path.read_text(encoding="ascii").splitlines()
            seen.story += [{**json.loads(line), "pid": pid} for line in lines]
        seen.story.sort(key=lambda line: line["t"])
        names = {(line["pid"], line["id"]): line for line in seen.told("name")}
        for path in self.run_dir.glob("p*.seg"):
            seen.segments.append(path)
            self._read_segment(path.read_bytes(), names, seen)
        seen.records.sort(key=lambda record: record.begin)
        return seen

    def _read_segment(self, content, names, seen):
        if not content.startswith(layout.MAGIC):
            return  # just being made
        _magic, count, pid, tid, chain, dropped = layout.HEADER.unpack_from(content)
        seen.dropped += dropped
        for at in range(count):
            begin, end, number, kind, depth, value = layout.RECORD.unpack_from(content, 64 + 32 * at)
            name = names.get((pid, number), {})
            where = name.get("label"), name.get("file"), name.get("line")
            seen.records.append(Record(pid, chain, tid, Kind(kind), begin, end, value, *where, depth))


def find_python(version):
    """The interpreter of a version, ``3.13t`` without the GIL; None if this machine has none."""
    if version == _version_of_this():
        return sys.executable
    installed = sorted(_of_pyenv(version))
    return str(installed[-1][1]) if installed else _on_path(f"python{version}")


def _version_of_this():
    free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    return f"{sys.version_info[0]}.{sys.version_info[1]}{free}"


def _of_pyenv(version):
    """(number of the release, interpreter) of all releases of a version that pyenv's folder holds."""
    number, free = version.rstrip("t"), "t" if version.endswith("t") else ""
    release = re.compile(rf"{re.escape(number)}\.(\d+){free}")
    for folder in Path.home().glob(f".pyenv/versions/{number}.*"):
        found, python = release.fullmatch(folder.name), folder / "bin" / f"python{version}"
        if found and python.exists():
            yield int(found[1]), python


def _on_path(name):
    """Where the shell finds a program, if it is there for more than to say that its version is not installed."""
    path = shutil.which(name)
    works = path and subprocess.run([path, "-I", "-c", ""], capture_output=True, timeout=60).returncode == 0
    return path if works else None


def pythons(versions=VERSIONS + FREE_THREADED):
    """One parameter for every version; those that are not installed are skipped."""
    return [_parameter(version, find_python(version)) for version in versions]


def _parameter(version, found):
    reason = f"Python {version} is not installed on this machine"
    return pytest.param(found, id=version, marks=[] if found else [pytest.mark.skip(reason=reason)])
