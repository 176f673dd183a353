"""A home, and a recogniser's lexicon: English words, but none of brands."""

import pytest

from halcyon.core.snapshot import Json
from halcyon.speech.language.grammar import Grammar, compile_grammar
from halcyon.speech.language.household import Household, household_from_json
from halcyon.speech.language.pronunciation import lexicon

_UNKNOWN = frozenset({"unmute", "unpause", "roomba", "sonos"})


def knows(word: str) -> bool:
    """Whether a recogniser has a word; the lexicon leaves regular plurals and the like to rules."""
    stem = word.removesuffix("s").removesuffix("'")
    listed = lexicon().get(word) or lexicon().get(stem)
    return listed is not None and word not in _UNKNOWN


DOCUMENT: dict[str, Json] = {
    "entities": [
        {"name": "Standing Lamp", "area": "Living Room", "domain": "light"},
        {"name": "Nanoleaf", "area": "Living Room", "domain": "light", "state": "on"},
        {"name": "TV", "aliases": ["television"], "area": "Living Room", "domain": "media_player"},
        {"name": "EcoBee", "area": "Hallway", "domain": "climate"},
        {"name": "Front Door", "area": "Hallway", "domain": "lock"},
        {"name": "Garage Door", "area": "Garage", "domain": "cover"},
        {"name": "Fan", "area": "Bedroom", "domain": "fan"},
        {"name": "Bedside Lamp", "area": "Bedroom", "domain": "light"},
        {"name": "Curtain", "area": "Bedroom", "domain": "cover"},
        {"name": "Radio", "area": "Bedroom", "domain": "media_player"},
    ],
    "areas": [{"name": "Living Room", "aliases": ["Lounge"], "floor": "Upstairs"}, "Kitchen"],
    "floors": ["Upstairs"],
    "routines": ["Good Night"],
}


@pytest.fixture
def household() -> Household:
    return household_from_json(DOCUMENT)


@pytest.fixture
def grammar(household: Household) -> Grammar:
    return compile_grammar(household, knows)
