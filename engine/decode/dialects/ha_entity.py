"""Any entity of Home Assistant as evidence for a room.

The host describes a state as `{"entity_id", "domain", "device_class", "state", "unit",
"changed", "restored"}`: `changed` is the unix time at which it came about, `restored` says that
the host only remembers it. Units are those that Home Assistant lets a user choose.
"""

from collections.abc import Callable
from dataclasses import dataclass

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
from .values import number_of

_LONGEST_TEXT = 255
"""Home Assistant's own limit of a state and of an entity id."""


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
    read = _reader_of(domain, members.text("device_class", _LONGEST_TEXT))
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


def _reader_of(domain: str, device_class: str | None) -> _Read | None:
    match domain, device_class:
        case "binary_sensor", "occupancy" | "presence":
            return _detection
        case "binary_sensor", "motion":
            return _motion
        case "event", "motion":
            return _motion_event
        case "sensor", str():
            return _MEASURES.get(device_class)
        case _:
            return None


_ON = {"on": True, "off": False}


def _detection(state: str, _unit: str | None) -> Reading | None:
    present = _ON.get(state)
    return None if present is None else Detection(present)


def _motion(state: str, _unit: str | None) -> Reading | None:
    moving = _ON.get(state)
    if moving is None:
        return None
    return Motion(MotionLevel.MAJOR if moving else MotionLevel.NONE)


def _motion_event(state: str, _unit: str | None) -> Reading | None:
    """The state of an event entity is the time of its last event, unknown before the first."""
    return None if state == "unknown" else Motion(MotionLevel.MAJOR)


@dataclass(frozen=True, slots=True)
class _Measure:
    """A sensor's number as a reading. `units` are the (factor, shift) to the reading's own."""

    reading: Callable[[float], Reading]
    units: dict[str, tuple[float, float]]

    def __call__(self, state: str, unit: str | None) -> Reading | None:
        """The reading of a state in a unit; None for no number and for a unit not known."""
        value, conversion = number_of(state), self.units.get(unit or "")
        if value is None or conversion is None:
            return None
        factor, shift = conversion
        return self.reading(value * factor + shift)


_AS_IS = (1.0, 0.0)

_MEASURES = {
    "carbon_dioxide": _Measure(lambda ppm: Ambient(co2=ppm), {"ppm": _AS_IS}),
    "distance": _Measure(
        lambda metres: Detection(distance=metres),
        {
            "m": _AS_IS,
            "cm": (0.01, 0.0),
            "mm": (0.001, 0.0),
            "ft": (0.3048, 0.0),
            "in": (0.0254, 0.0),
        },
    ),
    "humidity": _Measure(lambda percent: Ambient(humidity=percent), {"%": _AS_IS}),
    "illuminance": _Measure(lambda lux: Ambient(illuminance=lux), {"lx": _AS_IS}),
    "sound_pressure": _Measure(
        lambda decibel: Ambient(sound=decibel), {"dB": _AS_IS, "dBA": _AS_IS}
    ),
    "temperature": _Measure(
        lambda celsius: Ambient(temperature=celsius),
        {"°C": _AS_IS, "°F": (1 / 1.8, -32 / 1.8), "K": (1.0, -273.15)},
    ),
}
