"""How likely a sentence is in a household, before anybody listens."""

from collections.abc import Iterable

from ..language.grammar import Grammar
from ..language.household import Entity, Household
from ..language.sentence import Sentence

UNUSUAL = 0.8
"""What a sentence costs that is not said every day, in phones of evidence against it."""

_DICTATED = 0.8
"""A sentence that takes any words explains too much."""

_AT_HAND = -0.4
"""A thing in the room of who speaks, or that was spoken of last, is likelier than others."""

_IDLE = 0.5
"""To ask for what is so already is rarer than to ask for a change."""

IMPOSSIBLE = 3.0
"""What the household cannot do: a thing in a room where it is not. It is still heard as such where
the evidence is clear, and then refused."""

_WELL_KNOWN = 3
"""Things of a room that tell that it has nothing else; a household document need not be whole."""

_REACHED = {"HassTurnOn": {"on", "open", "locked"}, "HassTurnOff": {"off", "closed", "unlocked"}}
"""The states after an intent; to open is to turn on a cover, to lock to turn on a lock."""


def prior_cost(sentence: Sentence, household: Household, grammar: Grammar) -> float:
    """How unlikely a sentence is, in phones."""
    cost = 0.0 if grammar.is_everyday(sentence) else UNUSUAL
    if sentence.is_dictated:
        cost += _DICTATED
    if not is_possible(sentence, household, grammar):
        cost += IMPOSSIBLE
    named = _named(sentence)
    if any(_is_at_hand(entity, household) for entity in named):
        cost += _AT_HAND
    intents = {template.intent for template in grammar.templates(sentence)}
    reached = set().union(*(_REACHED.get(intent, set()) for intent in intents))
    if named and all(entity.state in reached for entity in named):
        cost += _IDLE
    return cost


def is_possible(sentence: Sentence, household: Household, grammar: Grammar) -> bool:
    """Whether the things of a sentence are in the rooms that it names.

    A room of which little is known may have anything.
    """
    rooms = _filled(sentence, "area")
    if not rooms:
        return True
    named = _named(sentence)
    if named:
        return any(entity.area is None or _is_in(entity, rooms, household) for entity in named)
    there = [entity for entity in household.entities if _is_in(entity, rooms, household)]
    about = {template.domain for template in grammar.templates(sentence)}
    if len(there) < _WELL_KNOWN or None in about:
        return True
    return any(entity.domain is None or entity.domain in about for entity in there)


def _named(sentence: Sentence) -> tuple[Entity, ...]:
    return tuple(
        entity
        for piece in sentence.pieces
        if piece.value is not None
        for entity in piece.value.entities
    )


def _filled(sentence: Sentence, kind: str) -> set[str]:
    return {
        piece.text.casefold()
        for piece in sentence.pieces
        if piece.slot is not None and piece.slot.kind == kind
    }


def _is_in(entity: Entity, rooms: Iterable[str], household: Household) -> bool:
    if entity.area is None:
        return False
    own = {entity.area.casefold()}
    for area in household.areas:
        if area.name.casefold() in own:
            own.update(name.casefold() for name in area.names)
    return not own.isdisjoint(rooms)


def _is_at_hand(entity: Entity, household: Household) -> bool:
    if household.room is not None and _is_in(entity, {household.room.casefold()}, household):
        return True
    reply = household.previous.reply.casefold()
    return bool(reply) and any(name.casefold() in reply for name in entity.names)
