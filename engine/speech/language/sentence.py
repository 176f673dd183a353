"""A sentence of a household, as understood."""

from dataclasses import dataclass
from itertools import islice, product

from .automaton import Slot
from .values import Value

_MOST_SOUNDS = 12
"""Ways to say one sentence that are compared with what was heard."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a template, or a filled slot: how it is written and how it may sound."""

    text: str
    sounds: tuple[str, ...]
    slot: Slot | None = None
    value: Value | None = None

    @property
    def is_dictated(self) -> bool:
        """Whether it may be any words."""
        return self.slot is not None and self.slot.kind == "text"


LONGEST_DICTATION = 10
"""Words that a sentence may take up without knowing them."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces in order. `templates` are those that it follows, by their place in the set of all."""

    pieces: tuple[Piece, ...]
    templates: frozenset[int]

    @property
    def text(self) -> str:
        """As a person would write it."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def is_dictated(self) -> bool:
        """Whether some of its words may be any."""
        return any(piece.is_dictated for piece in self.pieces)

    @property
    def sounds(self) -> tuple[str, ...]:
        """Its phones, in the ways in which names may be said."""
        ways = product(*(piece.sounds for piece in self.pieces))
        return tuple("".join(way) for way in islice(ways, _MOST_SOUNDS))
