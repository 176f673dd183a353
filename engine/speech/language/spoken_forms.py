"""How names are said, in words that a recogniser knows.

A recogniser hears only the words of its lexicon. Figures, initials, units and points of the compass
are read out; a word that it lacks is put together of others that sound like it ("ecobee" as
"eco bee").
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from heapq import nsmallest
from itertools import islice, product
import re
from typing import NamedTuple

from hassil.numbers import get_rbnf_engine
from rapidfuzz.distance import Levenshtein

from .pronunciation import Knows, Sounds, coarse, distance, lexicon, plain

MOST_FORMS = 4
"""Spoken forms of one name. More make names sound like each other before they help."""

MOST_COMBINED = 64
"""Combinations of the forms of its words that are looked at."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[%°&+#@]")
_WRITTEN = re.compile(r"\d+(?:[.,]\d+)?|[%°&+#@]|[^\s\d%°&+#@]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")

_SAID = {
    "%": "percent",
    "&": "and",
    "+": "plus",
    "#": "number",
    "@": "at",
    "°": "degrees",
    "temp": "temperature",
    "rm": "room",
    "bdrm": "bedroom",
    "kwh": "kilowatt hours",
    "kw": "kilowatts",
    "wh": "watt hours",
    "hz": "hertz",
    "ppm": "parts per million",
}
"""English signs, shortenings and units as they are read out."""

_COMPASS = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "ne": "north east",
    "nw": "north west",
    "se": "south east",
    "sw": "south west",
}

_LONGEST_INITIALS = 4

_LONGEST_NUMBER = 6
"""Figures of the longest number that is read as a whole; others are read figure by figure."""

_MOST_DIGITS = 12
"""As many as a telephone number has."""

_PIECE_COST = 0.7
"""What a further word costs, in phones: of two readings that sound alike the shorter is better."""

_SHORT_PIECE_COST = 0.8
"""What a word of one phone costs besides; recognisers hear and lose those at will."""

_SPELLING_WEIGHT = 0.6
"""What a piece costs, in phones, that has none of the letters which it stands for."""

_SKIPPED_PHONE_COST = 1.0
"""What it costs to leave a phone of the name unsaid."""

_LONGEST_PIECE = 9
"""Phones of the longest piece."""

_KEPT = 3
"""Readings that are kept at every place of a word."""


def spoken_forms(name: str, knows: Knows, sounds: Sounds, language: str = "en") -> tuple[str, ...]:
    """Ways to say a name, likeliest first, in words that are known; none where that fails."""
    options = [tuple(_said(token, knows, sounds, language)) for token in _tokens(name)]
    if not options or not all(options):
        return ()
    # Alternatives of the last words change first, so that every word has its best form at first.
    ways = islice((" ".join(way) for way in product(*options)), MOST_COMBINED)
    by_sound: dict[str, str] = {}
    for way in ways:
        by_sound.setdefault("".join(map(sounds, way.split())), way)
    return tuple(islice(by_sound.values(), MOST_FORMS))


@lru_cache(4096)
def number_words(value: float, language: str) -> str:
    """A number as it is said, words parted by spaces."""
    text = get_rbnf_engine(language).format_number(value).text
    return " ".join(text.replace("-", " ").replace("\xad", "").split())


@cache
def number_vocabulary(language: str) -> frozenset[str]:
    """The words of the numbers up to a hundred."""
    return frozenset(word for n in range(101) for word in number_words(n, language).split())


def said(text: str, language: str) -> str:
    """A text with its figures and signs in words: "to 25%" is "to twenty five percent"."""
    if not any(letter.isdecimal() or letter in _SAID for letter in text):
        return text
    words = []
    for token in _WRITTEN.findall(text):
        if token[0].isdecimal():
            words.append(next(_figures(token, language), token))
        else:
            words.append(_SAID.get(token, token) if _is_english(language) else token)
    return " ".join(words)


class _Token(NamedTuple):
    text: str
    after_figure: bool


def _tokens(name: str) -> Iterator[_Token]:
    figure = False
    for text in _TOKEN.findall(name):
        yield _Token(text, figure)
        figure = text[0].isdecimal()


