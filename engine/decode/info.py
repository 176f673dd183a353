"""The announcement of a node: what it is, what it sends, which alarms it holds."""

import math

from ..core.message import is_id
from ..core.reading import Announcement, HeldAlarm, NodeLight, Stream
from ..core.snapshot import Json
from .malformed import MalformedError
from .stamp import U32
from .strict_json import Members, as_number

MAX_BYTES = 4096
VERSION = 1

_LONGEST_TEXT = 64
_MOST_MICROPHONES = 16
_FASTEST_HZ = 1e6
_LARGEST_SCALE = 1e6
_FULL_COLOUR = 255.0


def read_version(body: dict[str, Json]) -> int:
    """The major version that an announcement is written in; raises MalformedError without one."""
    version = Members(body).number("v", 0.0, 1e6)
    if version is None:
        raise MalformedError("v must be the version of the protocol, a number")
    return math.floor(version)


def read_announcement(body: dict[str, Json]) -> tuple[Announcement, str | None]:
    """An announcement of version 1, and the name of a member that is wrong and was left out.

    Raises MalformedError without a boot id, which is what ties data to it.
    """
    members = Members(body)
    boot = members.whole("boot", 0, U32 - 1)
    if boot is None:
        raise MalformedError("boot must be an integer from 0 to 2^32 - 1")
    room = members.text("room", _LONGEST_TEXT)
    if room is not None and not is_id(room):
        members.refuse("room")
        room = None
    announcement = Announcement(
        version=VERSION,
        boot=boot,
        firmware=members.text("fw", _LONGEST_TEXT),
        model=members.text("model", _LONGEST_TEXT),
        room=room,
        streams=_streams(members),
        alarms=_alarms(members),
        rings=members.rows("alarms") is not None,
        light=_light(members),
    )
    return announcement, members.wrong


def _streams(members: Members) -> tuple[Stream, ...]:
    streams = []
    for name, body in (members.members("streams") or {}).items():
        stream = _stream(name, body) if is_id(name) and isinstance(body, dict) else None
        if stream is None:
            members.refuse("streams")
        else:
            streams.append(stream)
    return tuple(streams)


def _stream(name: str, body: dict[str, Json]) -> Stream | None:
    members = Members(body)
    encoding = members.text("enc", _LONGEST_TEXT)
    if encoding is None:
        return None
    stream = Stream(
        name=name,
        encoding=encoding,
        protocol=members.text("proto", _LONGEST_TEXT),
        microphones=members.whole("mics", 1, _MOST_MICROPHONES),
        rate_hz=members.number("rate_hz", 0.0, _FASTEST_HZ),
        zero=members.number("zero"),
        scale=members.number("scale", -_LARGEST_SCALE, _LARGEST_SCALE),
        carriers=_carriers(members),
        computes=members.flag("computes") is True,
    )
    return None if members.wrong else stream


def _carriers(members: Members) -> tuple[float, float] | None:
    rows = members.rows("carriers_hz")
    if rows is None:
        return None
    bounds = [bound for row in rows if (bound := as_number(row, 0.0, _FASTEST_HZ)) is not None]
    if len(bounds) != 2 or len(rows) != 2 or bounds[0] > bounds[1]:
        members.refuse("carriers_hz")
        return None
    return bounds[0], bounds[1]


def _alarms(members: Members) -> tuple[HeldAlarm, ...]:
    alarms = []
    for row in members.rows("alarms") or ():
        inner = Members(row) if isinstance(row, dict) else None
        occurrence = inner.text("id", _LONGEST_TEXT) if inner else None
        at = inner.number("at") if inner else None
        if occurrence is None or at is None:
            members.refuse("alarms")
        else:
            alarms.append(HeldAlarm(occurrence, at))
    return tuple(alarms)


def _light(members: Members) -> NodeLight | None:
    body = members.members("light")
    if body is None:
        return None
    inner = Members(body)
    brightness, rgb = inner.number("brightness", 0.0, 1.0), _colour(inner)
    if brightness is None or inner.wrong:
        members.refuse("light")
        return None
    return NodeLight(brightness, rgb)


def _colour(members: Members) -> tuple[float, float, float] | None:
    rows = members.rows("rgb")
    if rows is None:
        return None
    parts = [part for row in rows if (part := as_number(row, 0.0, _FULL_COLOUR)) is not None]
    if len(parts) != 3 or len(rows) != 3:
        members.refuse("rgb")
        return None
    return parts[0], parts[1], parts[2]
