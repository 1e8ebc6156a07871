"""How real runs end: one clear sentence each, whatever the script does."""

import os
import shutil
import signal
import sys
import threading

import pytest

from tests.host.runs import follow, outcome_of, output_of, started
from visualiser.host import console
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session, StartError

posix = pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")


def test_a_clean_end(tmp_path):
    with started(tmp_path, "N = 3  # @param {type:'integer'}\ntotal = N + 4\n_hidden = 1\n") as session:
        assert session.running
        assert session.outcome is None
        follow(session)
        assert session.outcome.ok
        assert session.outcome.exit_code == 0
        assert session.outcome.sentence.startswith("Finished in ")
        assert session.knobs == {"N": 3}
        assert session.results == {"total": 7}
    assert not session.run_dir.exists()


def test_a_syntax_error(tmp_path):
    outcome = outcome_of(tmp_path, "x = 1\nif x\n    pass\n")
    assert outcome.sentence == "Line 2: SyntaxError: expected ':'."
    assert (outcome.line, outcome.exit_code, outcome.ok) == (2, 1, False)


def test_an_exception(tmp_path):
    outcome = outcome_of(tmp_path, "def f():\n    return 1 / 0\n\nf()\n")
    assert outcome.sentence == "Line 2: ZeroDivisionError: division by zero."
    assert (outcome.line, outcome.exit_code, outcome.ok) == (2, 1, False)


def test_an_exception_in_a_thread(tmp_path):
    source = """if True:
        import threading
        def f():
            {}["key"]
        t = threading.Thread(target=f, name="reader")
        t.start()
        t.join()
    """
    outcome = outcome_of(tmp_path, source)
    assert outcome.sentence == "reader ended at line 4 with KeyError: 'key'."
    assert (outcome.line, outcome.exit_code, outcome.ok) == (4, 0, False)


def test_an_exception_in_a_child_process(tmp_path):
    source = """
        import multiprocessing
        def f():
            raise ValueError("no")
        if __name__ == "__main__":
            p = multiprocessing.get_context("spawn").Process(target=f, name="adder")
            p.start()
            p.join()
    """
    outcome = outcome_of(tmp_path, source)
    assert outcome.sentence.startswith("adder (pid ")
    assert outcome.sentence.endswith(") ended at line 4 with ValueError: no.")
    assert (outcome.line, outcome.exit_code, outcome.ok) == (4, 0, False)


def test_a_missing_module(tmp_path):
    outcome = outcome_of(tmp_path, "import os\nimport sklearn_is_not_here.svm\n", python=sys.executable)
    assert outcome.sentence == f"Line 2 needs the module sklearn_is_not_here, which {sys.executable} does not have."
    assert outcome.detail == f"Install it with: {sys.executable} -m pip install sklearn_is_not_here"
    assert outcome.exit_code == 1


def test_sys_exit(tmp_path):
    outcome = outcome_of(tmp_path, "import sys\n\nsys.exit(3)\n")
    assert outcome.sentence == "Line 3 ended the script with exit code 3."
    assert (outcome.line, outcome.exit_code, outcome.ok) == (3, 3, False)


def test_sys_exit_without_fault_is_clean(tmp_path):
    assert outcome_of(tmp_path, "import sys\nsys.exit()\n").ok


def test_an_end_that_nobody_could_tell(tmp_path):
    outcome = outcome_of(tmp_path, "import os\nprint('bye', flush=True)\nos._exit(7)\n")
    assert outcome.sentence == "The script ended with exit code 7."
    assert outcome.exit_code == 7


def test_asking_for_input(tmp_path):
    outcome = outcome_of(tmp_path, "name = input('Name? ')\n")
    assert outcome.sentence.startswith("Line 1: EOFError")
    assert "no keyboard" in outcome.detail


