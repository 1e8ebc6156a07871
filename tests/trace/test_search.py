"""What is searched must be what a look at every single span finds, however short, wherever it lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualiser.trace import search as engine
from visualiser.trace.names import Name, Names
from visualiser.trace.search import Wanted, in_pieces, neighbour, search
from visualiser.trace.states import State
from visualiser.trace.track import Track

LABELS = ["", "square", "Fetch page", "import json"]
WORDS = ["", "SQUARE", "fetch", "thread", "no such thing", "e"]
SPANS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=30)
LANES = st.lists(SPANS, min_size=1, max_size=4)


def names():
    made = Names()
    for number, label in enumerate(LABELS[1:], 1):
        made.tell(1, number, Name(label, "x.py", number))
        made.translate(1, np.array([number], np.uint32))
    return made


def tracks_of(lanes):
    tracks = []
    for number, spans in enumerate(lanes):
        track = Track(number, "thread", f"Thread-{number}" if number else "main", 1, number)
        lengths = np.array([span[0] for span in spans], np.int64)
        t = 1000 + np.concatenate(([0], np.cumsum(lengths)))
        states, refs = (np.array([span[i] for span in spans]) for i in (1, 2))
        track.lane.append(t[:-1], states.astype(np.uint8), refs.astype(np.uint32), int(t[-1]))
        tracks.append(track)
    return tracks


def every(tracks):
    return [(track, track.lane.span(number)) for track in tracks for number in range(len(track.lane))]


@settings(max_examples=60, deadline=None)
@given(LANES, st.sampled_from([State.RUN, State.LOCK, State.JOIN, State.SLEEP]), st.integers(950, 1300), st.booleans())
def test_the_next_and_the_previous_span_of_a_state_are_the_nearest_ones(lanes, state, when, forward):
    tracks = tracks_of(lanes)
    spans = [(track.id, span) for track, span in every(tracks) if span.state is state]
    if forward:
        after = [one for one in spans if one[1].start > when]
        expected = min(after, key=lambda one: one[1].start, default=None)
    else:
        before = [one for one in spans if one[1].start < when]
        expected = max(reversed(before), key=lambda one: one[1].start, default=None)
    hit = neighbour(tracks, state, when, forward)
    assert (hit and (hit.track.id, hit.span)) == expected


@settings(max_examples=60, deadline=None)
@given(LANES, st.sampled_from(WORDS), st.sampled_from([None, State.RUN, State.LOCK]), st.integers(1, 6))
def test_the_longest_of_each_state_by_name_are_those_a_look_at_all_finds(lanes, text, state, most):
    tracks, known = tracks_of(lanes), names()
    found = [
        (track, span)
        for track, span in every(tracks)
        if span.state is not State.NONE and (state is None or span.state is state)
        if text.lower() in track.name.lower() or text.lower() in known[span.ref].label.lower()
    ]
    found.sort(key=lambda one: (one[1].start - one[1].end, one[0].id, one[1].start))
    kept = [one for one in found if [other[1].state for other in found[: found.index(one)]].count(one[1].state) < most]
    assert [(hit.track, hit.span) for hit in search(tracks, known, Wanted(text, state, most))] == kept


def long_lane(spans):
    """Runs of 1 ms, one of which is cut in two by a wait of 2 µs."""
    track = Track(0, "thread", "main", 1, 1)
    t = np.arange(spans, dtype=np.int64) * 1_000_000
    states = np.where(np.arange(spans) % 2, State.GIL, State.RUN).astype(np.uint8)
    place = spans // 2
    t[place], states[place] = t[place + 1] - 2000, State.LOCK
    track.lane.append(t, states, np.zeros(spans, np.uint32), int(t[-1]) + 1_000_000)
    return track, int(t[place])


def test_two_microseconds_among_many_seconds_are_found_from_either_side():
    track, when = long_lane(100_000)
    begin = neighbour([track], State.LOCK, -1, True)
    assert (begin.span.start, begin.duration) == (when, 2000)
    assert neighbour([track], State.LOCK, track.lane.now, False) == begin
    assert neighbour([track], State.LOCK, when, True) is None
    assert neighbour([track], State.LOCK, when, False) is None
    assert [hit.duration for hit in search([track], Names(), Wanted(state=State.LOCK))] == [2000]


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_pieces_change_nothing(monkeypatch, piece):
    tracks = [long_lane(1000)[0]]
    whole = search(tracks, Names(), Wanted(most=20))
    monkeypatch.setattr(engine, "PIECE", piece)
    pieces = list(in_pieces(tracks, Names(), Wanted(most=20)))
    assert pieces[-1].hits == whole
    assert len(pieces) == -(-1000 // piece) + 1


def test_a_run_that_grows_between_two_pieces_is_searched_on(monkeypatch):
    track, known = long_lane(1000)[0], names()
    monkeypatch.setattr(engine, "PIECE", 400)
    pieces = in_pieces([track], known, Wanted("late"))
    assert next(pieces).hits == []
    number = int(known.translate(1, np.array([9], np.uint32))[0])
    known.tell(1, 9, Name("too late", "x.py", 9))
    end = track.lane.now
    track.lane.append(np.array([end + 5]), np.array([State.IO], np.uint8), np.array([number], np.uint32), end + 9)
    assert [hit.span.state for hit in list(pieces)[-1].hits] == [State.IO]
