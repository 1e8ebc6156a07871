"""What the window remembers between two starts: geometry, choices, and texts that were edited but not saved."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

RECENT_FILES = 8


class Settings:
    """Typed access to the stored choices.

    ``file`` is an ini file of their own; without one they go where the system keeps them.
    """

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            self._store = QSettings("concurrency-visualiser", "concurrency-visualiser")
        else:
            self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """A stored text, or the default where none is stored."""
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Store a text."""
        self._store.setValue(key, value)

    def choice(self, key: str, among: Iterable[str]) -> str:
        """A stored text that is one of several, else the first of them."""
        known = list(among)
        stored = self.text(key)
        return stored if stored in known else known[0]

    def state(self, key: str) -> QByteArray | None:
        """A stored geometry or state of a widget, or None."""
        value = self._store.value(f"layout/{key}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_state(self, key: str, value: QByteArray) -> None:
        """Store a geometry or state of a widget."""
        self._store.setValue(f"layout/{key}", value)

    def forget_layout(self) -> None:
        """Forget every stored geometry and state."""
        self._store.remove("layout")

    def recent_files(self) -> list[Path]:
        """Files opened lately that still exist, latest first."""
        stored = self._store.value("recent", [])
        names = [stored] if isinstance(stored, str) else (stored if isinstance(stored, list) else [])
        return [path for path in map(Path, names) if path.is_file()]

    def add_recent_file(self, path: Path) -> None:
        """Put a file first among those opened lately."""
        paths = [path, *(other for other in self.recent_files() if other != path)]
        self._store.setValue("recent", [str(kept) for kept in paths[:RECENT_FILES]])

    def forget_recent_files(self) -> None:
        """Forget which files were opened."""
        self._store.remove("recent")

    def draft(self, path: Path) -> str | None:
        """The text of that script as it was edited and not saved, or None."""
        value = self._store.value(_draft_key(path))
        return value if isinstance(value, str) else None

    def set_draft(self, path: Path, text: str | None) -> None:
        """Keep an edited text; None forgets it."""
        if text is None:
            self._store.remove(_draft_key(path))
        else:
            self._store.setValue(_draft_key(path), text)

    def sync(self) -> None:
        """Write everything to disk now."""
        self._store.sync()


def _draft_key(path: Path) -> str:
    """A key of plain letters: a path would be taken for a nested group."""
    return f"drafts/{sha256(str(path).encode()).hexdigest()[:24]}"
