"""Several scorers' votes, and how they compare with one another."""

from hypothesis import given, strategies as st
import pytest
from tests.evaluate_sleep.conftest import hypnogram, nights

from halcyon.core.sleep import Hypnogram
from halcyon.evaluate.sleep.ceiling import against_others, in_pairs
from halcyon.evaluate.sleep.consensus import consensus, soft_agreement
from halcyon.evaluate.sleep.recordings.night import Night, Subject


def scored(*letters: str) -> Night:
    scorers = tuple(hypnogram(each) for each in letters)
    return Night(
        "night", Subject("one"), dated=False, reference=consensus(scorers), scorers=scorers
    )


def test_most_votes_win() -> None:
    assert consensus([hypnogram(x) for x in ("WLD", "WLR", "LLR")]) == hypnogram("WLR")


def test_a_tie_goes_to_who_agrees_best_over_the_night() -> None:
    scorers = [hypnogram(x) for x in ("WLLLR", "WLLLD", "WLLWD", "WLDDR")]
    agreements = [soft_agreement(scorers, n) for n in range(4)]
    best = max(range(4), key=lambda n: agreements[n])
    assert consensus(scorers).stages[4] is scorers[best].stages[4]


def test_too_few_votes_are_none() -> None:
    scorers = [hypnogram(x) for x in ("W.L", "W.L", "..L", "..R", ".WL")]
    assert consensus(scorers) == hypnogram("..L")


def test_support_is_relative_to_the_favourite() -> None:
    scorers = [hypnogram(x) for x in ("L", "W", "W", "L", "W")]
    assert soft_agreement(scorers, 0) == pytest.approx(1 / 3)
    assert soft_agreement(scorers, 1) == 1.0
    assert soft_agreement([hypnogram("."), hypnogram("W")], 0) == 0.0


def test_epochs_must_be_the_same() -> None:
    with pytest.raises(ValueError, match="same epochs"):
        consensus([hypnogram("WW"), hypnogram("W")])


@given(nights(min_size=1), st.integers(1, 5))
def test_who_are_of_one_mind_have_it(night: Hypnogram, scorers: int) -> None:
    assert consensus([night] * scorers) == night


@given(st.integers(1, 20).flatmap(lambda n: st.lists(nights("WLDR", n, n), min_size=2, max_size=5)))
def test_somebody_said_it(scorers: list[Hypnogram]) -> None:
    for said, each in zip(
        consensus(scorers).stages, zip(*(s.stages for s in scorers), strict=True), strict=True
    ):
        assert said in each


def test_nobody_is_compared_with_themselves() -> None:
    night = scored("WWWW", "LLLL", "LLLL", "LLLL", "LLLL")
    found = list(against_others([night]))
    assert [n for n, _ in found] == [0, 1, 2, 3, 4]
    first = found[0][1]
    assert (first.device, first.reference) == (hypnogram("WWWW"), hypnogram("LLLL"))
    assert len(list(in_pairs([night]))) == 20


def test_only_what_all_scored_is_compared() -> None:
    night = scored("..WL.R.", "WWWLLRW", "WWWLLRW", "WWWLLRW", "WWWLLRW")
    for each in (*in_pairs([night]), *(one for _, one in against_others([night]))):
        assert each.reference.start == 60.0
        assert len(each.reference.stages) == 4
