"""A document that is written and read again is the same; a file that is not whole is the run up to there."""

from __future__ import annotations

import io
import json
import struct
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pytest

from tests.trace.made import END, MS, START, made_document
from tests.trace.portrait import differences, portrait
from tests.trace.recorded_bytes import MAGIC, borders, frames, joined, read, stretches, written
from visualiser.trace.document import Document, Printed
from visualiser.trace.facts import facts_of
from visualiser.trace.recording import Cancelled, RecordingError, arrow
from visualiser.trace.recording.frames import VERSION
from visualiser.trace.recording.sections import SCHEMAS, SECTION_OF, TAGS, VALUES
from visualiser.trace.recording.stores import snapshot_of
from visualiser.trace.recording.writer import write_recording
from visualiser.trace.run import Run


@pytest.fixture(scope="module")
def document():
    return made_document()


@pytest.fixture(scope="module")
def data(document):
    return written(document)


def test_what_is_read_is_what_was_written(document, data):
    assert not differences(portrait(read(data)), portrait(document))
    assert len(stretches(data)) > 3


def test_every_table_has_something_in_it(data):
    """Else the tests here would prove nothing of it."""
    assert {SECTION_OF[tag] for tag, _ in frames(data)} == set(SCHEMAS)
    for tag, payload in frames(data):
        table, _ = arrow.unpack(SECTION_OF[tag], payload, 1 << 30)
        assert all(len(column) for column in table.values()), tag


def test_writing_what_was_read_gives_the_same_file(data):
    assert written(read(data)) == data


def test_a_run_without_anything_is_a_recording_too():
    opened = read(written(Document(Run())))
    assert not opened.run.tracks
    assert opened.run.finished
    assert facts_of(opened.run) == facts_of(Run())


def test_a_run_saved_while_it_goes_on_says_so():
    document = made_document(ended=False)
    opened = read(written(document))
    assert opened.run.finished
    assert opened.run.end_ns == document.run.now_ns
    assert "This recording was saved while the run went on." in opened.run.notes
    mine, theirs = portrait(opened), portrait(document)
    for name in ("tracks", "flows", "labels", "counters", "locks", "processes", "names"):
        assert not differences(mine[name], theirs[name]), name


def test_a_snapshot_stays_what_it_was_while_the_run_goes_on():
    document = made_document()
    before = portrait(document)
    snapshot = snapshot_of(document)
    run = document.run
    track = run.tracks[0]
    late = END + MS
    for number in range(300):
        track.lane.append(
            np.array([late + number]), np.array([1 + number % 2], np.uint8), np.array([1], np.uint32), late + number
        )
    run.labels.tasks.t1.view[:] = 0
    run.names.tell(100, 99, run.names[1])
    run.loads._cores[0].view[:] = 99
    document.printed.append(Printed(END, "out", "later"))
    stream = io.BytesIO()
    write_recording(snapshot, stream)
    assert not differences(portrait(read(stream.getvalue())), before)


def test_halves_of_characters_are_kept_as_python_writes_them(document):
    printed = [Printed(START, "out", "a\udc80b")]
    opened = read(written(Document(document.run, document.about, printed=printed)))
    assert opened.printed[0].text == "a\\udc80b"


def test_a_value_that_is_no_plain_data_is_refused(document):
    run = read(written(document)).run
    run.results = {"what": object()}
    with pytest.raises(RecordingError, match="not plain data"):
        written(Document(run))


# --- cut off ---


