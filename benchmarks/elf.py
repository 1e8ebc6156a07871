"""Finds where in an ELF file a function begins, local ones included, by reading its symbol table."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

# magic | 64 bits | little-endian … | header fields from the type of the file on
_HEADER = struct.Struct("<4sBB10xHHIQQQIHHHHHH")
# name | type | flags | address | offset | size | link | info | alignment | entry size
_SECTION = struct.Struct("<IIQQQQIIQQ")
# name | info | other | section | value | size
_SYMBOL = struct.Struct("<IBBHQQ")
# type | flags | offset | address | physical address | size in file | size in memory | alignment
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SYMTAB, _DYNSYM = 2, 11
_LOAD = 1
_FUNCTION = 2


class NoSymbols(Exception):
    """The file has no such symbol table; the text is one sentence."""


@dataclass(frozen=True)
class _Section:
    kind: int
    offset: int
    size: int
    link: int


def function_offsets(path: Path, names: set[str]) -> dict[str, int]:
    """Where in the file each of the functions ``names`` begins, in bytes; those that it does not have are left out.

    Raises:
        NoSymbols: it is no little-endian ELF file of 64 bits, or is stripped of its symbols.
    """
    data = path.read_bytes()
    if len(data) < _HEADER.size or data[:6] != b"\x7fELF\x02\x01":
        raise NoSymbols(f"{path} is no little-endian ELF file of 64 bits.")
    sections, segments = _tables(data)
    if not any(section.kind == _SYMTAB for section in sections):
        raise NoSymbols(f"{path} is stripped of the symbols of its local functions.")
    found: dict[str, int] = {}
    for section in sections:
        if section.kind in (_SYMTAB, _DYNSYM):
            found |= _functions(data, section, sections[section.link], names)
    return {name: _in_file(address, segments) for name, address in found.items()}


def _tables(data: bytes) -> tuple[list[_Section], list[tuple[int, int, int]]]:
    """The sections, and of every loaded segment its address, its size and its place in the file."""
    header = _HEADER.unpack_from(data)
    segments_at, sections_at = header[7], header[8]
    segment_size, segment_count, section_size, section_count = header[11:15]
    sections = []
    for number in range(section_count):
        _, kind, _, _, offset, size, link, *_ = _SECTION.unpack_from(data, sections_at + number * section_size)
        sections.append(_Section(kind, offset, size, link))
    segments = []
    for number in range(segment_count):
        kind, _, offset, address, _, size, *_ = _SEGMENT.unpack_from(data, segments_at + number * segment_size)
        if kind == _LOAD:
            segments.append((address, size, offset))
    return sections, segments


def _functions(data: bytes, symbols: _Section, strings: _Section, names: set[str]) -> dict[str, int]:
    """Addresses of the functions in one symbol table."""
    wanted = {name.encode(): name for name in names}
    found = {}
    for entry in _SYMBOL.iter_unpack(data[symbols.offset : symbols.offset + symbols.size]):
        at, info, _, section, address, _ = entry
        if info & 15 != _FUNCTION or not section:
            continue
        begin = strings.offset + at
        name = wanted.get(data[begin : data.index(b"\0", begin)])
        if name is not None:
            found[name] = address
    return found


def _in_file(address: int, segments: list[tuple[int, int, int]]) -> int:
    """The place in the file of what is loaded at ``address``."""
    for begin, size, offset in segments:
        if begin <= address < begin + size:
            return address - begin + offset
    raise NoSymbols(f"Nothing of the file is loaded at {address:#x}.")
