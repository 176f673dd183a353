"""What may be said in a household, in the words that a recogniser knows."""

from dataclasses import dataclass

from .household import Household
from .recogniser import Vocabulary


@dataclass(frozen=True, slots=True)
class Grammar:
    """A compiled household.

    `phrases` are spoken forms for the recogniser, lower case, in words that it knows; `terms` are
    those of names, for passes that are only biased.
    """

    phrases: tuple[str, ...]
    terms: tuple[str, ...]

    def written(self, spoken: str) -> str:
        """The text as a person would write it: names as the household spells them."""
        return spoken

    def is_complete(self, text: str) -> bool:
        """Whether a spoken text is a whole sentence."""
        return bool(text)

    def may_continue(self, text: str) -> bool:
        """Whether a spoken text is the beginning of a longer sentence."""
        return bool(text)


def compile_grammar(household: Household, vocabulary: Vocabulary) -> Grammar:
    """The grammar of a household for a recogniser that knows certain words."""
    names = [name for entity in household.entities for name in entity.names]
    spoken = household.phrases if household.phrases is not None else names
    return Grammar(tuple(dict.fromkeys(each.lower() for each in spoken)), tuple(names))
