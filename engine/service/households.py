"""The home as Home Assistant describes it on `$engine/home`, for who hears commands.

The document has the keys of a household (`speech/language/household.py`) and beside them
`halcyon_home`, its version, and `rooms`: [{"id", "area", "nodes": [], "paused"}], where `area` is
the name of the area, and nobody listens in a room that is paused.
"""

from dataclasses import dataclass, field, replace
import json
from typing import cast

from ..core.document import Reader
from ..core.message import is_id
from ..core.snapshot import Json
from ..speech.language.household import Household, HouseholdError, household_from_json

VERSION = 1
"""What `halcyon_home` must be: the major version of the document."""

LARGEST = 512 * 1024
"""Bytes: a home of 5000 exposed entities with a name and an area each."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the site: its area's name, the nodes that hang in it, and whether it rests."""

    id: str
    area: str | None
    nodes: tuple[str, ...]
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """Who and what is in a home, and which node hears which room."""

    household: Household = field(default_factory=Household)
    rooms: tuple[Room, ...] = ()

    def room_of(self, place: str) -> Room | None:
        """The room in which a node hangs, or which is itself called so."""
        for room in self.rooms:
            if place in (room.id, *room.nodes) or place.casefold() == (room.area or "").casefold():
                return room
        return None

    def is_paused(self, place: str) -> bool:
        """Whether nobody listens there."""
        room = self.room_of(place)
        return room is not None and room.paused

    def heard_from(self, place: str) -> Household:
        """The household as somebody speaks of it beside a node or in a room."""
        room = self.room_of(place)
        return self.household if room is None else replace(self.household, room=room.area)


def read_home(payload: bytes) -> Home:
    """A `$engine/home` document; raises HouseholdError."""
    if len(payload) > LARGEST:
        raise HouseholdError(f"the home has {len(payload)} bytes, at most {LARGEST} are read")
    try:
        document = cast("Json", json.loads(payload))
    except (ValueError, RecursionError) as error:
        raise HouseholdError(f"the home is not JSON: {error}") from error
    reader = Reader(document, "home", HouseholdError)
    version = reader.raw("halcyon_home")
    if version != VERSION:
        raise HouseholdError(f"home: version {version!r} is not {VERSION}; update both sides")
    return Home(household_from_json(document), tuple(map(_room, reader.objects("rooms"))))


def asked_about(home: Household, context: Json, names: list[str] | None) -> Household:
    """The household of one turn.

    `context` may hold a `household` in the place of the home that is known, and the `room` and
    `previous_turn` of one; `names` are expected beside it. Raises HouseholdError.
    """
    if context is not None and not isinstance(context, dict):
        raise HouseholdError("context: halcyon must be an object")
    given = context or {}
    whole = given.get("household")
    household = home if whole is None else household_from_json(whole)
    turn = household_from_json({key: given.get(key) for key in ("room", "previous_turn")})
    if turn.room is not None:
        household = replace(household, room=turn.room)
    if given.get("previous_turn") is not None:
        household = replace(household, previous=turn.previous)
    return _with_names(household, names) if names else household


def _with_names(household: Household, names: list[str]) -> Household:
    """A household in which these names can be spoken of too, whatever they name."""
    read = household_from_json({"contacts": cast("Json", names)}).contacts
    known = {name.casefold() for name in (*household.routines, *household.alarms)}
    for each in (household.entities, household.areas, household.floors, household.contacts):
        known |= {name.casefold() for named in each for name in named.names}
    news = tuple(each for each in read if each.name.casefold() not in known)
    return replace(household, contacts=household.contacts + news) if news else household


def _room(reader: Reader) -> Room:
    nodes = reader.raw("nodes")
    if not isinstance(nodes, list):
        raise HouseholdError(f"{reader.place}: nodes must be a list of ids")
    named = tuple(node for node in nodes if isinstance(node, str) and is_id(node))
    area = reader.raw("area")
    return Room(
        reader.identifier("id"),
        area if isinstance(area, str) and area else None,
        named,
        reader.flag("paused"),
    )
