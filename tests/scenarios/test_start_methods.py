"""Scenarios with processes: the same under every start method, and a sentence for one that this system lacks."""

import multiprocessing
import re

import pytest

from tests.scenarios.quick import QUICK, SCENARIOS, text_of
from tests.scenarios.test_scenarios import run_alone

WITH_PROCESSES = [name for name in SCENARIOS if re.search("^START_METHOD = ", text_of(name), re.MULTILINE)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_who_starts_processes_lets_choose_how(name):
    starts = re.search(r"\b(Process|Pool|ProcessPoolExecutor)\(", text_of(name))
    assert bool(starts) == (name in WITH_PROCESSES)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("name", WITH_PROCESSES)
def test_it_runs_alone_with_every_start_method(name, method, tmp_path):
    for module in QUICK[name].needs:
        pytest.importorskip(module)
    assert re.search(QUICK[name].prints, run_alone(tmp_path, name, START_METHOD=method))


@pytest.mark.parametrize("name", WITH_PROCESSES)
def test_a_start_method_that_is_missing_here_gets_a_sentence_and_the_default(name, tmp_path):
    for module in QUICK[name].needs:
        pytest.importorskip(module)
    out = run_alone(tmp_path, name, START_METHOD="beam")
    assert "beam" in out.splitlines()[0] + out.splitlines()[1]
    assert re.search(QUICK[name].prints, out)
