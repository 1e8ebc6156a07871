import pytest

from tests.gui.pixels import count, image_of
from visualiser.gui.locks_panel import LocksPanel
from visualiser.gui.wait_graph import Drawing
from visualiser.gui.wait_places import Waiting, place
from visualiser.gui.wait_words import NOBODY, Told

CIRCLE = Waiting(((1, "L2"), (2, "L1")), (("L1", 1), ("L2", 2)), (1, 2))
QUEUED = Waiting(((1, "L"), (2, "L"), (3, "L")), (("L", 4),))


def drawn(waiting, middle=""):
    words = {1: "A", 2: "B", 3: "C", 4: "D", "L1": "Lock 1", "L2": "Lock 2", "L": "Lock"}
    return Drawing(waiting, words, {1: 0, 2: 1, 3: 2, 4: None}, middle)


@pytest.fixture
def panel(show, theme):
    return show(LocksPanel(theme), 400, 180)


def test_a_circle_stands_in_the_order_of_waiting():
    assert CIRCLE.ring() == [1, "L2", 2, "L1"]
    places = place(CIRCLE, 3)
    assert places[1] == pytest.approx((0, 0.5))
    assert places["L2"] == pytest.approx((0.5, 0))
    assert places[2] == pytest.approx((1, 0.5))
    assert places["L1"] == pytest.approx((0.5, 1))


def test_without_a_circle_those_who_wait_stand_left_and_those_who_hold_right():
    assert QUEUED.ring() == []
    places = place(QUEUED, 5)
    assert [places[node][0] for node in (1, "L", 4)] == [0, 0.5, 1]
    assert len({places[thread][1] for thread in (1, 2, 3)}) == 3


def test_who_has_no_room_is_counted():
    places = place(QUEUED, 2)
    assert 3 not in places
    assert QUEUED.left_out(places) == 1


def test_one_who_holds_and_waits_has_one_place():
    chain = Waiting(((1, "L1"), (2, "L2")), (("L1", 2), ("L2", 3)))
    places = place(chain, 5)
    assert places[2][0] == 0
    assert places[3][0] == 1


def test_a_deadlock_is_emphasised_and_told_in_words(panel, theme):
    panel.show_told(Told("▲ Nobody here can go on.", True, drawn(CIRCLE, "deadlock since 0.31 s")))
    assert count(image_of(panel.graph), theme.color("warn")) > 400
    assert count(image_of(panel.graph), theme.lane(0)) > 200
    told = panel.graph.accessibleDescription()
    assert told.startswith("deadlock since 0.31 s, A waits for Lock 2, B waits for Lock 1, Lock 1 is held by A")
    panel.show_told(Told("3 threads wait for Lock.", False, drawn(QUEUED)))
    assert count(image_of(panel.graph), theme.color("warn")) == 0
    assert count(image_of(panel.graph), theme.lane(0)) > 200


def test_nobody_waits(panel):
    panel.show_told(Told())
    assert panel.sentence.text() == NOBODY
    assert panel.graph.accessibleDescription() == ""


@pytest.mark.parametrize("scale", [0.8, 1.5])
def test_the_ring_has_room_at_every_size_of_type(panel, theme, scale):
    panel.set_theme(theme.scaled(scale))
    panel.show_told(Told("x", True, drawn(CIRCLE, "deadlock since 0.31 s")))
    graph = panel.graph
    rooms = [graph._room(node, at) for node, at in place(CIRCLE, 3).items()]
    assert all(graph.rect().contains(room.toAlignedRect()) for room in rooms)
    assert not any(a.intersects(b) for n, a in enumerate(rooms) for b in rooms[:n])
