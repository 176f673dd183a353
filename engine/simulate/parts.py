"""What a scenario is made of, as values: plans, people, pets, things, nodes and faults.

Times are seconds since the beginning, positions metres in room coordinates.
"""

from dataclasses import dataclass

from ..core.house import Point


class ScenarioError(ValueError):
    """A scenario cannot be used; the message names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The shape of a room and what its air and light are like when nobody is in it.

    `outline` is a polygon and `door` where people come in; temperature degrees Celsius,
    humidity percent, `daylight` lux at noon, `lamp` lux while somebody is up.
    """

    room: str
    outline: tuple[Point, ...]
    door: Point
    temperature: float = 20.5
    humidity: float = 45.0
    daylight: float = 250.0
    lamp: float = 120.0

    @property
    def area(self) -> float:
        """Square metres, by the shoelace formula."""
        corners = zip(self.outline, (*self.outline[1:], self.outline[0]), strict=True)
        return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in corners)) / 2


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script: what to do, not before `at`, along the points `to`, for how long."""

    action: str
    at: float
    room: str | None
    to: tuple[Point, ...]
    duration: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a script. `chest_mm` is the peak-to-peak movement of the chest."""

    id: str
    script: tuple[Step, ...]
    breaths_per_minute: float
    heart_rate: float
    chest_mm: float


@dataclass(frozen=True, slots=True)
class Pet:
    """A cat or small dog that roams one room from `start` to `end`."""

    id: str
    room: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Thing:
    """What moves and is nobody. `to` is the far end of a mirroring wall or of a curtain."""

    kind: str
    room: str
    at: Point
    to: Point
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SensorSpec:
    """One sensor on a node, the stream it speaks on and the form of what it says."""

    kind: str
    stream: str
    form: str
    phantoms: bool


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """One node. `drift_ppm` is how fast its uptime runs ahead; `sntp` gives its samples a t.

    An `open` node sends serial bytes and waveforms whether or not its radar sees somebody.
    """

    id: str
    room: str
    model: str
    sensors: tuple[SensorSpec, ...]
    drift_ppm: float
    sntp: bool
    open: bool


@dataclass(frozen=True, slots=True)
class NightSpec:
    """A night that somebody spends before the bed radar of `node`, drawn from its own seed.

    `person` is the id of who comes in, lies at the point `bed` and gets up as the night has it;
    `hours` from lights off to the last awakening; `activity` before, and how many `trips`.
    """

    node: str
    person: str
    bed: Point
    family: str
    seed: int
    hours: float
    activity: str
    trips: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a node in [start, end).

    `amount` is the probability for `duplicate` and `lose`, messages per second for `flood`,
    seconds for `skew` and the seconds between two drops for `flap`.
    """

    kind: str
    node: str
    start: float
    end: float
    amount: float
