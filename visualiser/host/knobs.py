"""Knobs: module-level lines of a script with a form comment, read from and written to the script's own text.

A knob is one line such as ``THREADS = 10  # @param {type:"slider", min:1, max:64}``. The text is the only truth: a
knob has no value of its own, it is found in the text and set by editing that line.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Value = int | float | bool | str

_LINE = re.compile(
    r"""(?P<name>[A-Za-z_]\w*)(?P<equals>[ \t]*(?::[^=#]*)?=[ \t]*)
        (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^#]*?)
        (?P<gap>[ \t]*)(?P<comment>\#[ \t]*@param\b(?P<spec>.*))""",
    re.VERBOSE,
)
_OPTION = re.compile(r"""([A-Za-z][\w-]*)\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[-+\w.]+)""")
_KIND_OF_TYPE = {
    "slider": "number",
    "number": "number",
    "integer": "int",
    "boolean": "bool",
    "string": "str",
    "raw": "",
}
_TRUE = {"true", "1", "yes", "on"}
_FALSE = {"false", "0", "no", "off"}


class KnobError(ValueError):
    """A value or name that does not fit; its text is one sentence for the user."""


@dataclass(frozen=True)
class Knob:
    """One parameter of a scenario, as its line says it.

    Attributes:
        name: the variable.
        value: what the line says; the bare text of the line's value where ``problem`` is set and it is no literal.
        kind: ``int``, ``float``, ``bool``, ``str`` or ``choice``.
        choices: the values a choice allows, else empty.
        minimum: smallest value allowed, None if open.
        maximum: largest value allowed, None if open.
        step: distance of two neighbouring values of a number.
        line: 1-based line of the script.
        label: name for people.
        problem: one sentence if the line's value does not fit the form comment, else None.
    """

    name: str
    value: Value
    kind: str
    choices: tuple[Value, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    step: int | float = 1
    line: int = 1
    label: str = ""
    problem: str | None = None


def find_knobs(text: str) -> list[Knob]:
    """All knobs of a script, in the order of their lines; of a name set twice only the first."""
    lines = text.split("\n")
    matches = [(number, _LINE.match(line)) for number, line in enumerate(lines, start=1) if "@param" in line]
    seen = [(number, match) for number, match in matches if match]
    # whatever comes after the last of them cannot change what they are
    inside = _lines_inside_strings("\n".join(lines[: seen[-1][0]])) if seen else set()
    found: dict[str, Knob] = {}
    for number, match in seen:
        if number not in inside:
            found.setdefault(match["name"], _knob(match, number))
    return list(found.values())


def set_knob(text: str, name: str, value: Value) -> str:
    """The script with the knob's line changed and every other character kept.

    A string is read as the knob's kind where that is not text. Raises KnobError with one sentence if there is no such
    knob or the value does not fit.
    """
    knob = _named(find_knobs(text), name)
    fitted = _fit(knob, value)
    lines = text.split("\n")
    lines[knob.line - 1] = _rewritten(lines[knob.line - 1], fitted)
    return "\n".join(lines)


def parse_assignment(assignment: str) -> tuple[str, str]:
    """Name and value of ``NAME=VALUE``; raises KnobError if it is not of that form."""
    name, equals, value = assignment.partition("=")
    if not equals or not name.strip().isidentifier():
        raise KnobError(f"{assignment!r} is not of the form NAME=VALUE.")
    return name.strip(), value.strip()


def apply_assignments(text: str, assignments: Iterable[str]) -> str:
    """The script with every ``NAME=VALUE`` applied; raises KnobError at the first that does not fit."""
    for assignment in assignments:
        text = set_knob(text, *parse_assignment(assignment))
    return text


def _lines_inside_strings(text: str) -> set[int]:
    """Lines that belong to a string of several lines: what looks like a knob there is prose."""
    inside: set[int] = set()
    if '"""' not in text and "'''" not in text:
        return inside
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING and token.end[0] > token.start[0]:
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # a half-typed script: what was read so far is the best there is
    return inside


def _knob(match: re.Match[str], line: int) -> Knob:
    options = _options(match["spec"])
    choices = _choices(match["spec"])
    value = _literal(match["value"])
    kind = "choice" if choices else _kind(str(options.get("type", "")), value, options)
    low, high = _bound(options, "min"), _bound(options, "max")
    knob = Knob(
        name=match["name"],
        value=match["value"] if value is None else value,
        kind=kind,
        choices=choices,
        minimum=low,
        maximum=high,
        step=_step(options, kind, low, high),
        line=line,
        label=str(options.get("label", match["name"].replace("_", " ").strip().capitalize())),
    )
    return _checked(knob, value)


def _checked(knob: Knob, value: Value | None) -> Knob:
    """The knob with its typed value, or with the sentence that says why the line does not fit."""
    fields = {key: getattr(knob, key) for key in knob.__dataclass_fields__}
    try:
        if value is None:
            raise KnobError(f"{knob.name} needs {_wanted(knob)}.")
        return Knob(**{**fields, "value": _fit(knob, value, from_text=False)})
    except KnobError as error:
        return Knob(**{**fields, "problem": f"Line {knob.line}: {error}"})


def _options(spec: str) -> dict[str, Value]:
    """The ``{key: value}`` part of a form comment; values are literals or bare words."""
    opening, closing = spec.rfind("{"), spec.rfind("}")
    if opening < 0 or closing < opening:
        return {}
    pairs = _OPTION.findall(spec[opening : closing + 1])
    return {key: value if (read := _literal(value)) is None else read for key, value in pairs}


def _choices(spec: str) -> tuple[Value, ...]:
    opening, closing = spec.find("["), spec.rfind("]")
    if opening < 0 or closing < opening or spec[:opening].strip():
        return ()
    try:
        values = ast.literal_eval(spec[opening : closing + 1])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    return tuple(value for value in values if isinstance(value, int | float | str))


def _literal(source: str) -> Value | None:
    try:
        value: Any = ast.literal_eval(source.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, int | float | bool | str) else None


def _kind(declared: str, value: Value | None, options: dict[str, Value]) -> str:
    """Kind from the form comment; where it leaves it open, from the value in the line."""
    kind = _KIND_OF_TYPE.get(declared, "")
    if kind == "number":
        numbers = (value, options.get("min"), options.get("max"), options.get("step"))
        return "float" if any(isinstance(number, float) for number in numbers) else "int"
    if kind:
        return kind
    return type(value).__name__ if value is not None else "str"


def _bound(options: dict[str, Value], key: str) -> int | float | None:
    value = options.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _step(options: dict[str, Value], kind: str, low: int | float | None, high: int | float | None) -> int | float:
    step = _bound(options, "step")
    if step is not None and step > 0:
        return step
    if kind != "float":
        return 1
    return (high - low) / 100 if low is not None and high is not None and high > low else 0.1


def _named(knobs: list[Knob], name: str) -> Knob:
    for knob in knobs:
        if knob.name == name:
            return knob
    if not knobs:
        raise KnobError(f"There is no knob {name}: this script has none.")
    raise KnobError(f"There is no knob {name}; this script has {', '.join(knob.name for knob in knobs)}.")


def _wanted(knob: Knob) -> str:
    if knob.kind == "choice":
        return "one of " + ", ".join(str(choice) for choice in knob.choices)
    if knob.kind in ("bool", "str"):
        return {"bool": "True or False", "str": "a text in quotes"}[knob.kind]
    noun = "a whole number" if knob.kind == "int" else "a number"
    low, high = knob.minimum, knob.maximum
    if low is not None and high is not None:
        return f"{noun} from {low} to {high}"
    if low is not None:
        return f"{noun} of at least {low}"
    return noun if high is None else f"{noun} of at most {high}"


def _fit(knob: Knob, value: Value, from_text: bool = True) -> Value:
    """The value in the knob's own type; raises KnobError with the sentence that says what is allowed."""
    fitted = _converted(knob, value, from_text)
    numeric = knob.kind in ("int", "float") and isinstance(fitted, int | float)
    too_small = numeric and knob.minimum is not None and fitted < knob.minimum  # type: ignore[operator]
    too_large = numeric and knob.maximum is not None and fitted > knob.maximum  # type: ignore[operator]
    if fitted is None or too_small or too_large:
        raise KnobError(f"{knob.name} needs {_wanted(knob)}, not {value!r}.")
    return fitted


def _converted(knob: Knob, value: Value, from_text: bool) -> Value | None:
    text = str(value).strip()
    if knob.kind == "choice":
        return next((choice for choice in knob.choices if choice == value or (from_text and str(choice) == text)), None)
    if knob.kind == "str":
        return value if isinstance(value, str) else (text if from_text else None)
    if isinstance(value, str) and not from_text:
        return None
    if knob.kind == "bool":
        return _to_bool(value, text) if from_text else (value if isinstance(value, bool) else None)
    return None if isinstance(value, bool) else _to_number(knob.kind, value)


def _to_bool(value: Value, text: str) -> bool | None:
    if isinstance(value, bool):
        return value
    return True if text.lower() in _TRUE else (False if text.lower() in _FALSE else None)


def _to_number(kind: str, value: Value) -> int | float | None:
    try:
        number = float(value)
        if kind == "float":
            return number if number == number and abs(number) != float("inf") else None
        return int(value) if isinstance(value, str) else (int(number) if number == int(number) else None)
    except (ValueError, OverflowError):
        return None


def _rewritten(line: str, value: Value) -> str:
    """The line with another value; the comment stays in its column as long as there is room."""
    match = _LINE.match(line)
    assert match is not None
    old, new = match["value"], _written(value, match["value"])
    gap = " " * max(2 if match["gap"] else 0, len(match["gap"]) + len(old) - len(new))
    return f"{match['name']}{match['equals']}{new}{gap or ' '}{match['comment']}"


def _written(value: Value, old: str) -> str:
    if isinstance(value, str):
        quote = "'" if old.startswith("'") else '"'
        escaped = repr(value)[1:-1].replace("\\'", "'").replace(quote, "\\" + quote)
        return f"{quote}{escaped}{quote}"
    if isinstance(value, int) and not isinstance(value, bool) and "_" in old:
        return f"{value:_}"
    return repr(value)
