"""The register keeps versions in the order of writes, with what each was computed from."""

import pickle

from visualiser.lab.layout import VERSION, WRITER_AT
from visualiser.lab.register import Register, Version

VALUE, ID, PARENT, READ, WRITE = range(5)


def versions(register):
    return [VERSION.unpack(one) for one in register.log]


def test_a_write_knows_the_version_its_value_was_read_from():
    register = Register("counter")
    register.store(0)
    old = register.load()
    assert register.store(register.load() + 1) == 1
    assert register.add(register.see(), 1) == 2
    assert register.store(1 + old) == 1
    first, second, third, stale = versions(register)
    assert [one[VALUE] for one in (first, second, third, stale)] == [0, 1, 2, 1]
    assert first[PARENT] == first[ID]
    assert second[PARENT] == stale[PARENT] == first[ID]
    assert third[PARENT] == second[ID]
    assert stale[READ] <= second[READ] <= second[WRITE] <= third[READ] <= stale[WRITE]


def test_ids_tell_the_writer():
    register = Register("counter", lambda: "me")
    register.store(0)
    register.add(register.see(), 1)
    assert [one[ID] for one in versions(register)] == [(1 << WRITER_AT) + 1, (1 << WRITER_AT) + 2]
    assert [writer.name for writer in register.writers] == ["me"]


def test_what_is_no_number_of_64_bits_is_still_what_is_read():
    register = Register("counter")
    for value in (1.5, "text", 1 << 63, -(1 << 63) - 1, None, True):
        assert register.store(value) is value
        assert register.value() is value
        assert register.load() == value
    assert len(register.odd) == 6


def test_beyond_the_bound_only_the_newest_is_kept_and_the_count_goes_on():
    register = Register("counter", most=5)
    register.store(0)
    for _ in range(20):
        register.add(register.see(), 1)
    assert register.value() == 20
    assert len(register.log) == 6
    assert register.written == 21
    assert [one[VALUE] for one in versions(register)] == [0, 1, 2, 3, 4, 20]


def test_a_version_is_an_int_that_forgets_itself_elsewhere():
    register = Register("counter")
    register.store(6)
    version = register.load()
    assert isinstance(version, int)
    assert (version, hash(version), f"{version:03}", [*range(7)][version]) == (6, 6, "006", 6)
    assert type(pickle.loads(pickle.dumps(version))) is int
    assert type(version * 2) is int
    assert type(version - 1) is Version
    assert version.__add__("x") is NotImplemented
