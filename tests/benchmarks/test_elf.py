"""Functions are found in ELF files by their names, local ones too."""

import struct

import pytest

from benchmarks.elf import NoSymbols, function_offsets

CODE_AT, CODE_ADDRESS = 0x400, 0x1400
FUNCTION, OBJECT = 2, 1
SYMTAB, STRTAB, DYNSYM = 2, 3, 11


def elf(tmp_path, symbols, kind=SYMTAB, magic=b"\x7fELF\x02\x01"):
    """A file with one loaded segment and one symbol table: (name, type, section, address)."""
    names, entries = b"\0", bytes(24)
    for name, of, section, address in symbols:
        entries += struct.pack("<IBBHQQ", len(names), of, 0, section, address, 16)
        names += name.encode() + b"\0"
    symbols_at, names_at, sections_at = 0x100, 0x100 + len(entries), 0x300
    header = struct.pack("<6s10xHHIQQQIHHHHHH", magic, 3, 62, 1, 0, 64, sections_at, 0, 64, 56, 1, 64, 3, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, CODE_AT, CODE_ADDRESS, CODE_ADDRESS, 0x100, 0x100, 0x1000)
    table = struct.pack("<IIQQQQIIQQ", 0, kind, 0, 0, symbols_at, len(entries), 2, 0, 8, 24)
    strings = struct.pack("<IIQQQQIIQQ", 0, STRTAB, 0, 0, names_at, len(names), 0, 0, 1, 0)
    data = bytearray(0x500)
    for at, part in (
        (0, header),
        (64, segment),
        (symbols_at, entries),
        (names_at, names),
        (sections_at + 64, table + strings),
    ):
        data[at : at + len(part)] = part
    path = tmp_path / "lib.so"
    path.write_bytes(data)
    return path


def test_a_local_function_is_found_where_it_lies_in_the_file(tmp_path):
    path = elf(tmp_path, [("other", FUNCTION, 1, CODE_ADDRESS), ("take_gil", FUNCTION, 1, CODE_ADDRESS + 0x20)])
    assert function_offsets(path, {"take_gil", "drop_gil"}) == {"take_gil": CODE_AT + 0x20}


def test_neither_data_nor_what_lies_elsewhere_is_a_function(tmp_path):
    path = elf(tmp_path, [("take_gil", OBJECT, 1, CODE_ADDRESS), ("take_gil", FUNCTION, 0, CODE_ADDRESS)])
    assert function_offsets(path, {"take_gil"}) == {}


def test_a_stripped_file_has_no_local_functions(tmp_path):
    path = elf(tmp_path, [("take_gil", FUNCTION, 1, CODE_ADDRESS)], kind=DYNSYM)
    with pytest.raises(NoSymbols, match="stripped"):
        function_offsets(path, {"take_gil"})


@pytest.mark.parametrize("magic", [b"\x7fELF\x01\x01", b"\x7fELF\x02\x02", b"MZ\x90\x00\x02\x01"])
def test_other_files_are_refused_in_words(tmp_path, magic):
    with pytest.raises(NoSymbols, match="no little-endian ELF"):
        function_offsets(elf(tmp_path, [], magic=magic), {"take_gil"})