def test_a_file_cut_off_anywhere_opens_up_to_there_or_says_why(document, data):
    """At every border, beside it, and in the middle of every frame."""
    whole = portrait(document)["tracks"]
    first = stretches(data)[0][1]
    for begin, end, _ in borders(data):
        for cut in {begin, begin + 15, begin + 16, (begin + end) // 2} - {len(data)}:
            if cut < first:
                with pytest.raises(RecordingError, match=r"^The recording is cut off before the run begins"):
                    read(data[:cut])
            else:
                run = read(data[:cut]).run
                assert list(run.notes)[-1].startswith("This recording is cut off at ")
                assert_begins(run, whole)


def assert_begins(run, whole):
    """Up to its end the run has what the whole one has."""
    for track, other in zip(run.tracks, whole, strict=False):
        for lane, same in ((track.lane, other["lane"]), (track.second, other["second"])):
            t, state, ref = (np.array(column) for column in same["spans"][:3])
            here = int(t.searchsorted(run.now_ns, "left"))
            if run.now_ns < END:
                assert lane.t.tolist() == t[:here].tolist()
                assert lane.state.tolist() == state[:here].tolist()
                assert lane.ref.tolist() == ref[:here].tolist()
            assert lane.now <= run.now_ns


def test_the_more_is_left_of_a_file_the_more_is_opened(data):
    spans = [read(data[:end]).run.spans for _, end in stretches(data)]
    assert spans == sorted(set(spans))
    assert spans[0] > 200


def test_a_cut_off_run_says_where_and_knows_nothing_of_later(data):
    _, end = stretches(data)[1]
    document = read(data[:end])
    run = document.run
    seconds = (run.now_ns - run.start_ns) / 1e9
    assert 0.3 < seconds < 1.2
    assert list(run.notes)[-1] == f"This recording is cut off at {seconds:.2f} s: what came after it is missing."
    assert document.outcome is None
    assert not document.bookmarks
    assert run.results == {}
    assert run.end_ns == run.now_ns
    assert all(track.end_ns is None or track.end_ns <= run.now_ns for track in run.tracks)
    assert all(one.when_ns < run.now_ns for one in document.printed)
    assert not facts_of(run).keys() - facts_of(read(data).run).keys()
    assert run.labels.tasks.ends(run.now_ns).max(initial=0) <= run.now_ns
    assert run.lock_holders.now <= run.now_ns


def test_a_wait_that_went_on_where_the_file_is_cut_off_goes_on_there(data):
    """The main thread waits for the lock from 0.2 s to the end."""
    _, end = stretches(data)[1]
    run = read(data[:end]).run
    graph = run.lock_holders.graph()
    assert [(track.name, lock.label) for track, lock in graph.waits] == [("MainThread", "Lock 1")]


def test_a_track_that_began_after_the_cut_is_not_there():
    document = made_document()
    late = document.run.add_track("thread", "late", 100, 13)
    late.start_ns = END - 10 * MS
    late.lane.append(np.array([END - 10 * MS]), np.array([1], np.uint8), np.array([0], np.uint32), END)
    document.run.processes[101].main_track = late
    data = written(document)
    assert [track.name for track in read(data).run.tracks][-1] == "late"
    run = read(data[: stretches(data)[1][1]]).run
    assert [track.name for track in run.tracks] == [track.name for track in document.run.tracks][:-1]
    assert run.processes[101].main_track is None


def test_a_flipped_bit_ends_the_run_there(data):
    begin, end = stretches(data)[2]
    place = (begin + end) // 2
    run = read(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]).run
    assert list(run.notes)[-1].startswith("This recording is damaged at ")
    assert run.now_ns == read(data[:begin]).run.now_ns


# --- not ours ---


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x93CV", "The recording is cut off before the run begins, so nothing of it can be shown."),
        (b"PK\x03\x04 a zip file", "The file is not a recording of the Concurrency Visualiser."),
        (b"import threading\n", "The file is not a recording of the Concurrency Visualiser."),
        (b"\x93CVRUN\x00\x00", "The recording is damaged: its format has no number."),
    ],
)
def test_what_is_no_recording_is_refused_in_one_sentence(start, sentence):
    with pytest.raises(RecordingError) as refused:
        read(start)
    assert str(refused.value) == sentence


def test_a_foreign_file_is_not_read_through():
    class Endless(io.RawIOBase):
        """Gives any number of bytes, and counts them."""

        given = 0

        def readable(self):
            return True

        def readinto(self, room):
            self.given += len(room)
            return len(room)

    stream = Endless()
    from visualiser.trace.recording.reader import read_recording

    with pytest.raises(RecordingError, match="is not a recording"):
        read_recording(stream, 1 << 60)
    assert stream.given <= 1 << 16


def test_a_newer_version_is_named(data):
    newer = data[:6] + struct.pack("<H", VERSION + 1) + data[8:]
    with pytest.raises(RecordingError, match="was written by a newer version of the Concurrency Visualiser"):
        read(newer)


@pytest.mark.parametrize(("name", "what"), [("states", "states"), ("flow_kinds", "arrows")])
def test_states_and_arrows_of_a_later_time_are_named(data, name, what):
    def change(table):
        place = table["name"].index(name)
        table["json"][place] = json.dumps([*json.loads(table["json"][place]), "TELEPORT"])

    with pytest.raises(RecordingError, match=f"newer version .*: it has {what} that this one does not know"):
        read(changed(data, VALUES, change))


def test_states_are_known_by_their_names(document, data):
    """Should ours get other numbers one day, old files stay what they are."""

    def change(table):
        place = table["name"].index("states")
        names = json.loads(table["json"][place])
        names[1], names[2] = names[2], names[1]
        table["json"][place] = json.dumps(names)

    swap = np.arange(256)
    swap[[1, 2]] = 2, 1
    mine, theirs = read(changed(data, VALUES, change)).run, document.run
    assert mine.tracks[0].lane.state.tolist() == swap[theirs.tracks[0].lane.state].tolist()


