"""Breaks a recording in every way one can think of and opens the result; run as a program it tells what came of it."""

from __future__ import annotations

import faulthandler
import json
import random
import struct
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.trace.made import made_document
from tests.trace.recorded_bytes import MAGIC, borders, frames, joined, read, written
from visualiser.trace.facts import facts_of
from visualiser.trace.recording import RecordingError, arrow
from visualiser.trace.recording.frames import HEADER_SIZE
from visualiser.trace.recording.sections import SCHEMAS, SECTION_OF

SOME = (0, 1, 2, 7, 63, 127, 128, 255, 1 << 15, 1 << 16, (1 << 31) - 1, 1 << 31, 1 << 40, (1 << 63) - 1, -1, -2)
HANG_S, WATCHED = 120, 50  # so many files take a second on a machine at rest

Change = Callable[[bytes, random.Random], bytes]


def truncated(data: bytes, dice: random.Random) -> bytes:
    """Cut off at any byte."""
    return data[: dice.randrange(len(data))]


def flipped(data: bytes, dice: random.Random) -> bytes:
    """Some bits are others, the checksums as they were."""
    return _flip(data, dice, 0)


def flipped_within(data: bytes, dice: random.Random) -> bytes:
    """Some bits of one payload are others, its checksum right."""
    return _with_payload(data, dice, lambda payload: _flip(payload, dice, 0))


def numbers_within(data: bytes, dice: random.Random) -> bytes:
    """A number somewhere in a payload is another, as lengths and places are; the checksum right."""

    def change(payload: bytes) -> bytes:
        size = dice.choice((1, 2, 4, 8))
        place = dice.randrange(max(len(payload) - size, 1)) // size * size
        number = dice.choice(SOME) & ((1 << 8 * size) - 1)
        return payload[:place] + number.to_bytes(size, "little") + payload[place + size :]

    return _with_payload(data, dice, change)


def cut_within(data: bytes, dice: random.Random) -> bytes:
    """A payload ends early, its length and checksum right."""
    return _with_payload(data, dice, lambda payload: payload[: dice.randrange(len(payload) + 1)])


def noise_within(data: bytes, dice: random.Random) -> bytes:
    """Random bytes in place of a payload, or of a piece of one."""

    def change(payload: bytes) -> bytes:
        first, stop = sorted((dice.randrange(len(payload) + 1), dice.randrange(len(payload) + 1)))
        return payload[:first] + dice.randbytes(min(stop - first, 400)) + payload[stop:]

    return _with_payload(data, dice, change)


def shuffled(data: bytes, dice: random.Random) -> bytes:
    """Frames are swapped, left out or come twice."""
    some = frames(data)
    for _ in range(dice.randint(1, 3)):
        one, other = dice.randrange(len(some)), dice.randrange(len(some))
        dice.choice(
            (
                lambda: some.__setitem__(slice(None), _swapped(some, one, other)),  # noqa: B023
                lambda: some.pop(one),  # noqa: B023
                lambda: some.insert(other, some[one]),  # noqa: B023
            )
        )()
        if not some:
            break
    return joined(some, data[:MAGIC])


def long_frame(data: bytes, dice: random.Random) -> bytes:
    """A frame claims another length."""
    begin = dice.choice(borders(data))[0]
    length = struct.pack("<Q", dice.choice(SOME) & ((1 << 64) - 1))
    return data[: begin + 4] + length + data[begin + 12 :]


def other_tag(data: bytes, dice: random.Random) -> bytes:
    """A frame is of another kind, the checksum right."""
    some = frames(data)
    place = dice.randrange(len(some))
    some[place] = (dice.choice((*SECTION_OF, b"what")), some[place][1])
    return joined(some, data[:MAGIC])


def other_values(data: bytes, dice: random.Random) -> bytes:
    """A good table with values that may fit nothing."""
    some = frames(data)
    place = dice.randrange(len(some))
    tag, payload = some[place]
    section = SECTION_OF[tag]
    table, _ = arrow.unpack(section, payload, 1 << 30)
    name = dice.choice([*table])
    values = list(table[name])
    if values:
        values[dice.randrange(len(values))] = _other(SCHEMAS[section][name], dice)
    try:
        some[place] = (tag, bytes(arrow.pack(section, {**table, name: values})))
    except RecordingError:  # the number does not fit its column
        return data
    return joined(some, data[:MAGIC])


def noise(data: bytes, dice: random.Random) -> bytes:
    """Random bytes behind a right beginning, or none."""
    return data[: dice.choice((0, MAGIC, MAGIC + HEADER_SIZE))] + dice.randbytes(dice.randrange(2000))


MUTATIONS: dict[str, Change] = {
    change.__name__: change
    for change in (
        truncated,
        flipped,
        flipped_within,
        numbers_within,
        cut_within,
        noise_within,
        shuffled,
        long_frame,
        other_tag,
        other_values,
        noise,
    )
}


def _other(kind: str, dice: random.Random) -> object:
    if kind.endswith("?") and dice.random() < 0.3:
        return None
    if "string" in kind:
        return dice.choice(("", "thread", "[" * 3000, "{}", "-1", '{"a":1e999}', "9" * 5000, "null", "ü" * 300, "[[]]"))
    if "bool" in kind:
        return dice.random() < 0.5
    if "float" in kind:
        return dice.choice((0.0, -1.0, float("nan"), float("inf"), 1e300))
    return dice.choice(SOME)


def _flip(data: bytes, dice: random.Random, first: int) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 30))):
        if len(changed) > first:
            changed[dice.randrange(first, len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _with_payload(data: bytes, dice: random.Random, change: Callable[[bytes], bytes]) -> bytes:
    some = frames(data)
    place = dice.randrange(len(some))
    some[place] = (some[place][0], change(some[place][1]))
    return joined(some, data[:MAGIC])


def _swapped(some: list[tuple[bytes, bytes]], one: int, other: int) -> list[tuple[bytes, bytes]]:
    result = list(some)
    result[one], result[other] = result[other], result[one]
    return result


def try_many(files: int, seed: int) -> dict[str, object]:
    """Open so many broken files; raises what is not a RecordingError, with the number of the file."""
    sources = [written(made_document(spans)) for spans in (1, 40, 800)]
    names = [*MUTATIONS]
    tried: Counter[str] = Counter()
    results: Counter[str] = Counter()
    before = peak = 0
    for number in range(files):
        dice = random.Random(f"{seed} {number}")
        name = names[number % len(names)]
        data = MUTATIONS[name](dice.choice(sources), dice)
        tried[name] += 1
        if number % WATCHED == 0:  # each time it begins a thread
            faulthandler.dump_traceback_later(HANG_S, exit=True)
        results[_open(data, f"{seed} {number} {name}")] += 1
        if number == files // 4:
            before = resident()
        peak = max(peak, resident()) if number > files // 4 and number % 50 == 0 else peak
    faulthandler.cancel_dump_traceback_later()
    return {"files": files, **results, "tried": tried, "growth": max(peak - before, 0), "highest": highest()}


def _open(data: bytes, which: str) -> str:
    try:
        facts_of(read(data).run)
    except RecordingError as error:
        if str(error).endswith(".") and "\n" not in str(error):
            return "refused"
        raise
    except BaseException as error:
        error.add_note(f"file {which}")
        raise
    return "opened"


def resident() -> int:
    """Bytes of memory in use by this process, 0 where the system does not tell so simply."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
    except OSError:
        return 0


def highest() -> int:
    """The most there ever were, kilobytes on Linux."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    warnings.simplefilter("error")
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    sys.stdout.write(json.dumps(try_many(int(sys.argv[1]), seeds)) + "\n")
