"""Films: made of frames whose pixels are known, decoded again and looked at."""

import shutil

import numpy as np
import pytest

from visualiser.host.film import choose as chosen
from visualiser.host.film.choose import choose, make_film
from visualiser.host.film.ffmpeg import Ffmpeg, find_ffmpeg
from visualiser.host.film.film import FilmError, Format
from visualiser.host.film.pillow import Pillow
from visualiser.host.film.pyav import find_pyav
from visualiser.host.film.watch import frames_in

SIZE = Format(160, 90, 25)
FRAMES = 10


def frames(number=FRAMES, form=SIZE):
    """A white bar that moves to the right over a dark ground."""
    for frame in range(number):
        pixels = np.full((form.height, form.width, 4), 32, np.uint8)
        pixels[:, frame * 16 : frame * 16 + 16] = 255
        yield pixels.tobytes()


def encoders():
    program = shutil.which("ffmpeg")
    for suffix in (".mp4", ".webm"):
        yield from filter(None, (find_ffmpeg(program, suffix), find_pyav(suffix)))
    yield from (Pillow(".webp"), Pillow(".gif"))


@pytest.mark.parametrize("encoder", list(encoders()), ids=lambda encoder: f"{encoder.name}{encoder.suffix}")
def test_every_frame_can_be_seen_again(encoder, tmp_path):
    path = tmp_path / f"film{encoder.suffix}"
    form = Format(SIZE.width, SIZE.height, encoder.rate(SIZE.fps))
    assert make_film(frames(), form, encoder, path) == FRAMES
    shown = decoded(path)
    assert len(shown) == FRAMES
    for number, picture in enumerate(shown):
        bright = picture[45, :, :3].mean(axis=1)
        assert int(bright.reshape(FRAMES, 16).mean(axis=1).argmax()) == number
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def decoded(path):
    if path.suffix in (".webp", ".gif"):
        from PIL import Image

        with Image.open(path) as film:
            pictures = []
            for number in range(film.n_frames):
                film.seek(number)
                pictures.append(np.asarray(film.convert("RGB")))
            return pictures
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("encoder", list(encoders()), ids=lambda encoder: f"{encoder.name}{encoder.suffix}")
def test_frames_that_are_alike_are_frames_too(encoder, tmp_path):
    still = [next(frames())] * 7
    form = Format(SIZE.width, SIZE.height, encoder.rate(SIZE.fps))
    assert make_film(still, form, encoder, tmp_path / f"film{encoder.suffix}") == 7


def test_ffmpeg_comes_first_then_pyav_then_webp(monkeypatch):
    monkeypatch.setattr(chosen, "find_ffmpeg", lambda program, suffix: program and Ffmpeg(program, "libx264", suffix))
    assert choose(".mp4", lambda _: "/bin/ffmpeg").encoder == Ffmpeg("/bin/ffmpeg", "libx264", ".mp4")
    monkeypatch.setattr(chosen, "find_pyav", lambda suffix: None)
    choice = choose(".mp4", lambda _: None)
    assert choice.encoder == Pillow(".webp")
    assert choice.note.startswith("MP4 needs ffmpeg or PyAV, and neither is here")
    assert choose(".gif", lambda _: None).note == ""


def test_a_program_that_is_no_ffmpeg_is_not_chosen(tmp_path):
    assert find_ffmpeg(str(tmp_path / "missing"), ".mp4") is None
    assert find_ffmpeg(None, ".mp4") is None
    assert find_ffmpeg("/bin/true", ".mp4") is None


def test_a_film_that_is_broken_off_leaves_the_old_one_and_nothing_else(tmp_path):
    path = tmp_path / "film.webp"
    path.write_bytes(b"old")

    def broken():
        yield from frames(3)
        raise FilmError("Cancelled.")

    for encoder in encoders():
        with pytest.raises(FilmError, match="Cancelled"):
            make_film(broken(), SIZE, encoder, path)
        assert path.read_bytes() == b"old"
        assert [one.name for one in tmp_path.iterdir()] == ["film.webp"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FilmError, match="there is no such folder"):
        make_film(frames(), SIZE, Pillow(".webp"), tmp_path / "no" / "film.webp")


def test_a_gif_is_no_faster_than_browsers_play_it():
    assert Pillow(".gif").rate(60) == 50
    assert Pillow(".webp").rate(60) == pytest.approx(58.8, abs=0.1)


def test_a_film_cut_off_is_not_taken_for_whole(tmp_path):
    encoder = choose(".mp4").encoder
    if encoder.suffix != ".mp4":
        pytest.skip("neither ffmpeg nor PyAV is here")
    path = tmp_path / "film.mp4"
    make_film(frames(), SIZE, encoder, path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    try:
        found = frames_in(path, SIZE.fps)
    except FilmError:
        return
    assert found != FRAMES
