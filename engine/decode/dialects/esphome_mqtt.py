"""ESPHome devices that publish over MQTT with their own topics, as they come off the shelf.

A state is one value on `<prefix>/<component>/<object_id>/state`; what it means is known only by
the name that its owner gave it, so the names of ESPHome's own examples are understood, with or
without something in front. Values are retained by default; those seed and never trigger.
Formats: esphome.io, components mqtt, ld2410, ld2420, ld2450 and seeed_mr60bha2. One radar a
prefix: the positions of two could not be told apart.
"""

from collections.abc import Callable, Iterable, Mapping
import re

from ...core.message import Message
from ...core.observation import Observation
from ...core.reading import (
    Ambient,
    Bed,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Reading,
    Target,
    Targets,
    Vitals,
)
from .values import availability_of, flag_of, number_of, text_of

_CM_PER_M = 100.0
_MM_PER_M = 1000.0
_PERCENT = 100.0

_TARGET = re.compile(r"(?:.*_)?target_?([1-9])_(x|y|speed)")
_ELSEWHERE = re.compile(
    r"zone|g(ate_?)?\d+|cpu|chip|esp\d*|soc|board|internal|device|outdoors?|outside"
    r"|max|min|maximum|minimum|threshold|timeout|count|setpoint|absolute"
)
"""A word in a name which says that the value is not about the room itself."""


def _distance(value: float) -> Reading | None:
    """Centimetres in ld2410, ld2412, ld2420 and seeed_mr60bha2; zero is nobody."""
    return Detection(distance=value / _CM_PER_M) if value > 0.0 else None


def _moving(value: float) -> Reading | None:
    return Detection(moving=value / _PERCENT) if 0.0 <= value <= _PERCENT else None


def _still(value: float) -> Reading | None:
    return Detection(still=value / _PERCENT) if 0.0 <= value <= _PERCENT else None


def _respiration(value: float) -> Reading | None:
    """Breaths per minute; zero says that nobody is in reach."""
    return Vitals(respiration=value) if value > 0.0 else None


def _heart(value: float) -> Reading | None:
    return Vitals(heart=value) if value > 0.0 else None


_FLAGS: Mapping[str, Callable[[bool], Reading]] = {
    "has_target": lambda on: Detection(present=on),
    "presence": lambda on: Detection(present=on),
    "occupancy": lambda on: Detection(present=on),
    "people_exist": lambda on: Detection(present=on),
    "person_information": lambda on: Detection(present=on),
    "moving_target": lambda on: Detection(moving=float(on)),
    "still_target": lambda on: Detection(still=float(on)),
    "motion": lambda on: Motion(MotionLevel.MAJOR if on else MotionLevel.NONE),
    "pir": lambda on: Motion(MotionLevel.MAJOR if on else MotionLevel.NONE),
    "bed": Bed,
    "in_bed": Bed,
    "bed_occupancy": Bed,
}

_NUMBERS: Mapping[str, Callable[[float], Reading | None]] = {
    "distance": _distance,
    "distance_to_detection_object": _distance,
    "move_energy": _moving,
    "moving_energy": _moving,
    "still_energy": _still,
    "temperature": lambda value: Ambient(temperature=value),
    "humidity": lambda value: Ambient(humidity=value),
    "illuminance": lambda value: Ambient(illuminance=value),
    "co2": lambda value: Ambient(co2=value),
    "carbon_dioxide": lambda value: Ambient(co2=value),
    "respiratory_rate": _respiration,
    "respiration_rate": _respiration,
    "breath_rate": _respiration,
    "heart_rate": _heart,
}

_EDGES = frozenset({"motion", "pir"})
"""What is news only when it changes: ESPHome repeats every state when it reconnects."""

_MOST_DETECTORS = 32
"""More motion detectors than one device has pins for; bounds what invented names may fill."""

_PARTIAL = frozenset({"moving_distance", "still_distance"})
"""Distances of one kind of target; `detection_distance` already says which of them counts."""

_MEASURED_BETTER = {
    "moving_target": ("move_energy", "moving_energy"),
    "still_target": ("still_energy",),
}


