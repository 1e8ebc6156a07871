"""What single instructions mean to a lecture: which of them read, add, write, and take or give back the lock."""

from __future__ import annotations

import dis
from collections.abc import Iterator, Sequence
from types import CodeType

READ, ADD, WRITE, ACQUIRE, RELEASE = "READ", "ADD", "WRITE", "ACQUIRE", "RELEASE"
# Bookkeeping of the interpreter that no source stands for.
_HIDDEN = {"RESUME", "CACHE", "NOP", "NOT_TAKEN"}
_ADDS = {"INPLACE_ADD", "BINARY_ADD"}  # 3.10; BINARY_OP with an argument from 3.11 on
_ENTERS = {"SETUP_WITH", "BEFORE_WITH"}  # 3.10; 3.11 to 3.13; a plain call after LOAD_SPECIAL from 3.14 on
_CALLS = {"CALL", "CALL_FUNCTION"}


def shown_instructions(code: CodeType) -> list[dis.Instruction]:
    """The instructions worth a step, as this very interpreter has them."""
    return [one for one in dis.get_instructions(code) if one.opname not in _HIDDEN]


def meanings(instructions: Sequence[dis.Instruction], shared: str) -> dict[int, str]:
    """Offset and meaning of every instruction that means something to a lecture about the global ``shared``."""
    return {
        one.offset: meaning
        for number, one in enumerate(instructions)
        if (meaning := _meaning(one, instructions[:number], shared)) is not None
    }


def _meaning(one: dis.Instruction, before: Sequence[dis.Instruction], shared: str) -> str | None:
    if one.argval == shared and one.opname in ("LOAD_GLOBAL", "STORE_GLOBAL"):
        return READ if one.opname == "LOAD_GLOBAL" else WRITE
    if one.opname in _ADDS or (one.opname == "BINARY_OP" and one.argrepr in ("+", "+=")):
        return ADD
    if one.opname in _ENTERS:
        return ACQUIRE
    if one.opname in _CALLS:
        return _call_meaning(list(_latest(before)))
    return None


def _call_meaning(before: Sequence[dis.Instruction]) -> str | None:
    """``with`` gives its lock back by a call with three Nones: no exception, no value, no traceback."""
    if before and before[0].opname == "LOAD_SPECIAL" and before[0].argrepr == "__enter__":
        return ACQUIRE
    nones = [one.opname == "DUP_TOP" or one.argrepr == "None" for one in before[:3]]
    return RELEASE if len(nones) == 3 and all(nones) else None


def _latest(before: Sequence[dis.Instruction]) -> Iterator[dis.Instruction]:
    """Backwards, without what 3.11 does in preparation of a call."""
    return (one for one in reversed(before) if one.opname != "PRECALL")