@posix
def test_a_segfault(tmp_path):
    outcome = outcome_of(tmp_path, "import ctypes\n\ndef f():\n    ctypes.string_at(0)\n\nf()\n")
    assert outcome.sentence == "The script was killed by SIGSEGV at line 4."
    assert (outcome.line, outcome.exit_code) == (4, 128 + signal.SIGSEGV)


@posix
def test_killed_from_outside(tmp_path):
    with started(tmp_path, "import time\nprint('ready', flush=True)\ntime.sleep(600)\n") as session:
        output_of(session, "ready")
        os.kill(session.pid, signal.SIGKILL)
        follow(session)
        assert session.outcome.sentence == "The script was killed by SIGKILL."
        assert session.outcome.exit_code == 137


@posix
def test_a_worker_killed(tmp_path):
    source = """
        import multiprocessing, os, signal, time
        def f():
            os.kill(os.getpid(), signal.SIGKILL)
        if __name__ == "__main__":
            p = multiprocessing.get_context("fork").Process(target=f)
            p.start()
            p.join()
    """
    with started(tmp_path, source) as session:
        follow(session)
        outcome = session.outcome
        assert outcome.sentence.startswith("ForkProcess-1 (pid ")
        assert outcome.sentence.endswith(") was killed by SIGKILL.")
        assert (outcome.exit_code, outcome.ok) == (0, False)
        assert session.warning == outcome.sentence


@posix
def test_a_worker_that_crashed(tmp_path):
    source = """
        import concurrent.futures, ctypes, multiprocessing
        def f():
            ctypes.string_at(0)
        if __name__ == "__main__":
            with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                pool.submit(f).result()
    """
    outcome = outcome_of(tmp_path, source)
    assert outcome.sentence.startswith("SpawnProcess-1 (pid ")
    assert outcome.sentence.endswith(") was killed by SIGSEGV at line 4.")
    assert outcome.detail == "The script then ended with BrokenProcessPool at line 7."
    assert outcome.exit_code == 1


LOST = """
    import multiprocessing, os, signal, time
    def f(x):
        if x == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return x
    if __name__ == "__main__":
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(f, range(8), 1)
"""


@posix
def test_a_task_lost_with_its_pool_worker(tmp_path):
    with started(tmp_path, LOST) as session:
        follow(session)
        outcome = session.outcome
        assert outcome.sentence.startswith("ForkPoolWorker-")
        assert outcome.sentence.endswith(") was killed by SIGKILL and its task can never return, so the run was ended.")
        assert outcome.exit_code == 1
        assert "its task is lost" in session.warning


@posix
def test_a_pool_that_still_works_after_a_loss_is_left_alone(tmp_path):
    source = """
        import multiprocessing, os, signal, time
        def f(x):
            if x == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(5 if x == 4 else 0)
        if __name__ == "__main__":
            with multiprocessing.get_context("fork").Pool(2) as pool:
                results = [pool.apply_async(f, (x,)) for x in range(5)]
                results[4].get()
    """
    outcome = outcome_of(tmp_path, source)
    assert outcome.sentence.endswith(") was killed by SIGKILL.")
    assert outcome.exit_code == 0


def test_endless_output(tmp_path, monkeypatch):
    monkeypatch.setattr(console.Console.__init__, "__defaults__", (4 << 20,))
    outcome = outcome_of(tmp_path, "line = 'x' * 1000\nwhile True:\n    print(line)\n")
    assert outcome.sentence == "Line 3 printed more than 4 MiB, so the run was ended."
    assert (outcome.line, outcome.exit_code) == (3, 1)