def test_a_frame_longer_than_the_file_costs_nothing(data):
    begin = borders(data)[0][0]
    with pytest.raises(RecordingError, match="cut off before the run begins"):
        read(data[: begin + 4] + struct.pack("<Q", 1 << 62) + data[begin + 12 :])


# --- made up, with right checksums ---


def test_a_table_that_claims_more_than_the_file_can_hold_is_refused(data):
    """A bomb: 200 MB of zeros packed into a few kilobytes by another writer."""
    some = frames(data)
    number = next(i for i, (tag, _) in enumerate(some) if tag == TAGS["lanes"])
    rows = 14_000_000
    columns = {name: pa.array(np.zeros(rows, kind)) for name, kind in SCHEMAS["lanes"].items()}
    schema = pa.schema(
        [pa.field(name, column.type, nullable=False) for name, column in columns.items()],
        metadata={b"section": b"lanes"},
    )
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd"))
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        writer.write_batch(pa.record_batch(list(columns.values()), schema=schema))
    bomb = sink.getvalue().to_pybytes()
    assert len(bomb) < 200_000
    before = pa.total_allocated_bytes()
    with pytest.raises(RecordingError, match="claims to hold far more"):
        read(joined([*some[:number], (TAGS["lanes"], bomb), *some[number + 1 :]], data[:MAGIC]))
    assert pa.total_allocated_bytes() - before < 10_000_000


def test_what_packs_too_well_is_written_as_it_is():
    packed = arrow.pack("printed", {"t": np.zeros(1, np.int64), "stream": ["out"], "text": ["x" * 3_000_000]})
    assert len(packed) > 3_000_000
    text = arrow.unpack("printed", bytes(packed), len(packed) + 100)[0]["text"]
    assert text == ["x" * 3_000_000]


