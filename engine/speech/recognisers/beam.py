"""Beam search over the tokens of a decoder, with favoured names and without loops."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .favour import Favoured, Favours

BEAMS = 6
"""Sentences that are followed at once; the oracle of eight is hardly better, and takes longer."""

_RANGE = 8.0
"""A sentence this much (natural logarithm) less likely than the best is given up; so is a token."""

_LOOPS = ((1, 4), (2, 3), (3, 2), (4, 2))
"""How many tokens may follow each other how often, before it is the decoder that stammers and not
the speaker: nobody says "light light light light"."""


class Decoder(Protocol):
    """A decoder with a cache of what it has read, one row for each sentence."""

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> NDArray[np.float32]:
        """Logits (sentences, vocabulary) after the next token of each.

        `rows` says which row of the step before each sentence continues.
        """


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens without the one that ends them; each one's natural logarithm of its probability.

    `score` is the sum of these and of what names earned.
    """

    tokens: tuple[int, ...]
    logs: tuple[float, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Running:
    tokens: tuple[int, ...]
    logs: tuple[float, ...]
    favoured: Favoured

    @property
    def score(self) -> float:
        return sum(self.logs) + self.favoured.bonus


def search(
    decoder: Decoder, start: int, end: int, longest: int, favours: Favours, beams: int = BEAMS
) -> list[Sentence]:
    """The best sentences, best first, of at most `longest` tokens; never empty.

    `start` and `end` are the tokens that open and close a sentence; `beams` are followed at once.
    """
    running = [_Running((), (), favours.start())]
    tokens, rows = [start], [0]
    done: list[Sentence] = []
    for _ in range(longest):
        chances = _log_softmax(decoder.step(tokens, rows))
        grown: list[tuple[_Running, int]] = []
        for row, sentence in enumerate(running):
            done.append(_ended(sentence, float(chances[row, end])))
            grown += [
                (further, row) for further in _grown(sentence, chances[row], end, favours, beams)
            ]
        done = _best(done, beams)
        running, rows = _pruned(grown, done, beams)
        if not running:
            break
        tokens = [sentence.tokens[-1] for sentence in running]
    return done


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    chances: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return chances


def _ended(sentence: _Running, log: float) -> Sentence:
    score = sum(sentence.logs) + log + sentence.favoured.final
    return Sentence(sentence.tokens, (*sentence.logs, log), score)


def _grown(
    sentence: _Running,
    chances: NDArray[np.float64],
    end: int,
    favours: Favours,
    beams: int,
) -> list[_Running]:
    """A sentence with each token that is likely, or favoured and not unlikely."""
    likely = np.argpartition(-chances, beams)[: beams + 1]
    floor = float(chances.max()) - _RANGE
    found = []
    for token in {*likely.tolist(), *favours.favoured_next(sentence.favoured)}:
        if token == end or chances[token] < floor:
            continue
        further = _Running(
            (*sentence.tokens, token),
            (*sentence.logs, float(chances[token])),
            favours.after(sentence.favoured, token),
        )
        if not _stammers(further.tokens):
            found.append(further)
    return found


def _stammers(tokens: tuple[int, ...]) -> bool:
    for length, times in _LOOPS:
        tail = tokens[-length * times :]
        if len(tail) == length * times and tail == tail[:length] * times:
            return True
    return False


def _best(done: list[Sentence], beams: int) -> list[Sentence]:
    return sorted(done, key=lambda each: each.score, reverse=True)[:beams]


def _pruned(
    grown: list[tuple[_Running, int]], done: list[Sentence], beams: int
) -> tuple[list[_Running], list[int]]:
    """The sentences worth following: what is said can only become less likely."""
    grown.sort(key=lambda each: each[0].score, reverse=True)
    enough = done[-1].score if len(done) == beams else -np.inf
    floor = max(enough, done[0].score - _RANGE)
    kept = [each for each in grown[:beams] if each[0].score > floor]
    return [sentence for sentence, _ in kept], [row for _, row in kept]