def _said(token: _Token, knows: Knows, sounds: Sounds, language: str) -> Iterator[str]:
    """Ways to say one part of a name."""
    text = token.text
    if text[0].isdecimal():
        yield from _figures(text, language)
        return
    parts = _CAMEL.split(text)
    if len(parts) > 1:
        yield from islice(spoken_forms(" ".join(parts), knows, sounds, language), 2)
    word = text.casefold().replace("\u2019", "'")
    if _is_english(language):
        yield from _read_out(token, word)
    if knows(word):
        yield word
    if text.isupper() and 1 < len(text) <= _LONGEST_INITIALS and text.isascii():
        # A word of capitals is spelt out, unless it can be read and is known ("LED" is both).
        yield " ".join(word)
    if not knows(word):
        yield from _unknown(word, knows, sounds, language)


def _read_out(token: _Token, word: str) -> Iterator[str]:
    if word in _SAID:
        yield _SAID[word]
    if token.text.isupper() and word in _COMPASS and not token.after_figure:
        yield _COMPASS[word]


def _unknown(word: str, knows: Knows, sounds: Sounds, language: str) -> Iterator[str]:
    letters = plain(word)
    if knows(letters):
        yield letters
    elif word.endswith("'s") and knows(owner := word[:-2]):
        yield owner + "s" if knows(owner + "s") else owner
    elif _is_english(language):
        yield from pieces(letters, sounds(word), knows)
    elif parts := _compounded(word, knows):
        yield parts


def _compounded(word: str, knows: Knows) -> str:
    """A word as the fewest known ones that it is written of, as many languages do; else empty."""
    best = ["", *[""] * len(word)]
    fewest = [0, *[len(word) + 1] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(end):
            if fewest[start] + 1 < fewest[end] and knows(word[start:end]):
                fewest[end] = fewest[start] + 1
                best[end] = f"{best[start]} {word[start:end]}"
    return best[-1].strip()


def _is_english(language: str) -> bool:
    return language.split("-", maxsplit=1)[0] == "en"


def _figures(token: str, language: str) -> Iterator[str]:
    if len(token) <= _LONGEST_NUMBER:
        value = float(token.replace(",", "."))
        yield number_words(int(value) if value.is_integer() else value, language)
    if token.isdecimal() and len(token) > 2:
        yield " ".join(number_words(int(digit), language) for digit in token[:_MOST_DIGITS])


def pieces(letters: str, phones: str, knows: Knows) -> Iterator[str]:
    """Words that together sound like an unknown one, likeliest first."""
    index = _by_sound()
    size = len(phones)
    best: list[list[tuple[float, int, str]]] = [[(0.0, 0, "")]] + [[] for _ in range(size)]
    for end in range(1, size + 1):
        found = [(cost + _SKIPPED_PHONE_COST, at, text) for cost, at, text in best[end - 1] if at]
        for start in range(max(0, end - _LONGEST_PIECE), end):
            before = best[start]
            if not before:
                continue
            span = phones[start:end]
            for word, said in index.get(coarse(span), ()):
                if not knows(word):
                    continue
                own = distance(span, said) + _PIECE_COST
                if len(said) == 1:
                    own += _SHORT_PIECE_COST
                for cost, at, text in before:
                    reach = _reach(letters, at, word, last=end == size)
                    spelling = _SPELLING_WEIGHT * (1 - _alike(letters[at:reach], word))
                    found.append((cost + own + spelling, reach, f"{text} {word}"))
        best[end] = nsmallest(_KEPT, dict.fromkeys(found))
    for _, _, text in best[size]:
        yield text.strip()


def _reach(letters: str, at: int, word: str, *, last: bool) -> int:
    """Up to which letter of the whole a piece stands for."""
    if last:
        return len(letters)
    near = range(max(at + 1, at + len(word) - 2), min(len(letters), at + len(word) + 2) + 1)
    return max(near, key=lambda reach: _alike(letters[at:reach], word), default=len(letters))


def _alike(letters: str, word: str) -> float:
    return Levenshtein.normalized_similarity(letters, word)


@cache
def _by_sound() -> dict[str, tuple[tuple[str, str], ...]]:
    """English words of a few phones by their kinds of phones."""
    found: dict[str, list[tuple[str, str]]] = {}
    for word, phones in lexicon().items():
        # Single letters are said by their names, which are no pieces of words, but for a and i.
        is_piece = word.isascii() and word.isalpha() and (len(word) > 1 or word in "ai")
        if is_piece and len(phones) <= _LONGEST_PIECE:
            found.setdefault(coarse(phones), []).append((word, phones))
    return {key: tuple(words) for key, words in found.items()}
