"""Favouring names while a decoder searches: shallow fusion with a trie, within bounds.

Each token that continues a name earns a bonus; a name that is not finished gives its bonus back,
so that "kit" of "kitchen" does not make "kit" more likely. The bonus a sentence can earn is
limited, because beyond some weight decoders fall into repeating what pays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WEIGHT = 1.0
"""Natural logarithm that each token of a name is favoured by. At 2 decoders begin to loop and
lose more than they win; so it was measured for this project, and so Moonshine's own notes say."""

_MOST = 12.0
"""The bonus of one sentence at most: two long names of six tokens each."""


@dataclass(slots=True)
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Favoured:
    """Where in a name a sentence is: what is earned for good, and what only if the name ends."""

    node: _Node
    kept: float = 0.0
    pending: float = 0.0

    @property
    def bonus(self) -> float:
        """What counts while the search goes on."""
        return min(self.kept + self.pending, _MOST)

    @property
    def final(self) -> float:
        """What counts when the sentence is over: names that were not finished earn nothing."""
        return min(self.kept, _MOST)


class Favours:
    """Names as sequences of tokens; each begins where a word begins."""

    def __init__(self, names: Iterable[Sequence[int]], weight: float = WEIGHT) -> None:
        self._root = _Node()
        self._weight = weight
        for name in names:
            node = self._root
            for token in name:
                node = node.children.setdefault(token, _Node())
            node.is_end = node is not self._root

    def start(self) -> Favoured:
        """Before the first token."""
        return Favoured(self._root)

    def favoured_next(self, at: Favoured) -> Mapping[int, object]:
        """The tokens that would begin or continue a name."""
        return {**self._root.children, **at.node.children}

    def after(self, at: Favoured, token: int) -> Favoured:
        """Where a sentence is after one more token."""
        if (node := at.node.children.get(token)) is not None:
            pending = at.pending + self._weight
        elif (node := self._root.children.get(token)) is not None:
            pending = self._weight
        else:
            return Favoured(self._root, at.kept)
        if node.is_end:
            return Favoured(node, at.kept + pending)
        return Favoured(node, at.kept, pending)