def test_no_more_is_unpacked_than_there_is_room_for():
    columns = {"t": np.arange(5000), "stream": ["out"] * 5000, "text": ["hello"] * 5000}
    packed = bytes(arrow.pack("printed", columns))
    batch = pa.ipc.open_stream(packed).read_next_batch()
    assert batch.nbytes > 2 * len(packed)
    with pytest.raises(RecordingError, match="claims to hold far more"):
        arrow.unpack("printed", packed, batch.nbytes // 2)
    table, size = arrow.unpack("printed", packed, 2 * batch.nbytes)
    assert batch.nbytes * 0.9 < size < batch.nbytes * 1.1
    assert [table["t"].tolist(), table["text"]] == [list(range(5000)), columns["text"]]


@pytest.mark.parametrize("section", SCHEMAS)
@pytest.mark.parametrize("rows", [0, 1, 9])
@pytest.mark.parametrize("level", ["packed", "as it is"])
def test_every_table_is_read_as_arrow_reads_it(section, rows, level, monkeypatch):
    if level == "as it is":
        monkeypatch.setattr(arrow, "MOST_RATIO", 0)
    columns = {name: _some(kind, rows) for name, kind in SCHEMAS[section].items()}
    packed = bytes(arrow.pack(section, columns))
    mine, _ = arrow.unpack(section, packed, 1 << 30)
    theirs = pa.ipc.open_stream(packed).read_all()
    assert theirs.schema.metadata == {b"section": section.encode()}
    assert {name: list(column) for name, column in mine.items()} == theirs.to_pydict() == columns


def _some(kind, rows):
    values = {"string": "ü ✓", "bool": True}.get(kind.rstrip("?"), 3)
    return [None if kind.endswith("?") and row % 3 == 1 else values for row in range(rows)]


def changed(data, section, change):
    """The file with one table of that name changed by ``change(columns)``, checksums right."""
    some = frames(data)
    for number, (tag, payload) in enumerate(some):
        if SECTION_OF[tag] == section:
            table, _ = arrow.unpack(section, payload, 1 << 30)
            table = {
                column: np.array(values) if isinstance(values, np.ndarray) else values
                for column, values in table.items()
            }
            change(table)
            some[number] = (tag, bytes(arrow.pack(section, table)))
            return joined(some, data[:MAGIC])
    raise AssertionError(section)


def put(column, value, place=0):
    def change(table):
        table[column][place] = value

    return change


@pytest.mark.parametrize(
    ("section", "change", "complaint"),
    [
        ("lanes", put("ref", 4_000_000), "names a name"),
        ("lanes", put("track", 4_000_000), "names a track"),
        ("lanes", put("state", 200), "names a state"),
        ("lanes", put("t", -5), "negative|not in order"),
        ("lanes", put("t", 1 << 62), "not in order"),
        ("second", put("t", 1 << 62), "not in order"),
        ("marks", put("kind", 300), "kind of mark"),
        ("marks", put("name", 4_000_000), "names a name"),
        ("flows", put("kind", 9), "kind of flow"),
        ("flows", put("source", 900), "names a track"),
        ("flows", put("t1", -1), "negative"),
        ("labels", put("kind", 99), "no known kind"),
        ("labels", put("track", 900), "names a track"),
        ("changes", put("counter", 900), "names a counter"),
        ("changes", put("step", np.nan), "not finite"),
        ("phases", put("name", 90_000), "names a name"),
        ("cores", put("log", 900), "names a thread"),
        ("loads", put("percent", np.inf), "not finite"),
        ("loads", put("core", 7), "not complete"),
        ("lock_waits", put("lock", 9), "names a lock"),
        ("lock_owners", put("track", -2), "names a track"),
        ("printed", put("stream", "up"), "no known stream"),
        ("tracks", put("kind", "planet"), "no known kind"),
        ("tracks", put("parent", 0), "no known kind"),
        ("tracks", put("start_ns", -1), "impossible"),
        ("tracks", put("lane_end", 5), "after the end of its lane"),
        ("processes", put("pid", 7, 1), "process that there is not"),
        ("processes", put("main_track", 99), "track that there is not"),
        ("names", put("label", "something"), "no names"),
        ("counters", put("kind", "clock"), "no known kind"),
        ("turns", put("handovers", -1), "negative"),
        ("running", put("every", -1), "does not have"),
    ],
)
def test_numbers_that_fit_nothing_are_refused(data, section, change, complaint):
    with pytest.raises(RecordingError, match=f"^The recording is damaged: .*({complaint}).*[.]$"):
        read(changed(data, section, change))


@pytest.mark.parametrize(
    "text", ["[1", "NaN", "[" * 100_000, '"' + "x" * 10, "1" * 5000, "null", "{}", "[]", "-1", "true", "1e999"]
)
@pytest.mark.parametrize("name", ["about", "run", "notes", "sources", "cores", "stretches", "lock_holders"])
def test_values_that_are_not_what_they_must_be_are_refused(data, name, text):
    def change(table):
        table["json"][table["name"].index(name)] = text

    harmless = {("notes", "[]")}  # nothing was noted
    if (name, text) in harmless:
        read(changed(data, VALUES, change))
    else:
        with pytest.raises(RecordingError, match=r"^The recording is damaged: .*[.]$"):
            read(changed(data, VALUES, change))


def test_far_too_many_tracks_in_a_small_file_are_refused(data):
    def many(table):
        for name, column in table.items():
            table[name] = (list(column) * 30_000)[:100_000]

    with pytest.raises(RecordingError, match=r"claims to (have 100000 tracks|hold far more)"):
        read(changed(data, "tracks", many))


def test_frames_in_another_order_are_refused(data):
    some = frames(data)
    with pytest.raises(RecordingError, match=r"^The recording is damaged: its parts are not in order[.]$"):
        read(joined([some[1], some[0], *some[2:]], data[:MAGIC]))


# --- progress ---


def test_progress_goes_from_nothing_to_all_and_can_be_cancelled(document, data):
    told = []
    read(data, lambda share: told.append(share) or True)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 10
    with pytest.raises(Cancelled):
        read(data, lambda share: share < 0.3)
    shares = []
    write_recording(snapshot_of(document), io.BytesIO(), lambda share: shares.append(share) or True)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    with pytest.raises(Cancelled):
        write_recording(snapshot_of(document), io.BytesIO(), lambda share: False)


# --- anybody can read it ---


def test_arrow_alone_reads_the_spans(document, data):
    """As docs/recording-format.md says it: a header of sixteen bytes, then an Arrow stream."""
    place, spans = 8, 0
    while place < len(data):
        _, length, crc = struct.unpack_from("<4sQI", data, place)
        payload = data[place + 16 : place + 16 + length]
        assert zlib.crc32(data[place : place + 12] + payload) == crc
        table = pa.ipc.open_stream(payload).read_all()
        if table.schema.metadata[b"section"] == b"lanes":
            spans += table.num_rows
        if table.schema.metadata[b"section"] == b"values":
            assert all(json.loads(text) is not NotImplemented for text in table["json"].to_pylist())
        place += 16 + length
    assert spans == document.run.spans
