"""Where the GIL is, as an observed process tells it: tried from outside, on every interpreter there is."""

import os
import struct
import sys
from pathlib import Path

import pytest

from tests.lab.observed import VERSIONS, find_python, pythons
from visualiser.lab import layout
from visualiser.lab.layout import EXTRA_GIL, EXTRAS_VARIABLE, Kind

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read through /proc")

GIL = {EXTRAS_VARIABLE: EXTRA_GIL}
COUNTING = """
    import threading
    def count():
        while True:
            for _ in range(1000):
                pass
    workers = [threading.Thread(target=count, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    print(*[worker.native_id for worker in workers], flush=True)
    import time
    time.sleep(1000)
"""


def free_threaded():
    found = sorted(Path.home().glob(".pyenv/versions/*t/bin/python3.[0-9]*t"))
    return str(found[-1]) if found else None


def told(lab, pid=None):
    return [line for line in lab.read().told("gil_address") if pid in (None, line["pid"])]


def read_holder(pid, line):
    """(held, native id of the last holder) of a running process, as its story says how to."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        _, state, held, _ = struct.unpack("<QQi4xQ", os.pread(memory.fileno(), 32, line["address"]))
        (word,) = struct.unpack("<Q", os.pread(memory.fileno(), 8, state + line["id_at"]))
        if line["tid_at"] < 0:
            return held, word
        return held, struct.unpack("<i", os.pread(memory.fileno(), 4, word + line["tid_at"]))[0]


@pytest.mark.parametrize("python", pythons(VERSIONS))
def test_the_holder_is_found_from_outside(lab, python):
    with lab.start(COUNTING, python=python, **GIL) as process:
        ids = set(map(int, process.stdout.readline().split()))
        (line,) = told(lab)
        if not line["address"]:
            assert line["why"] == "this interpreter runs without a GIL"
            process.kill()
            return
        found = set()
        for _ in range(200_000):
            held, native = read_holder(process.pid, line)
            if held:
                found.add(native)
            if found >= ids:
                break
        process.kill()
    assert ids <= found <= ids | {process.pid}
    assert line["pid"] == process.pid


@pytest.mark.parametrize("python", pythons())
def test_searching_leaves_nothing_behind(lab, python):
    seen = lab.run(
        """
        import os, sys, time
        print(sys.getswitchinterval(), len(os.listdir("/proc/self/task")), "ctypes" in sys.modules)
        if os.fork() == 0:
            os._exit(0)
        os.wait()
        """,
        python=python,
        **GIL,
    )
    assert (seen.out, seen.err) == ("0.005 1 False\n", "")
    assert [(line["name"], line["main"]) for line in seen.told("thread")] == [("MainThread", True)] * 2
    assert len(seen.of(Kind.THREAD)) == 2


def test_every_process_tells_its_own(lab):
    seen = lab.run(
        """
        import multiprocessing, os, subprocess, sys
        if __name__ == "__main__":
            for method in ("fork", "spawn"):
                child = multiprocessing.get_context(method).Process(target=int)
                child.start()
                child.join()
            subprocess.run([sys.executable, "-c", "pass"], check=True)
            os.execv(sys.executable, [sys.executable, "-c", "pass"])
        """,
        **GIL,
    )
    assert (seen.code, seen.err) == (0, "")
    lines = seen.told("gil_address")
    assert all(line["address"] for line in lines)
    hows = [line["how"] for line in seen.told("process")]
    assert {"root", "fork", "spawn", "exec"} <= set(hows)
    assert len(lines) == len(hows)
    by_pid = {line["pid"]: line["address"] for line in lines}
    (forked,) = [line["pid"] for line in seen.told("process") if line["how"] == "fork"]
    root = seen.told("process")[0]["pid"]
    assert by_pid[forked] == next(line["address"] for line in lines if line["pid"] == root)


def test_nothing_is_told_unless_it_is_wanted(lab):
    assert lab.run("pass").told("gil_address") == []


@pytest.mark.skipif(free_threaded() is None, reason="no free-threaded interpreter on this machine")
def test_without_a_gil_there_is_none_to_tell(lab):
    seen = lab.run("print('runs')", python=free_threaded(), PYTHON_GIL="0", **GIL)
    assert seen.out == "runs\n"
    (line,) = seen.told("gil_address")
    assert (line["address"], line["why"]) == (0, "this interpreter runs without a GIL")


def test_memory_that_cannot_be_read_is_said_and_harms_nothing(lab):
    seen = lab.run("""
        import errno, os
        from _visualiser_lab import gil_address
        def refuse(path, *rest, true=os.open):
            if path == "/proc/self/mem":
                raise PermissionError(errno.EACCES, "Permission denied")
            return true(path, *rest)
        os.open = refuse
        print(gil_address._try_to_find())
    """)
    assert seen.out == "(None, 'the process may not read its own memory (Permission denied)')\n"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("gil_address._own_regions = lambda: []", "(0 places look like it)"),
        ("gil_address._GIL_BYTES = gil_address._STATE_BYTES = 0", "does not tell which thread it belongs to"),
        ("gil_address._own_regions = lambda: 1 / 0", "looking for it failed (ZeroDivisionError"),
    ],
)
def test_what_is_unclear_is_not_told(lab, change, why):
    seen = lab.run(
        f"""
        import sys
        from _visualiser_lab import gil_address
        {change}
        place, reason = gil_address._try_to_find()
        print(place, sys.getswitchinterval(), reason)
        """,
        **GIL,
    )
    assert seen.out.startswith("None 0.005 ")
    assert why in seen.out


def test_the_host_may_look_where_ancestors_alone_may(lab, tmp_path):
    """The permission cannot be tried without such a kernel: what is asked of it can."""
    scope = tmp_path / "ptrace_scope"
    scope.write_text("1\n")
    lab.set_control(layout.CONTROL_HOST, 4711)
    seen = lab.run(f"""
        import ctypes, os
        from _visualiser_lab import ptracer
        asked = []
        class Library:
            def prctl(self, *args):
                asked.append([getattr(arg, "value", arg) for arg in args])
        ctypes.CDLL = lambda name: Library()
        ptracer._SCOPE = {str(scope)!r}
        ptracer.let_the_host_look(4711)
        ptracer.let_the_host_look(0)
        ptracer._SCOPE = "/nowhere"
        ptracer.let_the_host_look(4711)
        print(asked)
    """)
    assert seen.out == "[[1499557217, 4711, 0, 0, 0]]\n"


def test_this_interpreter_is_among_those_tried():
    assert find_python(f"{sys.version_info[0]}.{sys.version_info[1]}") == sys.executable