def test_a_script_that_deletes_its_own_directory(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    outcome = outcome_of(home, "import os, shutil\nshutil.rmtree(os.path.dirname(__file__))\nx = 1\n")
    assert outcome.sentence.startswith("play.py deleted its own directory while it ran (")
    assert (outcome.exit_code, outcome.ok) == (0, False)


def test_an_edited_script_that_deletes_its_own_directory(tmp_path):
    path = tmp_path / "play.py"
    path.write_text("x = 1\n")
    text = "import os, shutil\nshutil.rmtree(os.path.dirname(os.path.dirname(__file__)))\nx = 1\n"
    session = Session.start(scenario_from_file(path), text)
    try:
        batches = follow(session)
        assert "deleted" in session.outcome.sentence
        assert any(batch.records for batch in batches)
    finally:
        session.close()


def test_an_edited_text_runs_and_finds_its_neighbours(tmp_path):
    path = tmp_path / "play.py"
    path.write_text("import friend\nx = friend.x\n")
    (tmp_path / "friend.py").write_text("x = 41\n")
    session = Session.start(scenario_from_file(path), "import friend\nx = friend.x + 1\n")
    try:
        follow(session)
        assert session.results == {"x": 42}
        assert path.read_text() == "import friend\nx = friend.x\n"
    finally:
        session.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a small file system")
def test_a_full_disk(tmp_path, small_disk, monkeypatch):
    monkeypatch.setenv("VISUALISER_RUN_DIR_ROOT", str(small_disk))
    source = """
        import time
        while True:
            for _ in range(100):
                time.sleep(1e-9)
    """
    with started(tmp_path, source) as session:
        batches = follow(session)
        sentence = session.outcome.sentence
        assert sentence.startswith("The run was ended because recording of the script failed in the run directory")
        assert "No space left on device" in sentence
        assert "VISUALISER_RUN_DIR_ROOT" in session.outcome.detail
        assert any(len(records) for batch in batches for records in batch.records.values()), "what was recorded is kept"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte; only root may make one."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    disk = tmp_path / "disk"
    disk.mkdir()
    if libc.mount(b"none", str(disk).encode(), b"tmpfs", 0, b"size=1m") != 0:
        pytest.skip(f"a small file system cannot be mounted: {os.strerror(ctypes.get_errno())}")
    yield disk
    assert list(disk.iterdir()) == []
    assert libc.umount2(str(disk).encode(), 2) == 0


def test_no_run_directory(tmp_path, monkeypatch):
    (tmp_path / "play.py").write_text("x = 1\n")
    monkeypatch.setenv("VISUALISER_RUN_DIR_ROOT", str(tmp_path / "nowhere"))
    with pytest.raises(StartError, match=r"No run directory can be made in .*nowhere .*set VISUALISER_RUN_DIR_ROOT"):
        Session.start(scenario_from_file(tmp_path / "play.py"))


def test_a_missing_interpreter(tmp_path):
    (tmp_path / "play.py").write_text("x = 1\n")
    with pytest.raises(StartError, match=r"There is no interpreter .*python9: give the path"):
        Session.start(scenario_from_file(tmp_path / "play.py"), python=str(tmp_path / "python9"))


def test_no_interpreter_at_all(tmp_path):
    (tmp_path / "play.py").write_text("x = 1\n")
    with pytest.raises(StartError, match="is not a Python interpreter that works"):
        Session.start(scenario_from_file(tmp_path / "play.py"), python=shutil.which("true"))


def test_a_file_that_vanished(tmp_path):
    path = tmp_path / "play.py"
    path.write_text("x = 1\n")
    scenario = scenario_from_file(path)
    path.unlink()
    with pytest.raises(StartError, match="There is no file"):
        Session.start(scenario)


def test_unknown_states(tmp_path):
    (tmp_path / "play.py").write_text("x = 1\n")
    with pytest.raises(StartError, match="'guess' is no source of states"):
        Session.start(scenario_from_file(tmp_path / "play.py"), states="guess")


def test_the_time_limit(tmp_path):
    with started(tmp_path, "while True:\n    pass\n") as session:
        session.stop("timeout")
        follow(session)
        assert session.outcome.sentence.startswith("Ended by the time limit after ")
        assert session.outcome.exit_code == 124
        assert threading.active_count() >= 1
