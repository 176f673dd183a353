"""The phrases of a household for a recogniser that learns from them which word follows which."""

from collections.abc import Iterator, Sequence
from itertools import cycle

from .automaton import Slot
from .carriers import Carrier, everyday_carriers, other_carriers
from .household import Household
from .values import Value, Values

MOST_PHRASES = 12_000
"""Phrases of a grammar. Building the recogniser's takes some 2 ms a thousand; a home of 60
entities has three quarters as many."""

_EVERYDAY_WEIGHT = 2
"""How often everyday sentences are repeated: in noise, at 3 dB, a grammar that lists all sentences
once understood a quarter fewer development commands than one without the unusual ones."""

_CANDIDATE_WEIGHT = 20
"""How often an answer that is waited for is repeated: then it is likelier than all else, and
something else can still be said."""


def household_phrases(household: Household, values: Values) -> tuple[str, ...]:
    """Sentences in spoken words, everyday ones for every name and others for some.

    The order is the same for equal households. A repeated phrase counts repeatedly.
    """
    usual = [each for each in everyday_carriers(household.language) if _can(each, values)]
    others = [each for each in other_carriers(household.language) if _can(each, values)]
    wanted = sum(_most(carrier, values) for carrier in usual)
    share = min(1.0, max(0, MOST_PHRASES - len(others)) / max(_EVERYDAY_WEIGHT * wanted, 1))
    filler = _Filler(values)
    found = [
        phrase for carrier in usual * _EVERYDAY_WEIGHT for phrase in filler.every(carrier, share)
    ]
    found += [filler.one(carrier) for carrier in others]
    return tuple(found[:MOST_PHRASES])


def candidate_phrases(forms: Sequence[str]) -> tuple[str, ...]:
    """The answers that are waited for, in spoken words, as often as they weigh."""
    return tuple(forms) * _CANDIDATE_WEIGHT


def _can(carrier: Carrier, values: Values) -> bool:
    return all(not isinstance(label, Slot) or values.of(label) for label in carrier)


def _most(carrier: Carrier, values: Values) -> int:
    """How many phrases a carrier wants: one for every filling of its largest slot of names."""
    return max((len(values.of(slot)) for slot in _named(carrier)), default=1)


def _named(carrier: Carrier) -> Iterator[Slot]:
    return (label for label in carrier if isinstance(label, Slot) and label.kind != "number")


class _Filler:
    """Fills slots, each with one value after the other, so that all come up equally often."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._turns: dict[Slot, Iterator[str]] = {}

    def one(self, carrier: Carrier) -> str:
        return " ".join(
            self._next(label) if isinstance(label, Slot) else label for label in carrier
        )

    def every(self, carrier: Carrier, share: float) -> Iterator[str]:
        """A phrase for every filling of its largest slot, or for a share of these in turn."""
        most = _most(carrier, self._values)
        for _ in range(max(1, round(share * most))):
            yield self.one(carrier)

    def _next(self, slot: Slot) -> str:
        turns = self._turns.get(slot)
        if turns is None:
            turns = self._turns[slot] = cycle(_forms(self._values.of(slot)))
        return next(turns)


def _forms(values: Sequence[Value]) -> list[str]:
    """Spoken forms in the order of their use: the likeliest of all values before the others."""
    most = max(len(value.spoken) for value in values)
    # The likeliest come up again between the others, so that they stay the likeliest.
    return [
        value.spoken[place] if place < len(value.spoken) else value.spoken[0]
        for place in range(most)
        for value in values
    ]
