"""What may be said in a household."""

from dataclasses import replace

import pytest
from tests.speech_house.conftest import knows

from halcyon.speech.language.grammar import Grammar, compile_grammar
from halcyon.speech.language.household import Household, Turn


def test_phrases_are_in_known_words(grammar: Grammar) -> None:
    words = {word for phrase in grammar.phrases for word in phrase.split()}
    assert not {word for word in words if not knows(word) and len(word) > 1}
    assert "turn on the standing lamp" in grammar.phrases


@pytest.mark.parametrize(
    "sentence",
    ["eco bee", "nano leaf", "t v", "garage door", "living room", "good night", "set alarm"],
)
def test_everything_of_the_home_is_in_phrases(grammar: Grammar, sentence: str) -> None:
    assert any(sentence in phrase for phrase in grammar.phrases)


def test_equal_households_have_equal_phrases(household: Household) -> None:
    assert Grammar(household, knows).phrases == Grammar(replace(household), knows).phrases


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("turn on the eco bee", "turn on the EcoBee"),
        ("turn off the t v", "turn off the TV"),
        ("please turn off the television", "please turn off the television"),
        ("turn on the lights in the lounge", "turn on the lights in the Lounge"),
        ("banana bread", "banana bread"),
    ],
)
def test_texts_are_written_as_the_household_writes(
    grammar: Grammar, spoken: str, written: str
) -> None:
    assert grammar.written(spoken) == written


@pytest.mark.parametrize(
    ("text", "complete", "continues"),
    [
        ("", False, True),
        ("turn", False, True),
        ("turn on the standing", False, True),
        ("turn on the standing lamp", True, True),
        ("set a timer for twenty", False, True),
        ("set a timer for twenty five minutes", True, True),
        ("could you please turn on the standing lamp", True, True),
        ("turn on the standing lamp please", True, False),
        ("turn on the submarine", False, False),
        ("never mind", True, False),
        ("wake me up at half past six", True, True),
        ("run good night", True, True),
        ("snooze", True, True),
    ],
)
def test_where_a_sentence_stands(
    grammar: Grammar, text: str, complete: bool, continues: bool
) -> None:
    assert grammar.is_complete(text) is complete
    assert grammar.may_continue(text) is continues


def test_words_of_templates_that_are_unknown_are_put_together(grammar: Grammar) -> None:
    assert not any("unmute" in phrase.split() for phrase in grammar.phrases)
    assert any("on mute" in phrase for phrase in grammar.phrases)
    assert grammar.written("on mute the music") == "unmute the music"


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("turn on the standing lap", "turn on the Standing Lamp"),
        ("turn of the echo be", "turn off the EcoBee"),
        ("open the garbage door", "open the Garage Door"),
        ("set the standing lamp to reed", "set the Standing Lamp to red"),
    ],
)
def test_the_nearest_sentence_is_what_was_meant(grammar: Grammar, heard: str, meant: str) -> None:
    assert grammar.nearest(heard)[0].text == meant


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("add oat milk to my shopping list", "add oat milk to my shopping list"),
        ("ad oat milk to my shop in list", "add oat milk to my shopping list"),
        ("broadcast dinner is ready", "broadcast dinner is ready"),
        ("set a five minute timer for pizza", "set a five minute timer for pizza"),
    ],
)
def test_some_sentences_take_any_words(grammar: Grammar, heard: str, meant: str) -> None:
    assert grammar.nearest(heard)[0].text == meant
    assert grammar.is_complete(meant)
    assert not any("shopping list" in phrase and "oat" in phrase for phrase in grammar.phrases)


def test_talk_without_end_is_near_nothing(grammar: Grammar) -> None:
    assert grammar.nearest("turn on the standing lamp " * 1000) == []


def test_a_wake_word_before_a_command_is_none_of_it(grammar: Grammar) -> None:
    assert grammar.is_complete("hey jarvis turn on the standing lamp")
    assert not grammar.is_complete("hey jarvis")


def test_phrases_of_a_closed_list_recombine(household: Household) -> None:
    said = ("I want a small latte", "get me a large mocha", "get me a TV")
    grammar = compile_grammar(replace(household, phrases=said), knows)
    assert not grammar.open
    assert set(grammar.phrases) >= {"i want a small latte", "get me a t v"}
    assert grammar.written("i want a small mocha") == "I want a small mocha"
    assert grammar.written("get me a t v") == "get me a TV"
    assert grammar.is_complete("get me a small latte")
    assert grammar.written("a mocha pool") == "a mocha pool"
    assert grammar.may_continue("i want a")
    assert not grammar.is_complete("i want a")
    assert not grammar.may_continue("a small")
    assert not grammar.is_complete("turn on the standing lamp")


def test_answers_that_are_waited_for_come_first(household: Household) -> None:
    turn = Turn("Meg Jones or Meg Bauer?", ("Meg Jones", "Meg Bauer"))
    grammar = compile_grammar(replace(household, previous=turn), knows)
    assert grammar.phrases.count("meg jones") > 1
    assert grammar.written("meg jones") == "Meg Jones"
    assert grammar.is_complete("meg jones")
    assert grammar.is_complete("turn on the standing lamp")


def test_other_languages_have_their_own_sentences(household: Household) -> None:
    german = compile_grammar(replace(household, language="de"), lambda word: word.isalpha())
    assert german.is_complete("schalte standing lamp ein")
    assert not german.is_complete("turn on the standing lamp")


def test_a_home_without_anything_still_tells_the_time() -> None:
    assert compile_grammar(Household(), knows).is_complete("what time is it")
    assert compile_grammar(Household(phrases=()), knows).phrases == ()