class EsphomeMqtt:
    """The configured ESPHome devices of one site; sources are named `esphome:<prefix>`."""

    def __init__(self, site: str, prefixes: Iterable[str]) -> None:
        self._devices = {prefix: _Device(site, prefix) for prefix in prefixes}

    @property
    def filters(self) -> tuple[str, ...]:
        """States and availability of every configured device."""
        return tuple(
            f"{prefix}/{rest}" for prefix in self._devices for rest in ("status", "+/+/state")
        )

    def step(self, message: Message) -> list[Observation]:
        """The observation in a message of one of the devices."""
        parts = message.topic.rsplit("/", 3)
        if len(parts) == 4 and parts[3] == "state" and parts[0] in self._devices:
            return self._devices[parts[0]].state(parts[1], parts[2], message)
        prefix, _, last = message.topic.rpartition("/")
        if last == "status" and prefix in self._devices:
            return self._devices[prefix].status(message)
        return []


class _Device:
    """One prefix: the names it has used, and the latest coordinates of its targets."""

    def __init__(self, site: str, prefix: str) -> None:
        self._site = site
        self._source = f"esphome:{prefix}"
        self._energies: set[str] = set()
        self._motions: dict[str, bool] = {}
        self._slots: dict[str, dict[str, float]] = {}

    def status(self, message: Message) -> list[Observation]:
        availability = availability_of(text_of(message.payload))
        return [] if availability is None else self._said(message, Connection(availability))

    def state(self, component: str, object_id: str, message: Message) -> list[Observation]:
        name = object_id.lower().replace("-", "_")
        text = text_of(message.payload)
        if component == "binary_sensor":
            return self._said(message, self._flag(name, text))
        if component != "sensor":
            return []
        axis = _TARGET.fullmatch(name)
        if axis is not None:
            return self._said(message, self._coordinate(axis[1], axis[2], text))
        return self._said(message, self._number(name, text))

    def _flag(self, name: str, text: str | None) -> Reading | None:
        known, value = _known(name, _FLAGS), flag_of(text)
        if known is None or value is None:
            return None
        if not self._energies.isdisjoint(_MEASURED_BETTER.get(known, ())):
            return None
        if known in _EDGES and not self._is_news(name, value=value):
            return None
        return _FLAGS[known](value)

    def _is_news(self, name: str, *, value: bool) -> bool:
        if self._motions.get(name) == value:
            return False
        if name not in self._motions and len(self._motions) == _MOST_DETECTORS:
            return False
        self._motions[name] = value
        return True

    def _number(self, name: str, text: str | None) -> Reading | None:
        known, value = _known(name, _NUMBERS), number_of(text)
        if known is None or value is None or any(map(name.endswith, _PARTIAL)):
            return None
        if known.endswith("energy"):
            self._energies.add(known)
        return _NUMBERS[known](value)

    def _coordinate(self, slot: str, axis: str, text: str | None) -> Reading | None:
        """All targets after one coordinate of one of them has changed.

        ESPHome publishes an axis only when it changes, so the others keep their last value.
        """
        axes, value = self._slots.setdefault(slot, {}), number_of(text)
        if value is None:
            axes.pop(axis, None)
        else:
            axes[axis] = value
        placed = [axes for axes in self._slots.values() if "x" in axes and "y" in axes]
        if not placed:
            return None
        return Targets(
            tuple(
                Target(
                    axes["x"] / _MM_PER_M, axes["y"] / _MM_PER_M, axes.get("speed", 0.0) / _MM_PER_M
                )
                for axes in placed
                # An unused slot lies at the origin.
                if axes["x"] or axes["y"]
            )
        )

    def _said(self, message: Message, reading: Reading | None) -> list[Observation]:
        if reading is None:
            return []
        t = message.host_t
        return [Observation(self._site, self._source, t, t, reading, live=not message.retain)]


def _known(name: str, names: Iterable[str]) -> str | None:
    """The longest known name that a name ends with, None where the name means something else."""
    found = [known for known in names if name == known or name.endswith("_" + known)]
    if not found or any(map(_ELSEWHERE.fullmatch, name.split("_"))):
        return None
    return max(found, key=len)
