"""A house that grows by itself: rooms and sleepers from what its nodes announce and send."""

from dataclasses import replace
import re

from ..core.house import House, Mount, Room, Sleeper
from ..core.message import is_id
from ..core.observation import Observation
from ..core.reading import (
    Announcement,
    BodyMovement,
    Breath,
    Connection,
    Frames,
    Traffic,
    Vitals,
)

ROOMS_AT_MOST = 256
"""Rooms that a house grows to; a mansion has fewer, a publisher of made-up nodes does not."""

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+", re.ASCII)
_ID_LENGTH = 32


def grown(house: House, observation: Observation) -> House:
    """The house with a place for the source of the observation, the same house if it has one."""
    source, reading = observation.source, observation.reading
    if isinstance(reading, Connection | Traffic):
        return house
    if isinstance(reading, Announcement):
        wish = reading.room
        return _placed(house, source, wish if wish is not None and is_id(wish) else _slug(source))
    room = house.room_of(source)
    if room is None:
        house = _placed(house, source, _slug(source))
        room = house.room_of(source)
    if room is None or not isinstance(reading, Breath | Frames | Vitals | BodyMovement):
        return house
    if not is_id(source) or any(sleeper.node == source for sleeper in room.sleepers):
        return house
    sleepers = (*room.sleepers, Sleeper(source, source))
    return house.with_room(replace(room, sleepers=sleepers))


def _placed(house: House, source: str, wish: str) -> House:
    """The house with the source mounted in the room it wishes for, and nowhere else."""
    old = house.room_of(source)
    if old is not None and old.id == wish:
        return house
    new = next((room for room in house.rooms if room.id == wish), None)
    if new is None:
        if not wish or len(house.rooms) >= ROOMS_AT_MOST:
            return house
        new = Room(wish)
    mount, sleepers = Mount(source), new.sleepers
    if old is not None:
        mount = next(each for each in old.mounts if each.source == source)
        sleepers += tuple(each for each in old.sleepers if each.node == source)
        house = _without(house, old, source)
    return house.with_room(replace(new, mounts=(*new.mounts, mount), sleepers=sleepers))


def _without(house: House, room: Room, source: str) -> House:
    mounts = tuple(each for each in room.mounts if each.source != source)
    if not mounts:
        return replace(house, rooms=tuple(each for each in house.rooms if each.id != room.id))
    sleepers = tuple(each for each in room.sleepers if each.node != source)
    return house.with_room(replace(room, mounts=mounts, sleepers=sleepers))


def _slug(source: str) -> str:
    """A room id for a source that names none: itself, or what an id can hold of it."""
    return _NOT_IN_IDS.sub("-", source.lower()).strip("-")[:_ID_LENGTH].strip("-")
