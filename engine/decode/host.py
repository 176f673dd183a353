"""What the host itself tells the engine: its clock, people's wishes, its entities."""

from ..core.message import HOST_TOPIC, Message
from ..core.observation import HOST, Observation
from ..core.reading import Intent, Mode, Reading, Sun, WallClock
from ..core.snapshot import Json
from .dialects.ha_entity import decode_entity
from .malformed import MalformedError
from .recognised import read_recognised
from .strict_json import Members, as_number, parse_object, scalar_fields

MAX_BYTES = 16 * 1024

_LONGEST_NAME = 64

_LONGEST_MODE = 255
"""Home Assistant's own limit of a state and of an entity id."""

_ZENITH = 90.0

_LARGEST_OFFSET = 24 * 3600
"""Seconds: no zone is a day or more away from UTC."""


def decode_host(message: Message, site: str) -> list[Observation]:
    """The observations in a `$host/...` message; none in any other, or in one that is malformed.

    Never raises: captures carry these messages too, and a capture is somebody else's file.
    """
    try:
        if message.topic == f"{HOST_TOPIC}entity":
            return decode_entity(parse_object(message.payload, MAX_BYTES), message, site)
        if message.topic == f"{HOST_TOPIC}clock":
            reading: Reading = _wall_clock(parse_object(message.payload, MAX_BYTES))
        elif message.topic == f"{HOST_TOPIC}intent":
            reading = _intent(parse_object(message.payload, MAX_BYTES))
        elif message.topic == f"{HOST_TOPIC}recognised":
            reading = read_recognised(parse_object(message.payload, MAX_BYTES))
        elif message.topic == f"{HOST_TOPIC}sun":
            reading = _sun(parse_object(message.payload, MAX_BYTES))
        elif message.topic == f"{HOST_TOPIC}mode":
            reading = _mode(parse_object(message.payload, MAX_BYTES))
        else:
            return []
    except MalformedError:
        return []
    t = message.host_t
    return [Observation(site, HOST, t, t, reading, live=not message.retain)]


def _wall_clock(body: dict[str, Json]) -> WallClock:
    members = Members(body)
    unix, zone = members.number("unix"), members.text("tz", _LONGEST_NAME)
    if unix is None or zone is None:
        raise MalformedError("a clock needs unix, seconds, and tz, an IANA name")
    return WallClock(unix, zone, members.text("tzdata", _LONGEST_NAME), _offsets(members))


def _offsets(members: Members) -> tuple[tuple[float, int], ...]:
    """Pairs of times and offsets; all or none, because a table with a hole tells a wrong time."""
    offsets: list[tuple[float, int]] = []
    for row in members.rows("offsets") or ():
        since, offset = (
            map(as_number, row) if isinstance(row, list) and len(row) == 2 else (None,) * 2
        )
        if since is None or offset is None or abs(offset) > _LARGEST_OFFSET:
            return ()
        if offsets and since <= offsets[-1][0]:
            return ()
        offsets.append((since, round(offset)))
    return tuple(offsets)


def _intent(body: dict[str, Json]) -> Intent:
    name = Members(body).text("name", _LONGEST_NAME)
    if name is None:
        raise MalformedError("an intent needs a name")
    return Intent(name, scalar_fields(body, frozenset({"name"})))


def _sun(body: dict[str, Json]) -> Sun:
    elevation = Members(body).number("elevation", -_ZENITH, _ZENITH)
    if elevation is None:
        raise MalformedError("a sun needs elevation, degrees")
    return Sun(elevation)


def _mode(body: dict[str, Json]) -> Mode:
    members = Members(body)
    name = members.text("name", _LONGEST_MODE)
    if name is None:
        raise MalformedError("a mode needs a name")
    return Mode(name, members.text("value", _LONGEST_MODE))
