"""Zigbee2MQTT: devices as they describe themselves in the retained `bridge/devices`.

A device publishes its whole cached state on `<base>/<friendly_name>` whenever any part of it
changes, some once a second, so only what differs from the last live message is an observation.
Formats: zigbee2mqtt.io, "MQTT topics and messages" and "Exposes"; availability is a plain word
before version 2 and an object since. A friendly name may contain slashes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import json

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
from .values import availability_of, flag_of, number_of

_MOST_DEVICES = 512
"""More than the largest Zigbee network that a coordinator carries."""

_DEVICES_BYTES = 16 << 20
"""A description is about 10 kB a device; this is room for every device there may be."""

_STATE_BYTES = 64 << 10
_DEEPEST = 4
"""Levels of features within features; Zigbee2MQTT uses two."""

_METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001}

_MOVEMENTS: Mapping[str, MotionLevel] = {
    "none": MotionLevel.NONE,
    "static": MotionLevel.NONE,
    "still": MotionLevel.NONE,
    "small": MotionLevel.MINOR,
    "small_movement": MotionLevel.MINOR,
    "medium": MotionLevel.MINOR,
    "large": MotionLevel.MAJOR,
    "large_movement": MotionLevel.MAJOR,
    "huge": MotionLevel.MAJOR,
    "moving": MotionLevel.MAJOR,
}

_AIR = frozenset({"temperature", "humidity", "illuminance", "co2"})

type _Value = bool | float | str
type _Values = list[tuple[_Property, _Value]]


@dataclass(frozen=True, slots=True)
class _Property:
    """One key of a device's messages, and what it means.

    `on` and `off` are the words for a yes and a no where the device says which.
    """

    key: str
    meaning: str
    unit: str = ""
    on: Json = None
    off: Json = None

    def flag(self, value: _Value) -> bool | None:
        if self.on is not None and value == self.on:
            return True
        if self.off is not None and value == self.off:
            return False
        return flag_of(value)


class Zigbee2Mqtt:
    """All devices of one Zigbee2MQTT; sources are named `zigbee2mqtt:<friendly_name>`."""

    def __init__(self, site: str, base: str = "zigbee2mqtt") -> None:
        self._site = site
        self._base = base
        self._bridge = Availability.ONLINE
        self._devices: dict[str, _Device] = {}

    @property
    def filters(self) -> tuple[str, ...]:
        """Everything beneath the base topic, because names may contain slashes."""
        return (f"{self._base}/#",)

    def step(self, message: Message) -> list[Observation]:
        """The observations in a message of the bridge or of one of its devices."""
        base, _, name = message.topic.partition(self._base + "/")
        if base or not name:
            return []
        if name in self._devices:
            return self._state(name, message)
        device, _, last = name.rpartition("/")
        if last == "availability" and device in self._devices:
            availability = _availability(message.payload)
            if availability is not None:
                self._devices[device].said = availability
            return self._connections([device], message)
        if name == "bridge/devices":
            return self._describe(message)
        if name == "bridge/state":
            self._bridge = _availability(message.payload) or self._bridge
            return self._connections(list(self._devices), message)
        return []

    def _describe(self, message: Message) -> list[Observation]:
        described = _json(message.payload, _DEVICES_BYTES)
        if not isinstance(described, list):
            return []
        devices: dict[str, _Device] = {}
        for name, properties in _described(described):
            known = self._devices.get(name)
            devices[name] = (
                known if known and known.properties == properties else _Device(properties)
            )
        self._devices = devices
        return self._connections(list(devices), message)

    def _state(self, name: str, message: Message) -> list[Observation]:
        state = _json(message.payload, _STATE_BYTES)
        if not isinstance(state, dict):
            return []
        new, restated = self._devices[name].compare(state, seed=message.retain)
        return [
            *(self._said(name, message, reading, live=False) for reading in _readings(restated)),
            *(self._said(name, message, reading) for reading in _readings(new)),
        ]

    def _connections(self, names: list[str], message: Message) -> list[Observation]:
        """What has become of devices; none is better connected than the bridge itself."""
        found: list[Observation] = []
        for name in names:
            device = self._devices[name]
            now = self._bridge if self._bridge is Availability.OFFLINE else device.said
            if device.availability is not now:
                device.availability = now
                device.doubt()
                found.append(self._said(name, message, Connection(now)))
        return found

    def _said(
        self, name: str, message: Message, reading: Reading, *, live: bool = True
    ) -> Observation:
        t = message.host_t
        live = live and not message.retain
        return Observation(self._site, f"zigbee2mqtt:{name}", t, t, reading, live)


class _Device:
    """A described device: what its keys mean, its availability and its last live values."""

    def __init__(self, properties: tuple[_Property, ...]) -> None:
        self.properties = properties
        self.said = Availability.ONLINE
        self.availability: Availability | None = None
        self._last: dict[str, _Value] = {}
        self._doubted: set[str] = set()

    def compare(self, state: Mapping[str, Json], *, seed: bool) -> tuple[_Values, _Values]:
        """The known values that differ from the last live ones, and those that were in doubt.

        A seed is not remembered, so that the live message after it counts in full.
        """
        new: _Values = []
        restated: _Values = []
        for each in self.properties:
            value = state.get(each.key)
            if not isinstance(value, bool | int | float | str):
                continue
            if each.key not in self._last or self._last[each.key] != value:
                new.append((each, value))
            elif each.key in self._doubted:
                restated.append((each, value))
            if not seed:
                self._last[each.key] = value
                self._doubted.discard(each.key)
        return new, restated

    def doubt(self) -> None:
        """Take the next values as worth saying even where they are the same.

        Zigbee2MQTT restates its cache when it starts, which must not look like new motion.
        """
        self._doubted = set(self._last)


def _described(devices: list[Json]) -> Iterator[tuple[str, tuple[_Property, ...]]]:
    """Name and known properties of every device that has any."""
    for device in devices[:_MOST_DEVICES]:
        if not isinstance(device, dict) or device.get("disabled") is True:
            continue
        name, definition = device.get("friendly_name"), device.get("definition")
        if not isinstance(name, str) or not name or not isinstance(definition, dict):
            continue
        exposes = list(_exposes(definition.get("exposes"), _DEEPEST))
        properties = tuple(_properties(exposes))
        if properties:
            yield name, properties


def _exposes(exposes: Json, depth: int) -> Iterator[dict[str, Json]]:
    """Every capability, those within others too."""
    for each in exposes if isinstance(exposes, list) and depth else ():
        if isinstance(each, dict):
            yield each
            yield from _exposes(each.get("features"), depth - 1)


def _properties(exposes: list[dict[str, Json]]) -> Iterator[_Property]:
    names = {each.get("name") for each in exposes}
    taken: set[str] = set()
    for each in exposes:
        name, key, unit = each.get("name"), each.get("property"), each.get("unit")
        if not isinstance(name, str) or not isinstance(key, str) or key in taken:
            continue
        unit = unit if isinstance(unit, str) else ""
        meaning = _meaning(name, unit, radar="target_distance" in names)
        if meaning is not None:
            taken.add(key)
            yield _Property(key, meaning, unit, each.get("value_on"), each.get("value_off"))


def _meaning(name: str, unit: str, *, radar: bool) -> str | None:
    """What a capability is to us, None where it is nothing."""
    match name:
        case "presence":
            return "present"
        case "occupancy":
            # The word is used for passive infrared, and by some radars for presence.
            return "present" if radar else "motion"
        case "pir_detection" | "motion":
            return "motion"
        case "motion_state":
            return "movement"
        case "target_distance":
            return "distance"
        case "illuminance_lux":
            return "illuminance"
        case "illuminance":
            # Before version 2 the bare name meant a raw reading without a unit.
            return "illuminance" if unit == "lx" else None
        case "temperature" | "humidity" | "co2":
            return name
    return None


def _readings(values: _Values) -> Iterator[Reading]:
    """Values of one message as readings, one of each kind at most."""
    present: bool | None = None
    distance: float | None = None
    for each, value in values:
        if each.meaning == "present":
            present = each.flag(value)
        elif each.meaning == "distance":
            distance = _metres(value, each.unit)
    if present is not None or distance is not None:
        yield Detection(present=present, distance=distance)
    yield from _motion(values)
    yield from _air(values)


def _motion(values: _Values) -> Iterator[Motion]:
    levels: list[MotionLevel] = []
    for each, value in values:
        if each.meaning == "motion" and (seen := each.flag(value)) is not None:
            levels.append(MotionLevel.MAJOR if seen else MotionLevel.NONE)
        elif each.meaning == "movement" and value in _MOVEMENTS:
            levels.append(_MOVEMENTS[str(value)])
    if levels:
        yield Motion(max(levels, key=list(MotionLevel).index))


def _air(values: _Values) -> Iterator[Ambient]:
    air: dict[str, float] = {}
    for each, value in values:
        number = number_of(value)
        if each.meaning in _AIR and number is not None:
            air[each.meaning] = _celsius(number) if each.unit == "°F" else number
    if air:
        yield Ambient(**air)


def _metres(value: Json, unit: str) -> float | None:
    number = number_of(value)
    # A radar that sees nobody reports no distance as zero.
    return number * _METRES.get(unit, 1.0) if number is not None and number > 0 else None


def _celsius(fahrenheit: float) -> float:
    return (fahrenheit - 32.0) / 1.8


def _availability(payload: bytes) -> Availability | None:
    body = _json(payload, _STATE_BYTES)
    if isinstance(body, dict):
        return availability_of(body.get("state"))
    return availability_of(payload.decode("utf-8", "replace"))


def _json(payload: bytes, longest: int) -> Json:
    """The document, None for what is too long or is none."""
    if len(payload) > longest:
        return None
    try:
        document: Json = json.loads(payload)
    except ValueError, RecursionError:
        return None
    return document
