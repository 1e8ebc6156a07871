import itertools

import pytest

from visualiser.trace.interleaving import (
    OrderError,
    Step,
    parse_order,
    raw_letters,
    step_letters,
    updates,
    write_order,
)

WORDS = ("READ", "ADD", "WRITE")


def played(order):
    """The steps of an abstract machine whose threads read, add 1 and write."""
    counter, held, made, steps = 0, {}, {"A": 0, "B": 0}, []
    for name in order:
        does = WORDS[made[name] % 3]
        made[name] += 1
        held[name] = {"READ": counter, "ADD": held.get(name, 0) + 1, "WRITE": held.get(name, 0)}[does]
        counter = held[name] if does == "WRITE" else counter
        steps.append(Step(name, does, does, 1, held[name], counter))
    return steps


def all_orders(steps):
    for places in itertools.combinations(range(2 * steps), steps):
        yield "".join("A" if place in places else "B" for place in range(2 * steps))


@pytest.mark.parametrize("steps", [3, 6])
def test_lost_updates_and_those_kept_add_up_at_every_moment_of_every_order(steps):
    for order in all_orders(steps):
        whole = played(order)
        for end in range(len(whole) + 1):
            part = updates(whole[:end])
            writes = sum(step.does == "WRITE" for step in whole[:end])
            assert len(part.chain) == (whole[end - 1].shared if end else 0)
            assert len(part.lost) == writes - len(part.chain)


def test_the_write_that_destroys_names_what_it_destroyed():
    told = updates(played("ABABAB"))
    assert told.destroyed == ((), (), (), (), (), (4,))
    assert (told.chain, told.lost) == ((5,), frozenset({4}))


def test_one_old_write_can_destroy_several():
    told = updates(played("ABBBBBBAA"))
    assert told.destroyed[-1] == (3, 6)
    assert told.lost == {3, 6}


def test_a_write_can_bring_back_what_was_lost():
    """A overwrites two of B's; but B had read the second before, and builds on it."""
    steps = played("ABBBBBBBAABB")
    assert updates(steps[:10]).lost == {3, 6}
    assert steps[-1].shared == 3
    assert updates(steps).lost == {9}
    assert updates(steps).destroyed[-1] == (9,)


def test_without_overlap_nothing_is_lost():
    told = updates(played("AAABBBBBBAAA"))
    assert told.lost == frozenset()
    assert set(told.destroyed) == {()}


@pytest.mark.parametrize(
    ("text", "letters", "version"),
    [
        ("ABBA", "ABBA", None),
        (" ab ba\n", "ABBA", None),
        ("", "", None),
        ("raw3.12:AAB", "AAB", "3.12"),
        ("RAW 3.10 : a a b", "AAB", "3.10"),
    ],
)
def test_orders_are_read(text, letters, version):
    assert parse_order(text) == (letters, version)
    assert parse_order(write_order(letters, version)) == (letters, version)


@pytest.mark.parametrize(
    ("text", "words"),
    [("ABC", "letter 3 is C"), ("A;B", "letter 2 is ;"), ("raw:AB", "letter 1 is R"), ("A\x00", "letter 2 is not a")],
)
def test_a_bad_order_is_refused_in_one_sentence(text, words):
    with pytest.raises(OrderError) as caught:
        parse_order(text)
    assert words in str(caught.value)
    assert str(caught.value).count(".") == 1


def test_steps_and_single_instructions_are_translated():
    steps = [Step("A", "READ", "", 1, 0, 0, 7), Step("B", "READ", "", 1, 0, 0, 7), Step("A", "ADD", "", 1, 1, 0, 2)]
    assert raw_letters(steps) == "A" * 7 + "B" * 7 + "AA"
    singles = [Step("A", "", "GET_ITER", 1, None, 0), *steps, Step("B", "", "LOAD_CONST 1", 1, None, 0)]
    assert step_letters(singles) == "ABA"
