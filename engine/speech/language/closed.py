"""A list of phrases as all that may be said, or as the answers to what the home has asked."""

from collections.abc import Iterator, Sequence

from .pronunciation import Knows, Sounds
from .spoken_forms import spoken_forms

_END = ""
"""Stands before the first word and after the last."""


class ClosedPhrases:
    """Phrases, and what recombines them word by word.

    A recogniser learns from phrases which word may follow which, and so hears sentences that are in
    no list but join parts of listed ones. A list of examples means those too.
    """

    def __init__(self, phrases: Sequence[str], knows: Knows, sounds: Sounds, language: str) -> None:
        self._writing: dict[tuple[str, ...], str] = {}
        self._phrases: dict[str, str] = {}
        self._words: dict[str, set[str]] = {}
        self._pairs: dict[tuple[str, str], set[str]] = {}
        self._longest = 1
        self.sounds: list[tuple[str, str]] = []
        for phrase in phrases:
            for spoken in spoken_forms(phrase, knows, sounds, language):
                self._phrases.setdefault(spoken, phrase)
                self.sounds.append(("".join(map(sounds, spoken.split())), phrase))
                self._learn(spoken.split())
            for token in phrase.split():
                for spoken in spoken_forms(token, knows, sounds, language):
                    words = tuple(spoken.split())
                    self._writing.setdefault(words, token)
                    self._longest = max(self._longest, len(words))

    @property
    def spoken(self) -> tuple[str, ...]:
        """All phrases in spoken words."""
        return tuple(self._phrases)

    def written(self, text: str) -> str | None:
        """How the list writes a spoken text; None where it lacks one of its words."""
        if (phrase := self._phrases.get(text)) is not None:
            return phrase
        words = text.split()
        if not words or not all(word in self._words for word in words):
            return None
        return " ".join(self._tokens(words))

    def is_complete(self, text: str) -> bool:
        """Whether a spoken text may end here."""
        words = text.split()
        return bool(words) and self._follows(words) and _END in self._words[words[-1]]

    def may_continue(self, text: str) -> bool:
        """Whether more may follow a spoken text."""
        words = text.split()
        return self._follows(words) and bool(self._words.get((words or [_END])[-1], set()) - {_END})

    def surprises(self, text: str) -> int:
        """How many of its words do not stand after their two predecessors in any phrase."""
        words = [_END, _END, *text.split(), _END]
        triples = zip(words, words[1:], words[2:], strict=False)
        return sum(third not in self._pairs.get((one, two), ()) for one, two, third in triples)

    def _learn(self, words: Sequence[str]) -> None:
        padded = [_END, _END, *words, _END]
        for one, two, three in zip(padded, padded[1:], padded[2:], strict=False):
            self._words.setdefault(two, set()).add(three)
            self._pairs.setdefault((one, two), set()).add(three)

    def _follows(self, words: Sequence[str]) -> bool:
        pairs = zip([_END, *words], words, strict=False)
        return all(second in self._words.get(first, ()) for first, second in pairs)

    def _tokens(self, words: Sequence[str]) -> Iterator[str]:
        at = 0
        while at < len(words):
            for size in range(min(self._longest, len(words) - at), 0, -1):
                token = self._writing.get(tuple(words[at : at + size]))
                if token is not None or size == 1:
                    yield words[at] if token is None else token
                    at += size
                    break
