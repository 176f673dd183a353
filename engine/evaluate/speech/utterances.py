"""What is said in the homes that speech is judged in: commands, and what is no command.

A home is a file: its household, shapes of sentences by what they are about, things and rooms that
it has not, and conversation. Sentences are written as people speak, not taken from the templates
that the engine compiles.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from itertools import cycle
import json
from typing import Any

from ...core.snapshot import Json
from ...speech.language.household import Household, household_from_json


class Kind(StrEnum):
    """What an utterance is."""

    COMMAND = "command"
    ABSENT = "absent device or room"
    ELSEWHERE = "wrong room"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text and what it is; only commands are for the home."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Home:
    """A household and what is said in it."""

    household: Household
    utterances: tuple[Utterance, ...]


_NUMBERS = {
    "percent": ("ten", "thirty five", "fifty", "sixty", "eighty", "twenty five", "ninety"),
    "degrees": ("eighteen", "twenty one", "nineteen", "twenty three"),
    "minutes": ("five", "fifteen", "forty five", "ten", "thirteen", "thirty", "twenty five"),
    "color": ("red", "blue", "green", "white", "purple"),
}

_SHAPES_A_THING = 4
"""Sentences said to each thing, of those that its domain has in turn."""


def home(name: str) -> Home:
    """A home by its name: "judged" or "development"."""
    path = resources.files(__package__) / "homes" / f"{name}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    household = household_from_json(document["household"])
    filler = _Filler(document["sentences"])
    said = [
        *(Utterance(text, Kind.COMMAND) for text in filler.commands(household)),
        *(Utterance(text, Kind.ABSENT) for text in filler.absent(document["absent"])),
        *(Utterance(text, Kind.ELSEWHERE) for text in filler.elsewhere(household)),
        *(Utterance(text, Kind.CONVERSATION) for text in document["conversation"]),
    ]
    return Home(household, tuple({each.text.casefold(): each for each in said}.values()))


def household_document(name: str) -> Json:
    """The household of a home, as a context file holds it."""
    path = resources.files(__package__) / "homes" / f"{name}.json"
    document: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))
    return document["household"]


class _Filler:
    """Fills shapes, each with the next of what may stand there."""

    def __init__(self, shapes: Mapping[str, Sequence[str]]) -> None:
        self._shapes = shapes
        self._turns = {kind: cycle(each) for kind, each in shapes.items()}
        self._numbers = {kind: cycle(each) for kind, each in _NUMBERS.items()}

    def commands(self, household: Household) -> Iterator[str]:
        for entity in household.entities:
            domain = entity.domain or ""
            for _ in range(min(_SHAPES_A_THING, len(self._shapes[domain]))):
                yield self._next(domain, name=entity.name)
        for area in household.areas:
            for shape in self._shapes["area"]:
                yield self._filled(shape, area=area.name)
        for shape in self._shapes["plain"]:
            yield self._filled(shape)

    def absent(self, things: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Orders to what the home has not."""
        for name in things["things"]:
            for domain in ("switch", "light"):
                yield self._next(domain, name=name)
        for room in things["rooms"]:
            for _ in range(2):
                yield self._next("area", area=room)

    def elsewhere(self, household: Household) -> Iterator[str]:
        """Orders to things in rooms where they are not."""
        rooms = cycle([area.name for area in household.areas])
        for entity in household.entities:
            if entity.domain in {"light", "switch", "fan"}:
                room = next(each for each in rooms if each != entity.area)
                verb = next(self._verbs)
                yield f"turn {verb} the {entity.name} in the {room}"

    _verbs = cycle(("on", "off"))

    def _next(self, domain: str, **names: str) -> str:
        return self._filled(next(self._turns[domain]), **names)

    def _filled(self, shape: str, **names: str) -> str:
        numbers = {
            kind: next(turn) for kind, turn in self._numbers.items() if f"{{{kind}}}" in shape
        }
        return shape.format_map({**names, **numbers})
