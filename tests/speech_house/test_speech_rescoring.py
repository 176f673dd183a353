"""One answer from what all passes heard."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest
from tests.speech_house.conftest import DOCUMENT, knows

from halcyon.core.snapshot import Json
from halcyon.speech.hypothesis import Hypothesis, Pass
from halcyon.speech.language.grammar import Grammar, compile_grammar
from halcyon.speech.language.household import Household, Turn, household_from_json
from halcyon.speech.verdict.rescoring import NOTHING, Verdict, choose


def _heard(source: Pass, *texts: str, fall: float = 2.0) -> list[Hypothesis]:
    """Readings of a pass, each less likely than the one before."""
    return [Hypothesis(text, -fall * place, (), source) for place, text in enumerate(texts)]


def _verdict(
    household: Household, grammar_pass: Sequence[str], free: Sequence[str], *second: str
) -> Verdict:
    heard = _heard(Pass.GRAMMAR, *grammar_pass) + _heard(Pass.FREE, *free)
    if second:
        heard += _heard(Pass.ATTENTION, *second)
    return choose(heard, household, compile_grammar(household, knows))


def test_nothing_heard_is_nothing(household: Household, grammar: Grammar) -> None:
    assert choose([], household, grammar) == NOTHING
    assert choose(_heard(Pass.GRAMMAR, ""), household, grammar) == NOTHING


def test_what_both_passes_hear_is_a_command(household: Household) -> None:
    text = "turn on the standing lamp"
    found = _verdict(household, [text], [text])
    assert found.text == "turn on the Standing Lamp"
    assert found.accepted
    assert found.confidence > 0.8
    assert found.nbest[0].text == found.text
    assert found.clarify is None


def test_a_name_that_free_passes_cannot_hear_is_a_command(household: Household) -> None:
    found = _verdict(
        household,
        ["set the eco bee to twenty degrees"],
        ["set the echo be to twenty degrees"],
        "set the echo B to 20°",
    )
    assert found.text == "set the EcoBee to twenty degrees"
    assert found.accepted


def test_talk_is_no_command(household: Household) -> None:
    found = _verdict(
        household,
        ["turn on the kitchen good night"],
        ["i turned around in the kitchen at night"],
        "i turned around in the kitchen at night",
    )
    assert not found.accepted
    assert found.text == "i turned around in the kitchen at night"


def test_an_absent_thing_is_refused(household: Household) -> None:
    found = _verdict(
        household,
        ["turn on the standing lamp"],
        ["turn on the swimming pool"],
        "turn on the swimming pool",
    )
    assert not found.accepted


def test_a_thing_in_a_room_where_it_is_not_is_refused(household: Household) -> None:
    text = "turn on the standing lamp in the bedroom"
    assert not _verdict(household, [text], [text], text).accepted
    text = "turn on the standing lamp in the living room"
    assert _verdict(household, [text], [text], text).accepted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("turn on the standing lamp", "turn off the standing lamp"),
        ("lock the front door", "unlock the front door"),
        ("set a timer for fifteen minutes", "set a timer for fifty minutes"),
    ],
)
def test_opposites_and_numbers_are_heard_again(household: Household, one: str, other: str) -> None:
    found = _verdict(household, [one], [other])
    assert found.needs_second_pass
    settled = _verdict(household, [one], [other], one)
    assert not settled.needs_second_pass
    assert settled.text.casefold() == one


def test_two_things_that_sound_alike_are_asked_about() -> None:
    document: dict[str, Json] = {"entities": [{"name": "Left Lamp"}, {"name": "Let Lamp"}]}
    household = household_from_json(document)
    found = _verdict(
        household,
        ["turn on the left lamp", "turn on the let lamp"],
        ["turn on the lef lamp"],
        "turn on the lef lamp",
    )
    assert found.clarify == "Did you mean: turn on the Left Lamp, or: turn on the Let Lamp?"


def test_what_the_home_asked_about_is_understood(household: Household) -> None:
    turn = Turn("Meg Jones or Meg Bauer?", ("Meg Jones", "Meg Bauer"))
    asked = replace(household, previous=turn)
    found = _verdict(asked, ["meg bauer"], ["make power"], "mac bower")
    assert found.text == "Meg Bauer"
    assert found.accepted


def test_the_room_of_the_speaker_decides_between_two(household: Household) -> None:
    entities: list[Json] = [
        {"name": "Reed Lamp", "area": "Bedroom", "domain": "light"},
        {"name": "Read Lamp", "area": "Kitchen", "domain": "light"},
    ]
    for room, name in (("Bedroom", "Reed Lamp"), ("Kitchen", "Read Lamp")):
        home = household_from_json({"entities": entities, "room": room})
        both = ["turn on the reed lamp", "turn on the read lamp"]
        found = choose(
            _heard(Pass.GRAMMAR, *both, fall=0.0) + _heard(Pass.FREE, *both, fall=0.0),
            home,
            compile_grammar(home, knows),
        )
        assert found.text == f"turn on the {name}"


_HOUSEHOLD = household_from_json(DOCUMENT)
_TEXTS = st.text(max_size=25) | st.lists(
    st.sampled_from(["turn", "on", "off", "the", "lamp", "standing", "fifty", "%", "please"]),
    max_size=6,
).map(" ".join)
_HEARD = st.lists(st.builds(_heard, st.sampled_from(Pass), _TEXTS), max_size=4)


@settings(max_examples=60, deadline=None)
@given(_HEARD)
def test_any_text_has_a_verdict(heard: list[list[Hypothesis]]) -> None:
    hypotheses = [each for readings in heard for each in readings]
    found = choose(hypotheses, _HOUSEHOLD, compile_grammar(_HOUSEHOLD, knows))
    assert 0 <= found.confidence <= 1
    assert sum(each.score for each in found.nbest) <= 1 + 1e-9
    assert not (found.accepted and not found.text)
