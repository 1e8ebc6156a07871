"""The script of a run that was kept: the scenario it is of, or a file made of the recorded text."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from visualiser.host.catalogue import Scenario, ScenarioError, builtin_scenarios, scenario_from_file, write_source
from visualiser.trace.document import About

_NOTHING = "# {title}: the script of this run is not known.\n"


def script_of(about: About, folder: Path) -> tuple[Scenario, str]:
    """The scenario to show with a kept run, and its text as it ran.

    Args:
        about: what was kept of the run.
        folder: where the recorded text of a user's own script is written, so that it can be run again.

    Raises:
        ScenarioError: with one sentence if it cannot be written.
    """
    title = " ".join(about.title.split()) or "Imported"  # one line, so that it stays a comment
    text = about.text or _NOTHING.format(title=title)
    known = next((one for one in builtin_scenarios() if about.scenario and one.id == about.scenario), None)
    return (known or _from_text(about, text, folder)), text


def _from_text(about: About, text: str, folder: Path) -> Scenario:
    """A file of its own for each text, under the name that it had."""
    place = folder / sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    path = place / _plain_name(about.file)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f"The script of this run cannot be written to {place}: {error.strerror}.") from error
    if not path.is_file():
        write_source(path, text)
    return scenario_from_file(path)


def _plain_name(name: str) -> str:
    """A file's name without anything that could lead elsewhere: a recording may come from anybody."""
    stem = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in Path(name).stem)[:60].strip()
    return f"{stem or 'script'}.py"
