import sys

import pytest

from visualiser.host import permissions
from visualiser.host.permissions import _hidden, _looks, _scope, _switches, report

REFUSED = {"perf": "The kernel keeps its core switches to itself.", "peek": "No program may look into another here."}


@pytest.mark.skipif(sys.platform != "linux", reason="there is a sampler on Linux only")
def test_everything_is_tried_for_real():
    found = {each.name: each for each in report()}
    assert list(found) == ["core switches", "looks from outside", "ptrace_scope", "/proc", "clock"]
    assert all(each.sentence.endswith(".") for each in found.values())
    assert found["clock"].ok
    assert found["/proc"].ok


def test_elsewhere_it_says_so(monkeypatch):
    monkeypatch.setattr(permissions, "SUPPORTED", False)
    assert [each.name for each in report()] == ["sampling", "clock"]


def test_a_refusal_says_what_permission_would_gain():
    assert not _switches(REFUSED).ok
    assert _switches(REFUSED).sentence.startswith(REFUSED["perf"])
    assert "99 %" in _switches(REFUSED).sentence
    assert not _looks(REFUSED).ok
    assert _looks(REFUSED).sentence.startswith(REFUSED["peek"])


@pytest.mark.parametrize(
    ("value", "ok"), [("", True), ("0", True), ("1", True), ("2", False), ("3", False), ("9", False)]
)
def test_what_ptrace_scope_means(monkeypatch, value, ok):
    monkeypatch.setattr(permissions, "first_line", lambda path: value)
    assert _scope().ok is ok


def test_what_proc_hides():
    assert "all processes" in _hidden("proc /proc proc rw,nosuid 0 0\n").sentence
    assert "other users" in _hidden("proc /proc proc rw,hidepid=2 0 0\n").sentence
    assert "other users" in _hidden("proc /proc proc rw,hidepid=invisible 0 0\n").sentence
    assert "all processes" in _hidden("proc /proc proc rw,hidepid=0 0 0\n").sentence
    assert not _hidden("").ok
