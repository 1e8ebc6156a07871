"""The frames of a film: a run replayed on a clock of its own, painted one moment after the other."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage, QPainter

from visualiser.gui.export.options import Options
from visualiser.gui.export.stage import Look, Stage
from visualiser.gui.theme import load_theme
from visualiser.host.film.film import FilmError, Format
from visualiser.trace.document import Document
from visualiser.trace.track import NS

MOST_FRAMES = 200_000  # nearly an hour at 60 a second
_REST_S = 1.0  # how long the end stays
_WIDTH_AT_SCALE_1 = 1280
_SEEN_S = 5.0  # seconds of the film it takes for the playhead to cross the picture


@dataclass(frozen=True)
class Footage:
    """What is to be filmed.

    Attributes:
        document: the run.
        options: size, speed, stretch of time, theme.
        fps: frames a second, as the encoder can do them.
    """

    document: Document
    options: Options
    fps: float

    @property
    def form(self) -> Format:
        """Size and speed of the film; encoders want even sizes."""
        return Format(self.options.width // 2 * 2, self.options.height // 2 * 2, self.fps)

    @property
    def reach(self) -> tuple[float, float]:
        """Seconds since the script's first line that are filmed."""
        return self.options.reach or (0.0, max(self.document.run.wall_s, 1e-9))

    @property
    def moving(self) -> int:
        """Frames in which time goes on."""
        begin, end = self.reach
        return math.ceil((end - begin) / self.options.speed * self.fps) + 1

    def __len__(self) -> int:
        return self.moving + round(_REST_S * self.fps)

    def moment(self, frame: int) -> int:
        """What time it is in a frame, in ns on the clock of the records."""
        begin, end = self.reach
        seconds = min(begin + frame / self.fps * self.options.speed, end)
        return self.document.run.start_ns + round(seconds * NS)

    def frames(self) -> Generator[bytes, None, None]:
        """Paint frame after frame, in the GUI thread; raises FilmError where there would be too many."""
        check(self)
        stage = Stage(self.document, self._look())
        stage.caption.show_speed(self.options.speed)
        image = QImage(self.form.width, self.form.height, QImage.Format.Format_RGB32)
        last = b""
        try:
            self._begin(stage)
            for number in range(self.moving):
                stage.caption.hide_result(number + 1 < self.moving)
                yield (last := self._shoot(stage, image, self.moment(number)))
            for _ in range(len(self) - self.moving):
                yield last
        finally:
            stage.close()
            stage.deleteLater()

    def _look(self) -> Look:
        width, height = self.form.width, self.form.height
        scale = max(0.5, min(width / _WIDTH_AT_SCALE_1, height / 720))
        return Look(load_theme(self.options.theme, scale), QSize(width, height), self.reach)

    def _begin(self, stage: Stage) -> None:
        """Show all that is filmed, or as much as the playhead crosses in a few seconds of the film."""
        begin, end = self.reach
        seen = _SEEN_S * self.options.speed
        if end - begin <= 2 * seen:
            return
        stage.timeline.view.show_range(begin, begin + seen)
        stage.timeline.view.following = True

    def _shoot(self, stage: Stage, image: QImage, moment: int) -> bytes:
        stage.timeline.view.show_until(moment)
        stage.cores.show_until(moment)
        stage.caption.show_time((moment - self.document.run.start_ns) / NS)
        painter = QPainter(image)
        painter.fillRect(image.rect(), stage.palette().window().color())
        stage.render(painter, QPoint(0, 0))
        painter.end()
        return bytes(image.constBits())


def check(footage: Footage) -> Footage:
    """The same; raises FilmError where it would last too long."""
    if len(footage) > MOST_FRAMES:
        begin, end = footage.reach
        minutes = (end - begin) / footage.options.speed / 60
        raise FilmError(
            f"The film would last {minutes:,.0f} minutes: choose a higher speed or a shorter stretch of time."
        )
    return footage
