"""One answer from what all passes heard: which sentence it was, and whether it was for the home."""

from collections.abc import Sequence
from dataclasses import dataclass
import math

from ..hypothesis import Hypothesis, Pass
from ..language.grammar import Grammar
from ..language.household import Household
from .candidates import Candidate as Reading, Heard, candidates, heard_by_pass
from .evidence import weighed
from .likelihood import is_possible, prior_cost
from .protection import differ_in_meaning, differ_in_protected
from .rejection import Weighed, accepted_from, confidence

_TRUST = {Pass.GRAMMAR: 1.0, Pass.FREE: 0.5, Pass.TRANSDUCER: 0.7, Pass.ATTENTION: 0.5}
"""How much a phone of distance from each pass counts. The grammar pass knows the names, and its
readings are sentences already. Between 0.25 and 1 for the others, two of 218 development sentences
come out differently."""

_DICTATED_TRUST = 0.5
"""The same for the grammar pass where words are dictated: of "milk" it may know nothing nearer than
"twelve"."""

_SURPRISE_COST = 0.7
"""What a word costs, in phones, that no listed phrase has after its two predecessors."""

_AWAITED = -3.0
"""An answer to what the home has just asked is likelier than anything else, by so many phones."""

_TEMPERATURE = 1.0
"""Phones of cost that make a sentence e times less likely."""

_CLOSE = 1.0
"""Phones: two sentences of different meanings that are nearer are asked about."""

_RISKY = 2.5
"""Phones: a sentence that would do the opposite, or another number, is heard again within these."""

_DOUBTFUL = (0.08, 0.9)
"""Confidences between which the second pass is worth its time. Of 394 development commands, clean
and in rooms, the first passes gave two less, and more to one of 174 that were none."""

_MOST = 5
"""Candidates that are reported."""

_FORGONE = 0.02
"""Below this confidence the text is what an open pass heard, not the nearest sentence, unless a
closed list is all that may be said."""


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


NOTHING = Verdict("", (), accepted=False, confidence=0.0, clarify=None, needs_second_pass=False)


@dataclass(frozen=True, slots=True)
class Scored:
    """A reading with what is known of it; `cost` in phones, less is likelier."""

    reading: Reading
    cost: float
    weighed: Weighed
    possible: bool


def choose(hypotheses: Sequence[Hypothesis], household: Household, grammar: Grammar) -> Verdict:
    """Weigh the hypotheses of all passes, best first within each; any pass may be missing."""
    heard = heard_by_pass(hypotheses, grammar)
    if not heard:
        return NOTHING
    ranked = rank(heard, household, grammar)
    if not ranked:
        return _unknown(heard)
    best = ranked[0]
    likely = confidence(best.weighed)
    sure = likely if best.possible else 0.0
    rivals = [each for each in ranked[1:] if differ_in_meaning(best.reading, each.reading, grammar)]
    close = [each for each in rivals if each.cost - best.cost < _CLOSE]
    accepted = sure >= accepted_from(best.weighed)
    is_far = grammar.open and likely < _FORGONE
    return Verdict(
        text=_open_text(heard) or best.reading.text if is_far else best.reading.text,
        nbest=_shares(ranked),
        accepted=accepted,
        confidence=sure,
        clarify=_question(best, close, grammar) if accepted and close else None,
        needs_second_pass=Pass.ATTENTION not in heard and _is_unsure(best, sure, rivals, grammar),
    )


def rank(heard: Heard, household: Household, grammar: Grammar) -> list[Scored]:
    """All that may have been said, the likeliest first."""
    ratio = _ratio(heard)
    found = (_scored(each, heard, ratio, household, grammar) for each in candidates(heard, grammar))
    return sorted(found, key=lambda each: each.cost)


def _ratio(heard: Heard) -> float | None:
    """By how much the sound is likelier as the grammar's words than as any; natural logarithm."""
    if Pass.GRAMMAR not in heard or Pass.FREE not in heard:
        return None
    bound, free = (heard[each][0][1].likelihood for each in (Pass.GRAMMAR, Pass.FREE))
    return None if bound is None or free is None else bound - free


def _scored(
    reading: Reading, heard: Heard, ratio: float | None, household: Household, grammar: Grammar
) -> Scored:
    evidence = {
        source: found
        for source, readings in heard.items()
        if (found := weighed(reading.sounds, readings)) is not None
    }
    if reading.sentence is None:
        awaited = _AWAITED if grammar.open and not reading.surprises else 0.0
        prior, possible = awaited + _SURPRISE_COST * reading.surprises, True
    else:
        prior = prior_cost(reading.sentence, household, grammar)
        possible = is_possible(reading.sentence, household, grammar)
    trust = _TRUST
    if reading.sentence is not None and reading.sentence.is_dictated:
        trust = {**_TRUST, Pass.GRAMMAR: _DICTATED_TRUST}
    cost = prior + sum(trust[source] * found.cost for source, found in evidence.items())
    return Scored(reading, cost, Weighed(evidence, prior, ratio), possible)


def _is_unsure(best: Scored, sure: float, rivals: Sequence[Scored], grammar: Grammar) -> bool:
    """Whether another recogniser could change what is done."""
    if _DOUBTFUL[0] <= sure < _DOUBTFUL[1]:
        return True
    return sure >= accepted_from(best.weighed) and any(
        rival.cost - best.cost < _RISKY
        and differ_in_protected(best.reading, rival.reading, grammar)
        for rival in rivals
    )


def _shares(ranked: Sequence[Scored]) -> tuple[Candidate, ...]:
    least = ranked[0].cost
    weights = [math.exp((least - each.cost) / _TEMPERATURE) for each in ranked]
    total = sum(weights)
    return tuple(
        Candidate(each.reading.text, weight / total)
        for each, weight in zip(ranked[:_MOST], weights, strict=False)
    )


def _question(best: Scored, close: Sequence[Scored], grammar: Grammar) -> str:
    return grammar.wording("clarify").format(best.reading.text, close[0].reading.text)


def _open_text(heard: Heard) -> str:
    """What a pass heard that was not bound to the household."""
    for source in (Pass.ATTENTION, Pass.TRANSDUCER, Pass.FREE):
        if source in heard:
            return heard[source][0][1].text
    return ""


def _unknown(heard: Heard) -> Verdict:
    """Words of which no sentence can be made."""
    text = _open_text(heard) or next(iter(heard.values()))[0][1].text
    return Verdict(
        text,
        (Candidate(text, 1.0),),
        accepted=False,
        confidence=0.0,
        clarify=None,
        needs_second_pass=Pass.ATTENTION not in heard,
    )
