"""Long columns go to files that leave nothing behind and hold the same numbers; without room they stay in memory."""

import os
import subprocess
import sys

import numpy as np
import pytest

from visualiser.trace.column import Column
from visualiser.trace.lane import Lane
from visualiser.trace.rows import rows
from visualiser.trace.run import Run
from visualiser.trace.shelf import Shelf

KB = 1024
on_posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX has files without a name")


def small_shelf(folder, **more) -> Shelf:
    return Shelf(limit=64 * KB, folder=folder, least=8 * KB, **more)


def filled(shelf, numbers: int, portion: int = 500) -> Column:
    column = Column(np.int64, shelf=shelf)
    for first in range(0, numbers, portion):
        column.append(np.arange(first, first + portion))
    return column


def test_a_column_beyond_the_limit_goes_to_a_file_and_holds_the_same_numbers(tmp_path):
    shelf = small_shelf(tmp_path)
    column = filled(shelf, 100_000)
    assert column.in_file
    assert np.array_equal(column.view, np.arange(100_000))
    assert shelf.in_memory <= 64 * KB
    assert shelf.in_files >= 800_000


def test_below_the_limit_everything_stays_in_memory(tmp_path):
    shelf = small_shelf(tmp_path)
    columns = [filled(shelf, 1000) for _ in range(3)]
    assert not any(column.in_file for column in columns)
    assert shelf.in_files == 0


def test_short_columns_stay_in_memory_whatever_the_others_take(tmp_path):
    shelf = small_shelf(tmp_path)
    filled(shelf, 100_000)
    assert not filled(shelf, 500).in_file


def test_growing_in_a_file_copies_nothing(tmp_path):
    column = filled(small_shelf(tmp_path), 50_000)
    before = column.view
    column.append(np.zeros(200_000, np.int64))
    before[7] = -1  # the same bytes under both mappings
    assert column.view[7] == -1


def test_an_array_of_before_stays_valid(tmp_path):
    column = filled(small_shelf(tmp_path), 50_000)
    before = column.view
    for _ in range(20):
        column.append(np.zeros(20_000, np.int64))
    assert np.array_equal(before, np.arange(50_000))


@on_posix
def test_the_file_has_no_name(tmp_path):
    column = filled(small_shelf(tmp_path), 100_000)
    assert column.in_file
    assert list(tmp_path.iterdir()) == []


@on_posix
def test_nothing_stays_behind_when_the_program_is_killed(tmp_path):
    program = (
        "import os, signal, sys; from pathlib import Path; from tests.trace.test_shelf import filled, small_shelf\n"
        "column = filled(small_shelf(Path(sys.argv[1])), 100_000)\n"
        "print(column.in_file, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (-9, "True")
    assert list(tmp_path.iterdir()) == []


@on_posix
def test_where_the_system_gives_no_more_room_the_column_goes_on_in_memory_and_says_so_once(tmp_path):
    import resource

    told: list[str] = []
    shelf = small_shelf(tmp_path, tell=told.append)
    column = filled(shelf, 20_000)
    assert column.in_file
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 * KB, hard))
    try:
        for first in range(20_000, 200_000, 500):
            column.append(np.arange(first, first + 500))
        other = filled(shelf, 50_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not column.in_file
    assert np.array_equal(column.view, np.arange(200_000))
    assert not other.in_file
    assert len(told) == 1
    assert "stays in memory" in told[0]
    assert shelf.in_files == 0


def test_a_folder_that_is_not_there_is_a_note_and_no_error(tmp_path):
    told: list[str] = []
    column = filled(small_shelf(tmp_path / "gone", tell=told.append), 100_000)
    assert np.array_equal(column.view, np.arange(100_000))
    assert len(told) == 1


def test_a_lane_on_the_disk_shows_what_one_in_memory_shows(tmp_path):
    random = np.random.default_rng(5)
    paged, plain = Lane(small_shelf(tmp_path)), Lane()
    t = np.cumsum(random.integers(1, 1000, 60_000))
    state = random.integers(1, 18, 60_000).astype(np.uint8)
    ref = random.integers(0, 9, 60_000).astype(np.uint32)
    for some in np.array_split(np.arange(60_000), 40):
        for lane in (paged, plain):
            lane.append(t[some], state[some], ref[some], int(t[some[-1]]) + 1)
            lane.until(t[some[-1:]])
    for step in (300, 9000, 40_000):
        edges = 5000 + step * np.arange(701)
        for one, other in zip(rows([paged], edges), rows([plain], edges), strict=True):
            assert np.array_equal(one, other)
    assert np.array_equal(paged.ref, plain.ref)


def test_a_run_notes_what_its_shelf_tells(tmp_path):
    run = Run()
    run.shelf = small_shelf(tmp_path / "gone", tell=lambda text: run.notes.setdefault(text))
    lane = run.add_track("thread", "one", 1).lane
    t = np.arange(50_000)
    lane.append(t, (t % 5 + 1).astype(np.uint8), np.zeros(50_000, np.uint32), 50_000)
    assert len(lane) == 50_000
    assert [note for note in run.notes if "stays in memory" in note]
