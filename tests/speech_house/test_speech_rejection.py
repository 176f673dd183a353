"""What counts as a command for the home, by agreement and by likelihoods."""

import pytest

from halcyon.speech.hypothesis import Hypothesis, Pass
from halcyon.speech.language.grammar import Grammar
from halcyon.speech.language.household import Household
from halcyon.speech.verdict.evidence import Evidence
from halcyon.speech.verdict.rejection import Weighed, confidence, features, regression
from halcyon.speech.verdict.rescoring import choose

SAME = Evidence(0.0, 0.0, 0.0)
OTHER = Evidence(6.0, 0.5, 1.0)


def weighed(free: Evidence, ratio: float | None, *, again: Evidence | None = None) -> Weighed:
    evidence = {Pass.GRAMMAR: SAME, Pass.FREE: free}
    if again is not None:
        evidence[Pass.ATTENTION] = again
    return Weighed(evidence, 0.0, ratio)


@pytest.mark.parametrize("ratio", [None, 10.0])
@pytest.mark.parametrize("again", [None, SAME])
def test_passes_that_agree_are_believed_more(ratio: float | None, again: Evidence | None) -> None:
    agreed, apart = (confidence(weighed(free, ratio, again=again)) for free in (SAME, OTHER))
    assert 0.0 < apart < agreed < 1.0


def test_sound_that_a_sentence_explains_is_believed_more() -> None:
    far, near, nearer = (confidence(weighed(OTHER, ratio)) for ratio in (-15.0, 0.0, 15.0))
    assert far < near < nearer


def test_there_is_a_regression_for_what_is_known() -> None:
    known = {
        regression(weighed(SAME, ratio, again=again))
        for ratio in (None, 1.0)
        for again in (None, SAME)
    }
    assert len(known) == 4
    assert len(features(weighed(SAME, None))) == 4
    assert len(features(weighed(SAME, 1.0, again=SAME))) == 7


def test_a_talk_of_any_length_says_no_more_than_its_first_nats() -> None:
    assert features(weighed(OTHER, -50.0)) == features(weighed(OTHER, -5000.0))


def test_likelihoods_tell_what_agreement_cannot(household: Household, grammar: Grammar) -> None:
    text = "turn on the standing lamp"

    def sure(bound: float, free: float) -> float:
        heard = [
            Hypothesis(text, 0.0, (), Pass.GRAMMAR, bound),
            Hypothesis("turn on the standing land", 0.0, (), Pass.FREE, free),
        ]
        return choose(heard, household, grammar).confidence

    assert sure(215.0, 200.0) > sure(200.0, 200.0) > sure(185.0, 200.0)
