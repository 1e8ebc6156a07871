import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel

from tests.gui.pixels import count
from visualiser.gui.picture import PictureError, copy_picture, picture_of, save_picture
from visualiser.gui.picture_caption import Caption, with_caption


@pytest.fixture
def image(show, dark):
    label = show(QLabel("hello"), 100, 40)
    label.setStyleSheet("background: #ff0000;")
    return picture_of(label, QColor("#0000ff"), 10)


def test_it_has_twice_the_size_and_a_margin(image):
    assert (image.width(), image.height()) == (240, 120)
    assert image.pixelColor(5, 5) == QColor("#0000ff")
    assert image.pixelColor(30, 30) == QColor("#ff0000")


def test_it_goes_to_the_clipboard(image):
    copy_picture(image)
    assert QGuiApplication.clipboard().image().size() == image.size()


def test_it_is_written_as_png_whatever_the_name(image, tmp_path):
    written = save_picture(image, tmp_path / "my.picture")
    assert written == tmp_path / "my.picture.png"
    assert QImage(str(written)).size() == image.size()


def test_it_says_in_one_sentence_why_it_cannot_be_written(image, tmp_path):
    with pytest.raises(PictureError, match=r"^The picture cannot be written: there is no folder .*gone.*\.$"):
        save_picture(image, tmp_path / "gone" / "a.png")
    (tmp_path / "dir.png").mkdir()
    with pytest.raises(PictureError, match="cannot be written"):
        save_picture(image, tmp_path / "dir.png")


def test_its_caption_stands_above_it_and_takes_only_the_room_it_needs(image, dark):
    one = with_caption(image, Caption("The race"), dark, 10)
    three = with_caption(image, Caption("The race", "THREADS = 10", "lost 8 956"), dark, 10)
    assert one.width() == three.width() == image.width()
    assert image.height() < one.height() < three.height()
    assert with_caption(image, Caption(""), dark, 10).size() == image.size()
    band = three.copy(0, 0, three.width(), three.height() - image.height())
    assert count(band, dark.color("text")) > 50
    assert three.pixelColor(30, three.height() - image.height() + 30) == QColor("#ff0000")
