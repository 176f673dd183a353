"""How words sound, and what surrounds commands."""

import pytest

from halcyon.speech.language.courtesy import Courtesy
from halcyon.speech.language.pronunciation import Lexicon, coarse, lexicon, plain, sounds_of


def test_a_lexicon_gives_back_what_it_holds() -> None:
    found = Lexicon([("lamp", "l\u02c8æmp"), ("amp", "\u02c8æmp"), ("a", "ə")])
    assert found.get("amp") == "æmp"
    assert found.get("lamp") == "læmp"
    assert found.get("lam") is None
    assert found.get("") is None
    assert sorted(found.items()) == [("a", "ə"), ("amp", "æmp"), ("lamp", "læmp")]


@pytest.mark.parametrize("word", ["lamp", "o'clock", "kitchen", "twenty"])
def test_english_words_are_in_the_lexicon(word: str) -> None:
    assert lexicon().get(word)


def test_unknown_words_are_read() -> None:
    sounds = sounds_of("en-GB")
    assert sounds("nanoleaf") == "nænOlif"
    assert sounds("aarav's") == sounds("aarav") + "z"
    assert sounds("trådfri") == sounds("tradfri")


def test_letters_stand_for_sounds_elsewhere() -> None:
    assert sounds_of("de")("Küche") == "kuche"
    assert plain("Ångström Ø") == "angstromo"


def test_confusable_phones_are_one_kind() -> None:
    assert coarse("bæd") == coarse("pɛt")
    assert coarse("s") != coarse("f")


def test_courtesies_are_parted_from_commands() -> None:
    courtesy = Courtesy(["please", "could you", "i'd like", "i'd like to"], ["hey"])
    assert courtesy.parted("could you please stop it please") == (
        "could you please",
        "stop it",
        "please",
    )
    assert courtesy.parted("i'd like to leave") == ("i'd like to", "leave", "")
    assert courtesy.parted("hey jarvis stop") == ("hey jarvis", "stop", "")
    assert courtesy.parted("hey jarvis") == ("", "hey jarvis", "")
    assert courtesy.parted("please") == ("please", "", "")
    assert courtesy.parted("") == ("", "", "")
