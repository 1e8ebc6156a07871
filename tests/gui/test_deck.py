import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from visualiser.gui.card import Card
from visualiser.gui.deck import Deck


@pytest.fixture
def deck(show, theme):
    pages = {name: (name.title(), Card("" if name == "one" else "more", theme)) for name in ("one", "two", "three")}
    return show(Deck(theme, pages), 400, 200)


def test_a_click_and_the_keys_bring_a_page_to_the_front(deck, qtbot):
    heard = []
    deck.turned.connect(heard.append)
    qtbot.mouseClick(deck.tabs["two"], Qt.MouseButton.LeftButton)
    assert deck.front == "two"
    QTest.keyClick(deck.tabs["two"], Qt.Key.Key_Right)
    QTest.keyClick(deck.tabs["three"], Qt.Key.Key_Space)
    assert deck.front == "three"
    assert heard[0] == "two"
    assert heard[-1] == "three"
    assert deck.tabs["three"].isChecked()
    assert not deck.tabs["two"].isChecked()


def test_the_heading_of_the_page_in_front_stands_beside_the_tabs(deck):
    deck.turn_to("two")
    card = deck._cards["two"]
    assert card.heading.isVisible()
    place = card.heading.mapTo(deck, card.heading.rect().topLeft())
    tab = deck.tabs["three"].mapTo(deck, deck.tabs["three"].rect().topRight())
    assert place.x() > tab.x()
    assert place.y() < card.mapTo(deck, card.rect().topLeft()).y()


def test_turning_twice_leads_back_to_the_first(deck):
    deck.turn("three")
    assert deck.front == "three"
    deck.turn("three")
    assert deck.front == "one"


def test_a_page_that_is_not_offered_stays_behind_and_gives_way(deck):
    deck.offer("three", False)
    deck.turn_to("three")
    assert deck.front == "one"
    deck.offer("three", True)
    deck.turn_to("three")
    deck.offer("three", False)
    assert deck.front == "one"
    assert not deck.tabs["three"].isVisible()


def test_pages_do_not_change_the_size_of_the_deck(deck):
    sizes = set()
    for name in ("one", "two", "three"):
        deck.turn_to(name)
        sizes.add((deck.minimumSizeHint().width(), deck.minimumSizeHint().height()))
    assert len(sizes) == 1


def test_a_heading_that_has_no_room_beside_the_tabs_stands_below_them_whole(deck, qtbot):
    deck.turn_to("two")
    card, last = deck._cards["two"], deck.tabs["three"]
    deck.resize(260, 200)
    card.remark("of the whole run", True)
    qtbot.waitUntil(lambda: card.heading.mapTo(deck, card.heading.rect().topLeft()).y() >= last.geometry().bottom())
    assert card.heading.width() >= card.heading.sizeHint().width()
    card.remark("of the whole run", False)
    qtbot.waitUntil(lambda: card.heading.mapTo(deck, card.heading.rect().topLeft()).y() < last.geometry().bottom())


def test_a_long_note_makes_no_deck_wider(deck, qtbot):
    before = deck.minimumSizeHint().width()
    deck._cards["three"].note.setText("The 450 longest of very many spans")
    qtbot.wait(0)
    assert deck.minimumSizeHint().width() == before
