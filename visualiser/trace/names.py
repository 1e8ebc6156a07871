"""The names of one run: what spans are called and which source line they belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Name:
    """What a wait or a piece of work is called, and the line of the user's source it was called from."""

    label: str = ""
    file: str | None = None
    line: int | None = None


class Names:
    """Gives every (process, object id) of the lab one number for the whole run; 0 means: no name."""

    def __init__(self) -> None:
        self._names: list[Name] = [Name()]
        self._of_process: dict[int, npt.NDArray[np.uint32]] = {}
        self._ours: dict[str, int] = {}

    def __getitem__(self, number: int) -> Name:
        return self._names[number]

    def __len__(self) -> int:
        return len(self._names)

    def restore(self, names: list[Name]) -> None:
        """These are the names of a run that is over; the first stands for none."""
        self._names[:] = names

    def tell(self, pid: int, object_id: int, name: Name) -> None:
        """Process ``pid`` calls its object ``object_id`` so."""
        self._names[self._number(pid, object_id)] = name

    def number(self, label: str) -> int:
        """The number of a label that no process of the run has told."""
        if label not in self._ours:
            self._ours[label] = len(self._names)
            self._names.append(Name(label))
        return self._ours[label]

    def translate(self, pid: int, objects: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """Object ids of one process → numbers of the run."""
        if not len(objects):
            return objects
        known = self._of_process.get(pid)
        if known is not None and int(objects.max()) < len(known):
            numbers = known[objects]
            if (numbers != 0).all() or not objects[numbers == 0].any():  # 0 is no name
                return numbers
        for object_id in np.unique(objects).tolist():
            self._number(pid, object_id)
        return self._of_process[pid][objects]

    def _number(self, pid: int, object_id: int) -> int:
        known = self._of_process.setdefault(pid, np.zeros(64, np.uint32))
        if object_id >= len(known):
            known = np.append(known, np.zeros(object_id + 1, np.uint32))
            self._of_process[pid] = known
        if object_id and not known[object_id]:
            known[object_id] = len(self._names)
            self._names.append(Name())
        return int(known[object_id])
