"""What words promise, by a grammar and by how its sentences end."""

from hypothesis import given, strategies as st
import pytest

from halcyon.speech.endpointing import Outlook
from halcyon.speech.language.grammar import Grammar, compile_grammar
from halcyon.speech.language.household import household_from_json
from halcyon.speech.outlook import SentenceEnds, outlook

PHRASES = (
    "turn on the light",
    "turn on the light in the hall",
    "turn on the fan",
    "turn off the fan",
    "set the fan to ten",
    "set the fan to twenty",
    "set the fan to twenty five",
)


def _knows(_word: str) -> bool:
    return True


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return compile_grammar(household_from_json({"phrases": list(PHRASES)}), _knows)


def test_ends_are_counted_after_the_last_words() -> None:
    ends = SentenceEnds(PHRASES)
    assert ends.chance(["turn", "on", "the", "fan"]) > 0.5
    assert ends.chance(["set", "the", "fan"]) < 0.3
    assert ends.chance(["turn", "on", "the"]) < 0.1
    assert ends.chance(["the", "fan", "to", "ten"]) > 0.7


def test_words_that_were_never_seen_are_judged_by_the_last_that_was() -> None:
    ends = SentenceEnds(PHRASES)
    assert ends.chance(["please", "fan"]) == ends.chance(["fan"])
    assert ends.chance(["please"]) == pytest.approx(7 / sum(len(p.split()) for p in PHRASES))


def test_nothing_is_known_of_no_sentences() -> None:
    assert SentenceEnds(()).chance(["turn"]) == 0.0


@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(" ".join), max_size=8),
    st.lists(st.sampled_from("abcd"), max_size=6),
)
def test_a_chance_is_a_chance(sentences: list[str], words: list[str]) -> None:
    assert 0.0 <= SentenceEnds(sentences).chance(words) <= 1.0


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("", Outlook.NOTHING),
        ("turn on the", Outlook.MORE),
        ("turn off the fan", Outlook.OVER),
        ("set the fan to twenty five", Outlook.OVER),
        ("turn on the light", Outlook.OVER),
        ("light light", Outlook.UNKNOWN),
    ],
)
def test_what_words_promise(text: str, promised: Outlook, grammar: Grammar) -> None:
    assert outlook(text, text, grammar) is promised


def test_a_word_that_is_only_expected_was_not_said(grammar: Grammar) -> None:
    assert outlook("turn off the fan", "turn off the", grammar) is Outlook.MORE
    assert outlook("set the fan to twenty", "set the fan to", grammar) is Outlook.MORE
    assert outlook("turn off the fan", "turn off the van", grammar) is Outlook.OVER


def test_what_both_passes_hear_differently_is_unknown(grammar: Grammar) -> None:
    assert outlook("turn off the fan", "my aunt lives in a village", grammar) is Outlook.UNKNOWN
    assert outlook("", "my aunt", grammar) is Outlook.UNKNOWN
    assert outlook("turn on", "darn", grammar) is Outlook.MORE
    assert outlook("turn off the fan", "turn off the van", grammar) is Outlook.OVER
