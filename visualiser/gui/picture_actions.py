"""Copies and saves the picture of timeline and cores, and says where it went."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from visualiser.gui.appearance import Appearance
from visualiser.gui.picture import PictureError, copy_picture, picture_of, save_picture
from visualiser.gui.picture_caption import Caption, with_caption

_MARGIN = 12


class Pictures(QObject):
    """Takes pictures of one widget; ``said`` carries the sentence, ``taking`` comes before each."""

    said = Signal(str)
    taking = Signal()

    def __init__(self, shown: QWidget, appearance: Appearance, window: QWidget, caption: Callable[[], Caption]) -> None:
        super().__init__(window)
        self._shown = shown
        self._caption = caption
        self._appearance = appearance
        self._window = window
        self._folder = Path.home()

    def take(self) -> QImage:
        """The picture as it is now, without what ``taking`` lets others put away."""
        self.taking.emit()
        theme, margin = self._appearance.theme, self._appearance.theme.px(_MARGIN)
        return with_caption(picture_of(self._shown, theme.color("bg"), margin), self._caption(), theme, margin)

    def copy(self) -> None:
        """Put it on the clipboard."""
        image = self.take()
        copy_picture(image)
        self.said.emit(f"The picture is on the clipboard ({image.width()} × {image.height()} pixels).")

    def save(self) -> None:
        """Let the user say where it goes; taken first, so that the dialog is not in the way of what was seen."""
        image = self.take()
        name = self._window.windowTitle().partition(" – ")[0].lower().replace(" ", "-").replace("/", "-")
        start = str(self._folder / f"{name or 'timeline'}.png")
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save the picture", start, "PNG (*.png)")
        if chosen:
            self.write(image, Path(chosen))

    def write(self, image: QImage, path: Path) -> None:
        """Write it and say where it is, or why not."""
        try:
            written = save_picture(image, path)
        except PictureError as error:
            self.said.emit(str(error))
            return
        self._folder = written.parent
        self.said.emit(f"The picture is in {written}.")
