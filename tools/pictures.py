"""Makes the pictures in docs/: every scenario run for real in the window; needs a screen (a virtual one will do)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
FOLDER = HERE / "docs" / "pictures" / "scenarios"
_ONE = """
import sys
from pathlib import Path
from PySide6.QtCore import QSize
from visualiser.gui import window
from visualiser.gui.app import run_app
from visualiser.gui.settings import Settings
scenario, picture, settings, appearance, tabs, width, height = sys.argv[1:8]
window._FIRST_SIZE = window._LEAST_SIZE = QSize(int(width), int(height))
chosen = Settings(Path(settings))
chosen.set_text("appearance", appearance)
for tab in filter(None, tabs.split(",")):
    chosen.set_text(*tab.split("="))
sys.exit(run_app(scenario, sys.argv[8:], True, Path(picture), 40, settings=chosen))
"""


def take(scenario: str, picture: Path, appearance: str, tabs: str = "", size: tuple[int, int] = (1280, 800)) -> None:
    """Run a scenario in a window of that size, with these tabs in front, and keep its picture when the run is over."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.ini"
        words = [scenario, str(picture), str(settings), appearance, tabs, *map(str, size)]
        subprocess.run([sys.executable, "-c", _ONE, *words], cwd=HERE, check=True, timeout=90)


def main() -> None:
    """``python -m tools.pictures [ID ...]``: one of each scenario, dark and light in turns; without IDs all of them."""
    from visualiser.host.catalogue import builtin_scenarios

    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    for number, scenario in enumerate(builtin_scenarios()):
        if not wanted or scenario.id in wanted:
            appearance = "light" if number % 2 else "dark"
            take(scenario.id, FOLDER / f"{scenario.id}.png", appearance, "bottom_tab=facts")
    if not wanted:
        take("race", FOLDER.parent / "race-dark.png", "dark", "", (1440, 900))
        take(
            "io_cpu_bound", FOLDER.parent / "lesson-light.png", "light", "top_tab=lesson,bottom_tab=facts", (1440, 900)
        )


if __name__ == "__main__":
    main()
