"""Names word by word."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .sentence import Piece


@dataclass(slots=True)
class Trie:
    """What may follow the words so far; `piece` is what they stand for, if for anything."""

    branches: dict[str, Trie] = field(default_factory=dict)
    piece: Piece | None = None

    def add(self, words: Sequence[str], piece: Piece) -> None:
        """Add a name; the first of several with the same words is kept."""
        node = self
        for word in words:
            node = node.branches.setdefault(word, Trie())
        if node.piece is None:
            node.piece = piece
