"""Any entity of Home Assistant as evidence for a room.

The host describes a state as `{"entity_id", "domain", "device_class", "state", "unit",
"changed", "restored"}`: `changed` is the unix time at which it came about, `restored` says that
the host only remembers it. Units are those that Home Assistant lets a user choose.
"""

from collections.abc import Callable
import math

from ...core.message import Message
from ...core.observation import Observation
from ...core.reading import (
    Ambient,
    Availability,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Reading,
)
from ...core.snapshot import Json
from ..malformed import MalformedError
from ..strict_json import Members

_LONGEST_TEXT = 255
"""Home Assistant's own limit of a state and of an entity id."""

_METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "km": 1000.0, "in": 0.0254, "ft": 0.3048}
_METRES |= {"yd": 0.9144}


def decode_entity(body: dict[str, Json], message: Message, site: str) -> list[Observation]:
    """The observations in a state; the source is the entity id.

    An entity whose state is not known says that it is offline, because that is no evidence of
    an empty room; any other state says that it is online before it says what it measures. An
    entity of a kind that tells nothing about a room gives nothing. Raises MalformedError without
    an entity id, a domain and a state.
    """
    members = Members(body)
    entity = members.text("entity_id", _LONGEST_TEXT)
    domain = members.text("domain", _LONGEST_TEXT)
    state = members.text("state", _LONGEST_TEXT)
    if entity is None or domain is None or state is None:
        raise MalformedError("an entity needs entity_id, domain and state")
    read = _READERS.get((domain, members.text("device_class", _LONGEST_TEXT)))
    if read is None:
        return []
    changed = members.number("changed")
    live = not (message.retain or members.flag("restored") is True)
    measured_t = message.host_t if changed is None else min(changed, message.host_t)

    def observation(reading: Reading) -> Observation:
        return Observation(site, entity, message.host_t, measured_t, reading, live)

    if state == "unavailable" or (state == "unknown" and domain != "event"):
        return [observation(Connection(Availability.OFFLINE))]
    reading = read(state, members.text("unit", _LONGEST_TEXT))
    online = observation(Connection(Availability.ONLINE))
    return [online] if reading is None else [online, observation(reading)]


type _Read = Callable[[str, str | None], Reading | None]
"""A state and its unit as a reading, None where it says nothing."""


def _on(state: str) -> bool | None:
    return {"on": True, "off": False}.get(state)


def _detection(state: str, _unit: str | None) -> Reading | None:
    present = _on(state)
    return None if present is None else Detection(present)


def _motion(state: str, _unit: str | None) -> Reading | None:
    moving = _on(state)
    if moving is None:
        return None
    return Motion(MotionLevel.MAJOR if moving else MotionLevel.NONE)


def _motion_event(state: str, _unit: str | None) -> Reading | None:
    """The state of an event entity is the time of its last event; unknown before the first."""
    return None if state == "unknown" else Motion(MotionLevel.MAJOR)


def _number(state: str) -> float | None:
    try:
        value = float(state)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _temperature(state: str, unit: str | None) -> Reading | None:
    value = _number(state)
    if value is None:
        return None
    match unit:
        case "°C" | None:
            return Ambient(temperature=value)
        case "°F":
            return Ambient(temperature=(value - 32) / 1.8)
        case "K":
            return Ambient(temperature=value - 273.15)
        case _:
            return None


def _humidity(state: str, _unit: str | None) -> Reading | None:
    value = _number(state)
    return None if value is None else Ambient(humidity=value)


def _illuminance(state: str, _unit: str | None) -> Reading | None:
    value = _number(state)
    return None if value is None else Ambient(illuminance=value)


def _co2(state: str, _unit: str | None) -> Reading | None:
    value = _number(state)
    return None if value is None else Ambient(co2=value)


def _sound(state: str, _unit: str | None) -> Reading | None:
    value = _number(state)
    return None if value is None else Ambient(sound=value)


def _distance(state: str, unit: str | None) -> Reading | None:
    value, metres = _number(state), _METRES.get(unit or "m")
    return None if value is None or metres is None else Detection(distance=value * metres)


_READERS: dict[tuple[str, str | None], _Read] = {
    ("binary_sensor", "motion"): _motion,
    ("binary_sensor", "occupancy"): _detection,
    ("binary_sensor", "presence"): _detection,
    ("event", "motion"): _motion_event,
    ("sensor", "carbon_dioxide"): _co2,
    ("sensor", "distance"): _distance,
    ("sensor", "humidity"): _humidity,
    ("sensor", "illuminance"): _illuminance,
    ("sensor", "sound_pressure"): _sound,
    ("sensor", "temperature"): _temperature,
}
