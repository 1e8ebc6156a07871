"""The catalogue: which scenarios there are, in the article's order, and how any other script becomes one.

A scenario is a plain Python script. Comment lines ``# @title …`` and ``# @section 4.1 …`` and the first line of its
docstring say how it is listed; a script without them is a scenario all the same.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from visualiser import paths
from visualiser.trace.lesson import lesson_trouble, looks_like_lesson

LARGEST_SCRIPT_BYTES = 4_000_000
OWN_SECTION = "Your scripts"
_LAST = 1_000_000

_TITLE = re.compile(r"^#[ \t]*@title[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_SECTION = re.compile(r"^#[ \t]*@section[ \t]+(\d+(?:\.\d+)*)\.?[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_SUMMARY = re.compile(r'^[ \t]*(?:"""|\'\'\')[ \t]*\n?[ \t]*(\S[^\n]*?)[ \t]*(?:"""|\'\'\'|$)', re.MULTILINE)


class ScenarioError(ValueError):
    """A scenario that cannot be had; its text is one sentence for the user."""


@dataclass(frozen=True)
class Scenario:
    """A script as it is listed.

    Attributes:
        id: what the command line calls it: the file's name without its ending.
        title: what people call it.
        section: heading it is listed under, with the article's number (``4 Memory and threads``).
        order: numbers it is sorted by; the first is the section's.
        subtitle: one line that says what is to be seen; may be empty.
        path: the file.
        builtin: whether it came with the app, so that it is never written to.
    """

    id: str
    title: str
    section: str
    order: tuple[int, ...]
    subtitle: str
    path: Path
    builtin: bool

    @property
    def text(self) -> str:
        """The script as its file has it now; raises ScenarioError with one sentence if it cannot be read."""
        return read_source(self.path)

    @property
    def lesson_path(self) -> Path:
        """Where its lesson would be: with the app's, or beside a user's own script."""
        return lessons_directory() / f"{self.id}.md" if self.builtin else self.path.with_suffix(".md")

    @property
    def lesson(self) -> str:
        """The text of its lesson, Markdown; empty if it has none, or one of the user's own that cannot be read."""
        text = _read_lesson(self.lesson_path)
        return text if self.builtin or lesson_trouble(text) is None else ""

    @property
    def lesson_sentence(self) -> str | None:
        """One sentence on what keeps its lesson from being read, None where there is no such trouble."""
        text = _read_lesson(self.lesson_path)
        trouble = lesson_trouble(text) if looks_like_lesson(text) else None
        return f"The lesson {self.lesson_path.name} cannot be read. {trouble}" if trouble else None


def scenarios_directory() -> Path:
    """Where the scenarios lie that came with the app."""
    return paths.scenarios()


def lessons_directory() -> Path:
    """Where the lessons lie that came with the app."""
    return paths.resources() / "lessons"


def builtin_scenarios() -> list[Scenario]:
    """The scenarios that came with the app, in the article's order."""
    paths = [path for path in scenarios_directory().glob("*.py") if not path.name.startswith("_")]
    return sorted((describe(path, read_source(path), builtin=True) for path in paths), key=_sorting)


def scenario_from_file(path: Path | str) -> Scenario:
    """A user's own script as a scenario; raises ScenarioError with one sentence if it is missing or no text."""
    resolved = Path(path).expanduser().absolute()
    text = read_source(resolved)
    builtin = resolved.parent == scenarios_directory() and not resolved.name.startswith("_")
    return describe(resolved, text, builtin=builtin)


def find_scenario(id_or_path: str) -> Scenario:
    """The scenario of that id, or of that file; raises ScenarioError with one sentence if there is neither."""
    known = {scenario.id: scenario for scenario in builtin_scenarios()}
    wanted = id_or_path.strip().replace("-", "_").lower()
    if wanted in known:
        return known[wanted]
    path = Path(id_or_path).expanduser()
    if id_or_path.endswith(".py") or len(path.parts) > 1 or path.is_file():
        return scenario_from_file(path)
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
    raise ScenarioError(f"There is no scenario {id_or_path!r}: {hint}")


def describe(path: Path, text: str, builtin: bool) -> Scenario:
    """How a script of that text is listed."""
    title = _TITLE.search(text)
    section, order = _section(text) if builtin else (OWN_SECTION, (_LAST,))
    return Scenario(
        id=path.stem,
        title=title[1] if title else path.stem.replace("_", " ").strip().capitalize() or path.name,
        section=section,
        order=order,
        subtitle=_subtitle(text),
        path=path,
        builtin=builtin,
    )


def read_source(path: Path) -> str:
    """The text of a Python file in the encoding it declares; raises ScenarioError with one sentence."""
    try:
        if path.is_dir():
            raise ScenarioError(f"{path} is a folder: name a Python file in it.")
        if path.stat().st_size > LARGEST_SCRIPT_BYTES:
            raise ScenarioError(f"{path} is larger than {LARGEST_SCRIPT_BYTES // 1_000_000} MB: that is no script.")
        data = path.read_bytes()
    except ScenarioError:
        raise
    except FileNotFoundError:
        raise ScenarioError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    return _decoded(path, data)


def write_source(path: Path, text: str) -> None:
    """Write a script in the encoding it declares; raises ScenarioError with one sentence."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        path.write_bytes(text.encode(encoding))
    except (OSError, SyntaxError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ScenarioError(f"{path} cannot be written: {reason}.") from None


def syntax_sentence(text: str) -> str | None:
    """One sentence that names the line Python cannot read, or None if it reads them all."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return f"Line {error.lineno or 1}: Python cannot read this ({error.msg})."
    except (ValueError, MemoryError, RecursionError) as error:
        return f"Python cannot read this script ({error})."
    return None


def _read_lesson(path: Path) -> str:
    """Its text, empty where there is no such file or no text in it."""
    try:
        large = path.stat().st_size > LARGEST_SCRIPT_BYTES
        return "" if large else path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _decoded(path: Path, data: bytes) -> str:
    if b"\0" in data:
        raise ScenarioError(f"{path} is no text file: open a Python script (.py).")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        raise ScenarioError(f"{path} is no text in the encoding it declares: save it as UTF-8.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _section(text: str) -> tuple[str, tuple[int, ...]]:
    found = _SECTION.search(text)
    if not found:
        return "More", (_LAST - 1,)
    numbers = tuple(int(part) for part in found[1].split("."))
    return f"{numbers[0]} {found[2]}", numbers


def _subtitle(text: str) -> str:
    """First line of the docstring; read by pattern where the script has a syntax error."""
    try:
        docstring = ast.get_docstring(ast.parse(text)) or ""
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        match = _SUMMARY.search(text)
        docstring = match[1] if match else ""
    return docstring.strip().split("\n", 1)[0].strip()


def _sorting(scenario: Scenario) -> tuple[tuple[int, ...], str]:
    return scenario.order, scenario.id
