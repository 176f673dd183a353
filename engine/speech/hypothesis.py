"""What a recogniser believes was said."""

from dataclasses import dataclass
from enum import StrEnum


class Pass(StrEnum):
    """The way by which a hypothesis was found."""

    GRAMMAR = "grammar"
    """Decoded with nothing but the household's phrases."""
    FREE = "free"
    """Decoded with the language model that came with the recogniser."""
    ATTENTION = "attention"
    """Decoded anew from the whole utterance by an attention model, biased to the household."""
    TRANSDUCER = "transducer"
    """Decoded by a streaming transducer, biased to the household."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a hypothesis.

    `start` and `end` are seconds from the start of the utterance, None where the recogniser does
    not know them. `confidence` is 0 to 1: the share of what the recogniser holds for possible that
    has this word at this place; None where it cannot say.
    """

    text: str
    start: float | None
    end: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text, in the spoken forms of the recogniser: lower case, words parted by single spaces.

    `score` is the natural logarithm of how likely its own recogniser finds it, less that of its
    best: 0 for the best of a pass, below 0 for the others, and comparable only within a pass.
    An empty text means that nothing was said that this pass knows.

    `likelihood` is the same logarithm as it is, up to a constant of the sound: passes of one model
    over the same sound can be compared by it. None where a recogniser has none.
    """

    text: str
    score: float
    words: tuple[Word, ...]
    source: Pass
    likelihood: float | None = None

    @property
    def confidence(self) -> float | None:
        """The mean confidence of its words, 0 to 1; None where there are none or it is unknown."""
        known = [word.confidence for word in self.words if word.confidence is not None]
        return sum(known) / len(known) if known else None
