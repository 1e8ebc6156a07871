"""Trace files, compressed or not, whole or not: read, or refused in one sentence."""

import gzip
import io
import json

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.host.runs import folded, started
from tests.trace.exchange.made import counters_of, document, flows_of, marks_of, spans_of
from tests.trace.exchange.test_chrome_export import exported
from tests.trace.exchange.viewer import Viewer
from visualiser.host.chrome_import import Cancelled, TraceError, import_trace
from visualiser.host.recordings import open_recording, save_recording
from visualiser.trace.document import Document
from visualiser.trace.exchange.chrome_import import import_chrome_trace

VIZTRACER = ROOT / "tests" / "host" / "traces" / "viztracer.json.gz"  # threads, tasks and processes, by VizTracer 1.1.1
EVENT = {"ph": "X", "ts": 1, "dur": 2, "pid": 1, "tid": 1, "name": "work"}


def tracks_of(document):
    return {track.name: track for track in document.run.tracks}


def test_a_trace_of_viztracer_shows_threads_tasks_and_processes_with_their_calls():
    document = import_trace(VIZTRACER)
    tracks = tracks_of(document)
    assert {"MainThread", "Worker 0", "Task-2", "ForkPoolWorker-1"} <= set(tracks)
    assert tracks["ForkPoolWorker-1"].kind == "process"
    assert document.about.app == "VizTracer 1.1.1"
    deep = tracks["Worker 0 · depth 3"].lane
    spans = [deep.span(number) for number in range(len(deep))]
    names = [document.run.names[span.ref] for span in spans if span.state]
    assert [(name.label, name.file, name.line) for name in names] == [("square", "/home/me/prog.py", 6)] * 3


def test_every_call_of_a_trace_is_on_a_lane():
    events = json.loads(gzip.decompress(VIZTRACER.read_bytes()))["traceEvents"]
    told = [event for event in events if event["ph"] == "X"]
    document = import_trace(VIZTRACER)
    lanes = [track.lane for track in document.run.tracks]
    assert sum(int(np.count_nonzero(lane.state)) for lane in lanes) == len(told)
    total = sum(round(event["dur"] * 1000) for event in told)
    assert sum(lane.total(state) for lane in lanes for state in lane.states) == pytest.approx(total, abs=2 * len(told))


def test_a_run_that_was_recorded_goes_out_and_comes_back(tmp_path):
    script = """
        import queue, threading, time
        q = queue.Queue()
        def work():
            while q.get() is not None:
                time.sleep(0.001)
        worker = threading.Thread(target=work, name="Worker")
        worker.start()
        for item in [1, 2, 3, None]:
            q.put(item)
        worker.join()
        print("done")
        """
    with started(tmp_path, script) as session:
        run = folded(session)
    text = exported(Document(run))
    assert Viewer(text).troubles == []
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    back = import_trace(path).run
    assert len(run.flows) >= 4
    assert spans_of(back) == spans_of(run)
    assert flows_of(back) == flows_of(run)
    assert marks_of(back) == marks_of(run)
    assert counters_of(back) == counters_of(run)
    assert back.sources == run.sources


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress])
def test_a_file_may_be_compressed_and_may_begin_with_a_mark(tmp_path, pack):
    path = tmp_path / "trace.any"
    path.write_bytes(pack("\ufeff".encode() + json.dumps([EVENT]).encode()))
    assert import_trace(str(path)).run.spans == 1


def test_a_compressed_file_that_was_cut_off_is_read_up_to_there(tmp_path):
    path = tmp_path / "cut.json.gz"
    packed = gzip.compress(json.dumps([{**EVENT, "ts": 3 * n * n % 99991} for n in range(20_000)]).encode())
    path.write_bytes(packed[: len(packed) // 2])
    document = import_trace(path)
    assert 1000 < document.run.spans < 40_000
    assert any("cut off" in note for note in document.run.notes)


@pytest.mark.parametrize(
    "data", [b"", b"\x1f\x8b", b"\x1f\x8bgarbage", b"\x89PNG\r\n", "[{}]".encode("utf-16"), b"[" + b"\xff" * 999]
)
def test_other_files_are_refused_in_a_sentence(tmp_path, data):
    path = tmp_path / "other"
    path.write_bytes(data)
    with pytest.raises(TraceError) as refused:
        import_trace(path)
    assert str(refused.value).endswith(".")


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(TraceError, match=r"absent\.json cannot be read: No such file"):
        import_trace(tmp_path / "absent.json")
    with pytest.raises(TraceError, match="cannot be read"):
        import_trace(tmp_path)


def test_progress_grows_and_may_end_the_import(tmp_path):
    path = tmp_path / "large.json"
    with path.open("w") as file:
        file.write("[" + ",\n".join(json.dumps({**EVENT, "ts": 4 * n}) for n in range(60_000)) + "]")
    shares = []
    import_trace(path, lambda share: shares.append(share) or True)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 3
    with pytest.raises(Cancelled):
        import_trace(path, lambda share: share < 0.3)


@pytest.mark.parametrize("seed", range(8))
def test_what_was_imported_can_be_kept_as_a_recording(tmp_path, seed):
    run = import_chrome_trace(iter([exported(document(seed))]), "x.json").run
    save_recording(Document(run), tmp_path / "kept.cvrun")
    kept = open_recording(tmp_path / "kept.cvrun").run
    for of in (spans_of, flows_of, marks_of, counters_of):
        assert of(kept) == of(run)


def test_an_exported_file_can_be_written_compressed(tmp_path):
    document = import_trace(VIZTRACER)
    with gzip.open(tmp_path / "again.gz", "wb") as file, io.TextIOWrapper(file, "utf-8") as stream:
        stream.write(exported(document))
    assert spans_of(import_trace(tmp_path / "again.gz").run) == spans_of(document.run)
