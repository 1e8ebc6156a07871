"""Every scenario: runs bare and alone, says what it should, and shows its point."""

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.observed import Lab, pythons
from tests.scenarios.quick import FOLDER, QUICK, SCENARIOS, text_of
from visualiser.lab.layout import Kind


def run_alone(folder: Path, name, python=sys.executable, **knobs):
    """Run a copy of the scenario where nothing of ours can be imported."""
    script = folder / f"{name}.py"
    script.write_text(text_of(name, **knobs), encoding="utf-8")
    done = subprocess.run([python, "-I", script], cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@functools.cache
def has(python, module):
    return subprocess.run([python, "-I", "-c", f"import {module}"], capture_output=True, timeout=60).returncode == 0


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path / "lab")


def test_every_scenario_has_its_line():
    assert sorted(QUICK) == SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_is_a_scenario(name):
    text = text_of(name)
    assert re.match(r"# @title \S.*\n# @section \d+\.\d+ \S", text)
    subtitle = ast.get_docstring(ast.parse(text))
    assert subtitle
    assert "\n" not in subtitle
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("name", SCENARIOS)
def test_it_runs_alone_on_every_interpreter(name, python, tmp_path):
    needs = [module for module in QUICK[name].needs if not has(python, module)]
    if needs:
        pytest.skip(f"{', '.join(needs)} is not installed for {python}")
    assert re.search(QUICK[name].prints, run_alone(tmp_path, name, python))


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_runs_in_the_lab(name, lab):
    for module in QUICK[name].needs:
        pytest.importorskip(module)
    seen = lab.run(text_of(name))
    assert (seen.code, seen.err) == (0, "")
    assert re.search(QUICK[name].prints, seen.out)
    assert not seen.told("error")
    assert seen.told("results")[0]["values"]


@pytest.mark.parametrize("workers", ["QThread", "threading"])
def test_two_threads_sleep_at_the_same_time(lab, workers):
    if workers == "QThread":
        pytest.importorskip("PySide6.QtCore")
    seen = lab.run(text_of("two_threads", WORKERS=workers))
    # two threads may print into each other's lines
    for text in [*(f"Number: {n}" for n in range(5)), *(f"Letter: {letter}" for letter in "ABCDE")]:
        assert seen.out.count(text) == 1
    assert seen.out.splitlines()[-1].startswith("Finished both tasks")
    workers_told = [line for line in seen.told("thread") if not line["main"]]
    assert [line["qt"] for line in workers_told] == [workers == "QThread"] * 2
    assert len(seen.of(Kind.SLEEP)) == 10
    assert len(seen.of(Kind.PRINT)) == 11


def race(lab, **knobs):
    seen = lab.run(text_of("race", **{"INCREMENTS": 1000, **knobs}))
    assert (seen.code, seen.err) == (0, "")
    values = seen.told("results")[0]["values"]
    assert values["expected"] == 10_000
    assert values["counter"] + values["lost"] == 10_000
    assert f"Counter value: {values['counter']}, expected: 10000, lost: {values['lost']}" in seen.out
    return seen, values["lost"]


@pytest.mark.parametrize("workers", ["QThread", "threading"])
class TestTheRace:
    @pytest.fixture(autouse=True)
    def _needs_qt(self, workers):
        if workers == "QThread":
            pytest.importorskip("PySide6.QtCore")

    def test_a_gap_loses_most(self, lab, workers):
        _seen, lost = race(lab, GAP="sleep(0)", WORKERS=workers)
        assert lost > 1000

    @pytest.mark.parametrize("gap", ["none", "call", "sleep(0)"])
    def test_the_lock_loses_nothing(self, lab, workers, gap):
        seen, lost = race(lab, GAP=gap, WORKERS=workers, USE_LOCK=True)
        assert lost == 0
        if gap == "sleep(0)":
            assert {record.label for record in seen.of(Kind.LOCK)} >= {"Lock 1"}

    def test_without_a_gap_it_says_why_nothing_is_lost(self, lab, workers):
        seen, lost = race(lab, GAP="none", WORKERS=workers)
        if getattr(sys, "_is_gil_enabled", lambda: True)():
            assert lost == 0
            assert "an accident, not a promise" in seen.out
        assert ("Nothing lost" in seen.out) == (lost == 0)


def test_the_race_without_our_package_takes_the_standard_thread(tmp_path):
    out = run_alone(tmp_path, "race", WORKERS="QThread")
    assert "threading.Thread takes its place" in out
    assert "Counter value:" in out


@pytest.mark.parametrize("workers", ["Process", "Pool"])
def test_processes(lab, workers):
    seen = lab.run(text_of("cpu_processes", WORKERS=workers, N=100000))
    cores = seen.told("results")[0]["values"]["num_cores"]
    assert seen.out.count("Task result: 4999950000") == cores
    assert "All processes completed!" in seen.out
    children = {line["pid"] for line in seen.told("process")} - {seen.told("start")[0]["pid"]}
    assert 1 <= len(children) <= cores
    assert bool(seen.told("pool_worker")) == (workers == "Pool")


def test_the_pool_squares(lab):
    seen = lab.run(text_of("pool_map"))
    assert str([n * n for n in range(10)]) in seen.out
    assert len(seen.of(Kind.TASK)) == 10
    values = seen.told("results")[0]["values"]
    assert {"pool_ms", "serial_ms"} <= values.keys()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_copied_elsewhere_needs_nothing_else(name):
    source = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(source) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names}
    allowed = {"visualiser", *QUICK[name].needs, *sys.stdlib_module_names}
    assert {module.split(".")[0] for module in imported} <= allowed
    assert {module for module in imported if module.startswith("visualiser")} <= {"visualiser.qthread"}
