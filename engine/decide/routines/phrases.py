"""Whether somebody said a phrase: plain words, in which … stands for any words or none."""

import re
import unicodedata

_ANYTHING = "…"
_SPELT_OUT = re.compile(r"\.\.\.+")
_WORDS = re.compile(rf"\w+|{_ANYTHING}")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, without case, accents and punctuation; … is kept as a word."""
    plain = unicodedata.normalize("NFKD", _SPELT_OUT.sub(_ANYTHING, text).replace("…", " \x00 "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(_WORDS.findall(plain.casefold().replace("\x00", _ANYTHING)))


def says(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words are those of the phrase, from the first to the last."""
    words = tuple(word for word in words if word != _ANYTHING)
    # Which parts of the phrase may come next: one set, word by word, however many … there are.
    places = _past_anything({0}, phrase)
    for word in words:
        after = {place + 1 for place in places if phrase[place : place + 1] == (word,)}
        after |= {place for place in places if phrase[place : place + 1] == (_ANYTHING,)}
        places = _past_anything(after, phrase)
        if not places:
            return False
    return len(phrase) in places


def _past_anything(places: set[int], phrase: tuple[str, ...]) -> set[int]:
    """These places, and those behind a … that stands for nothing."""
    for place in sorted(places):
        while phrase[place : place + 1] == (_ANYTHING,):
            place += 1  # noqa: PLW2901 - it walks on from where it stands
            places.add(place)
    return places
