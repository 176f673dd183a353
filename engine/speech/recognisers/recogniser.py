"""What every recogniser does, whatever stands behind it."""

from dataclasses import dataclass
from typing import Protocol

from ..hypothesis import Hypothesis, Pass

RATE = 16_000
"""Samples a second of all sound in here: what every model of this floor was trained on."""

SAMPLE_BYTES = 2
"""Bytes of a sample: signed 16 bit, little endian."""

SECOND_BYTES = RATE * SAMPLE_BYTES
"""Bytes of a second of sound."""


@dataclass(frozen=True, slots=True)
class Biasing:
    """What a recogniser may expect in this turn, in spoken forms.

    `phrases` are whole sentences: a grammar pass decodes nothing else. `terms` are names of things,
    rooms and people, which other passes favour a little. Both may be empty; a grammar pass without
    phrases hears nothing.
    """

    phrases: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partial:
    """What a recogniser makes of the sound so far; `text` may change with every chunk."""

    text: str


class Recogniser(Protocol):
    """One pass over one utterance at a time.

    `begin`, then `feed` as sound arrives, then `finish`; `reset` gives up what was begun. After
    `finish` or `reset` the next `begin` may follow. None of these may be called from two threads
    at once.
    """

    @property
    def source(self) -> Pass:
        """What its hypotheses name as their source."""

    def begin(self, biasing: Biasing) -> None:
        """Start an utterance; what an earlier one left behind is given up."""

    def feed(self, pcm: bytes) -> Partial:
        """Take more sound: `RATE` a second, mono, 16 bit little endian, of any length.

        A recogniser that reads only whole utterances returns an empty text until `finish`.
        """

    def finish(self) -> tuple[Hypothesis, ...]:
        """What was said, the best first; never empty, but perhaps one of empty text."""

    def reset(self) -> None:
        """Give up the utterance, and what it holds."""
