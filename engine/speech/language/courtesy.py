"""Words around a command that say nothing to the home: "please", "could you", "hey Jarvis"."""

from collections.abc import Iterable


class Courtesy:
    """Parts them from what they surround."""

    def __init__(self, phrases: Iterable[str], calls: Iterable[str] = ()) -> None:
        self._calls = frozenset(calls)
        self._phrases = sorted(
            {tuple(phrase.casefold().split()) for phrase in phrases}, key=len, reverse=True
        )

    def parted(self, text: str) -> tuple[str, str, str]:
        """What goes before, the command, and what comes after."""
        words = text.split()
        # Of a wake word, the end is often heard as well: a call, and a name that may be any word.
        first, last = 2 * (len(words) > 2 and words[0] in self._calls), len(words)
        while size := self._at(words[first:last], front=True):
            first += size
        while size := self._at(words[first:last], front=False):
            last -= size
        return " ".join(words[:first]), " ".join(words[first:last]), " ".join(words[last:])

    def _at(self, words: list[str], *, front: bool) -> int:
        """How many words of courtesy stand at one end."""
        for phrase in self._phrases:
            size = len(phrase)
            if phrase and tuple(words[:size] if front else words[-size:]) == phrase:
                return size
        return 0
