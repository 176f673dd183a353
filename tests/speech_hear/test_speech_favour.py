"""What names earn, and what they never earn."""

from hypothesis import given, strategies as st

from halcyon.speech.recognisers.favour import Favoured, Favours

KITCHEN = (1, 2, 3)
KIT = (1, 2)


def after(favours: Favours, *tokens: int) -> Favoured:
    at = favours.start()
    for token in tokens:
        at = favours.after(at, token)
    return at


def test_a_name_earns_for_each_of_its_tokens() -> None:
    assert after(Favours([KITCHEN], 1.0), *KITCHEN).final == 3.0


def test_part_of_a_name_counts_while_it_may_be_finished_and_not_after() -> None:
    favours = Favours([KITCHEN], 1.0)
    assert (after(favours, 1, 2).bonus, after(favours, 1, 2).final) == (2.0, 0.0)
    assert after(favours, 1, 2, 9).bonus == 0.0


def test_a_name_within_a_longer_one_is_kept_when_the_longer_one_fails() -> None:
    favours = Favours([KITCHEN, KIT], 1.0)
    assert after(favours, 1, 2, 9).final == 2.0
    assert after(favours, 1, 2, 3).final == 3.0


def test_a_name_may_begin_where_another_was_given_up() -> None:
    assert after(Favours([KITCHEN, (7, 8)], 1.0), 1, 7, 8).final == 2.0


@given(st.lists(st.integers(0, 4), max_size=60), st.lists(st.lists(st.integers(0, 4)), max_size=6))
def test_the_bonus_is_bounded(tokens: list[int], names: list[list[int]]) -> None:
    at = after(Favours(names, 1.0), *tokens)
    assert 0.0 <= at.final <= at.bonus <= 12.0
