"""Words around a command that say nothing to the home: "please", "could you"."""

from collections.abc import Iterable


class Courtesy:
    """Parts them from what they surround."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = sorted(
            {tuple(phrase.casefold().split()) for phrase in phrases}, key=len, reverse=True
        )

    def parted(self, text: str) -> tuple[str, str, str]:
        """What goes before, the command, and what comes after."""
        words = text.split()
        first, last = 0, len(words)
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
