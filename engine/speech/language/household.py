"""What may be talked about in a home: things, places, people, and what was said last.

A household comes as JSON, from the context file of `halcyon transcribe` or from the document that
the integration publishes on `$engine/home`; both have the same keys, all of them optional:

    {"entities": [{"name", "aliases": [], "area", "domain", "state"}],
     "areas": [name or {"name", "aliases": [], "floor"}], "floors": [name or {"name", "aliases"}],
     "contacts": [name or {"name", "aliases"}], "people": as contacts, "routines": [name],
     "alarms": [name], "room": name of the area of who speaks, "language": "en",
     "previous_turn": {"reply", "candidates": []}, "phrases": []}

With `phrases` nothing else may be said. Names are other people's text: they are cut, cleaned of
what cannot be spoken or shown, and never become templates. Entries that are null are skipped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
import unicodedata

from ...core.document import Reader
from ...core.snapshot import Json

LONGEST_NAME = 100
"""Characters of a name; nobody says a longer one. Longer names are refused, not cut, because two
cut ones could become the same."""

LONGEST_PHRASE = 400
"""Characters of a closed phrase or of a reply, some half a minute of speech."""

MOST_ENTRIES = 5000
"""Entities, or phrases. The largest homes known expose some hundreds; beyond this a document is
broken, and what it would cost is not bounded."""

MOST_ALIASES = 50
"""Aliases of one thing."""


class HouseholdError(ValueError):
    """A household cannot be used; the message names the place and what was expected there."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that can be spoken to or asked about.

    `area` is the name of an area; `domain` is Home Assistant's ("light", "cover", …), None where
    it is not known; `state` likewise ("on", "open", …).
    """

    name: str
    aliases: tuple[str, ...] = ()
    area: str | None = None
    domain: str | None = None
    state: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Place:
    """An area, a floor or a person: something with a name; an area may be on a floor."""

    name: str
    aliases: tuple[str, ...] = ()
    floor: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the home said last, and the answers it waits for."""

    reply: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """All that a command may name. Equal households make equal grammars.

    `room` is the area of who speaks. `phrases` that are not None are all that may be said.
    """

    entities: tuple[Entity, ...] = ()
    areas: tuple[Place, ...] = ()
    floors: tuple[Place, ...] = ()
    contacts: tuple[Place, ...] = ()
    routines: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    room: str | None = None
    previous: Turn = field(default_factory=Turn)
    phrases: tuple[str, ...] | None = None
    language: str = "en"


def household_from_json(document: Json) -> Household:
    """Read a household. Unknown keys are ignored. Raises HouseholdError."""
    reader = Reader(document, "household", HouseholdError)
    entities = tuple(map(_entity, _objects(reader, "entities")))
    areas = _places(reader, "areas")
    # An area that only its things know of can be spoken of all the same.
    known = {area.name.casefold() for area in areas}
    for entity in entities:
        if entity.area is not None and entity.area.casefold() not in known:
            known.add(entity.area.casefold())
            areas += (Place(entity.area),)
    return Household(
        entities=entities,
        areas=areas,
        floors=_places(reader, "floors"),
        contacts=_places(reader, "contacts") + _places(reader, "people"),
        routines=tuple(place.name for place in _places(reader, "routines")),
        alarms=tuple(place.name for place in _places(reader, "alarms")),
        room=_optional(reader, "room"),
        previous=_turn(reader),
        phrases=_texts(reader, "phrases", LONGEST_PHRASE) if reader.has("phrases") else None,
        language=_optional(reader, "language") or "en",
    )


def _entity(reader: Reader) -> Entity:
    return Entity(
        name=_name(reader, reader.raw("name"), "name"),
        aliases=_texts(reader, "aliases", LONGEST_NAME, MOST_ALIASES),
        area=_optional(reader, "area"),
        domain=_optional(reader, "domain"),
        state=_optional(reader, "state"),
    )


def _places(reader: Reader, key: str) -> tuple[Place, ...]:
    """Names, or objects with a name."""
    found = []
    for index, value in enumerate(_list(reader, key)):
        where = f"{key}[{index}]"
        if isinstance(value, dict):
            inner = Reader(value, where, HouseholdError, nested=True)
            name = _name(inner, inner.raw("name"), "name")
            aliases = _texts(inner, "aliases", LONGEST_NAME, MOST_ALIASES)
            found.append(Place(name, aliases, _optional(inner, "floor")))
        elif value is not None:
            found.append(Place(_name(reader, value, where)))
    return tuple(found)


def _turn(reader: Reader) -> Turn:
    value = reader.raw("previous_turn")
    if value is None:
        return Turn()
    inner = Reader(value, "previous_turn", HouseholdError, nested=True)
    reply = inner.raw("reply")
    return Turn(
        _clean(inner, reply, "reply", LONGEST_PHRASE) if reply is not None else "",
        _texts(inner, "candidates", LONGEST_NAME),
    )


def _objects(reader: Reader, key: str) -> Iterator[Reader]:
    for index, value in enumerate(_list(reader, key)):
        if value is not None:
            yield Reader(value, f"{key}[{index}]", HouseholdError, nested=True)


def _list(reader: Reader, key: str, most: int = MOST_ENTRIES) -> list[Json]:
    value = reader.raw(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise HouseholdError(f"{reader.place}: {key} must be a list")
    if len(value) > most:
        raise HouseholdError(f"{reader.place}: {key} has {len(value)} entries, at most {most} fit")
    return value


def _texts(reader: Reader, key: str, longest: int, most: int = MOST_ENTRIES) -> tuple[str, ...]:
    """The texts of a list without repetition, in their order."""
    named: Callable[[int], str] = f"{key}[{{}}]".format
    found = (
        _clean(reader, value, named(index), longest)
        for index, value in enumerate(_list(reader, key, most))
        if value is not None
    )
    return tuple(dict.fromkeys(text for text in found if text))


def _optional(reader: Reader, key: str) -> str | None:
    value = reader.raw(key)
    return None if value is None else _clean(reader, value, key, LONGEST_NAME) or None


def _name(reader: Reader, value: Json, key: str) -> str:
    name = _clean(reader, value, key, LONGEST_NAME)
    if not name:
        raise HouseholdError(f"{reader.place}: {key} must be a text")
    return name


def _clean(reader: Reader, value: Json, key: str, longest: int) -> str:
    """A text in one line: composed, without control characters and repeated spaces."""
    if not isinstance(value, str):
        raise HouseholdError(f"{reader.place}: {key} must be a text")
    if len(value) > longest:
        raise HouseholdError(f"{reader.place}: {key} is longer than {longest} characters")
    composed = unicodedata.normalize("NFC", value)
    shown = (" " if unicodedata.category(each)[0] in "CZ" else each for each in composed)
    return " ".join("".join(shown).split())
