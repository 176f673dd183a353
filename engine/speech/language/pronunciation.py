"""How words sound, and how far apart two sounds are.

A sound is a string with one character a phone, without stress. English words are looked up in the
lexicon that hibari-tts brings (General American, Apache-2.0) and, where they are not in it, read by
its network for unknown words. For other languages letters stand for phones.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
import gzip
from importlib import resources
import json
import unicodedata

from rapidfuzz.distance import Levenshtein

type Sounds = Callable[[str], str]
"""The phones of one word in lower case."""

type Knows = Callable[[str], bool]
"""Whether a recogniser can hear a word, in lower case, at all."""

_STRESS = str.maketrans("", "", "ˈˌː‿ ")

_KINDS = {
    "p": "pb",
    "t": "tdɾT",
    "k": "kɡ",  # noqa: RUF001  # phones
    "f": "fv",
    "θ": "θð",
    "s": "sz",
    "ʃ": "ʃʒʤʧ",
    "n": "nŋ",
    "e": "iɪɛæAᵻye",  # noqa: RUF001  # phones
    "o": "uʊɔOɑʌəɐɜɒaQᵊ",  # noqa: RUF001  # phones
    "I": "IWY",
}
"""Phones that recognisers confuse: stops and fricatives that differ in voice alone, front and back
vowels, diphthongs that glide. (A is the vowel of day, O of so, I of my, W of now, Y of boy.)"""

_COARSE = str.maketrans({phone: kind for kind, phones in _KINDS.items() for phone in phones})

_CACHED_WORDS = 20_000
"""Words whose phones are kept: a household's and those of many utterances, some 2 MB."""


def sounds_of(language: str) -> Sounds:
    """How words of a language sound."""
    return _english if language.split("-", maxsplit=1)[0] == "en" else plain


def unstressed(phones: str) -> str:
    """Phones without marks of stress and length."""
    return phones.translate(_STRESS)


def coarse(phones: str) -> str:
    """Phones with those made equal that recognisers confuse."""
    return phones.translate(_COARSE)


def distance(left: str, right: str) -> float:
    """How far apart two sounds are, in phones: confusable ones count half.

    The mean of Levenshtein's distances between phones and between kinds of phones.
    """
    fine = Levenshtein.distance(left, right)
    if fine == 0:
        return 0.0
    return (fine + Levenshtein.distance(coarse(left), coarse(right))) / 2


def plain(word: str) -> str:
    """A word in unaccented lower-case letters."""
    parts = unicodedata.normalize("NFKD", word.casefold().replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in parts if letter.isalnum())


class Lexicon:
    """Words in lower case with their phones, unstressed.

    Kept as texts, one for every two first letters, which are searched: 90,000 words as objects
    would take 46 MB instead of 2.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        blocks: dict[str, list[str]] = {}
        for word, phones in entries:
            blocks.setdefault(word[:2], []).append(f"{word}\t{unstressed(phones)}")
        self._blocks = {key: f"\n{'\n'.join(lines)}\n".encode() for key, lines in blocks.items()}

    def get(self, word: str) -> str | None:
        """The phones of a word, None for one that is not here."""
        block, key = self._blocks.get(word[:2], b""), f"\n{word}\t".encode()
        at = block.find(key)
        if at < 0:
            return None
        start = at + len(key)
        return block[start : block.index(b"\n", start)].decode()

    def items(self) -> Iterator[tuple[str, str]]:
        """All words with their phones."""
        for block in self._blocks.values():
            for line in block.decode().split("\n")[1:-1]:
                word, phones = line.split("\t")
                yield word, phones


@cache
def lexicon() -> Lexicon:
    """English words, some 90,000.

    What people wrote down; the larger part that was made by rule is left to the network, which was
    made for words that are not here.
    """
    path = resources.files("hibari") / "assets" / "lexicon_us_gold.json.gz"
    found: dict[str, str] = {}
    for word, entry in json.loads(gzip.decompress(path.read_bytes())).items():
        phones = entry.get("DEFAULT") if isinstance(entry, dict) else entry
        if phones and (word.islower() or word.lower() not in found):
            found[word.lower()] = phones
    return Lexicon(found.items())


@lru_cache(_CACHED_WORDS)
def _english(word: str) -> str:
    known = lexicon().get(word)
    if known is not None:
        return known
    if word.endswith("'s"):
        return _english(word[:-2]) + "z"
    letters = plain(word)
    if (known := lexicon().get(letters)) is not None:
        return known
    read = _reader()(letters)
    return letters if read is None else unstressed(read)


@cache
def _reader() -> Callable[[str], str | None]:
    from hibari.g2p.oov import OOV

    read: Callable[[str], str | None] = OOV()
    return read
