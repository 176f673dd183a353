"""What moves in a room and is no person: drawn into a scene one by one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
import math

import numpy as np

from .animals import draw_pet
from .arrays import Vector
from .choreography import Choreographer
from .family import Family
from .motion import Mover
from .person import Neighbour, draw_person
from .rotor import Fan
from .scene import Scene
from .schedule import Schedule
from .things import Door, Lamp, draw_vacuum


class Confounder(StrEnum):
    """What a motion detector must not take for a person. Music is a Playback of the scene."""

    DESK_FAN = "desk_fan"
    OSCILLATING_FAN = "oscillating_fan"
    CEILING_FAN = "ceiling_fan"
    CURTAIN = "curtain"
    VENTILATION = "ventilation"
    VACUUM = "vacuum"
    DOOR = "door"
    LAMP = "lamp"
    PET = "pet"
    TRANSIENTS = "transients"
    NEIGHBOUR_CLOSED = "neighbour_closed"
    NEIGHBOUR_OPEN = "neighbour_open"


@dataclass(frozen=True, slots=True)
class _Look:
    """What a scene is drawn with; `always` is for what runs from the beginning."""

    rng: np.random.Generator
    family: Family
    seconds: float
    always: bool

    def schedule(self, rise: tuple[float, float]) -> Schedule:
        """When something is on."""
        rng, seconds = self.rng, self.seconds
        if self.always or rng.uniform() < 0.5:
            return Schedule()
        start = rng.uniform(0, 0.7 * seconds)
        end = math.inf if rng.uniform() < 0.5 else start + rng.uniform(0.3, 1.0) * seconds
        return Schedule(start=start, end=end, rise=rng.uniform(*rise))


type _Add = Callable[[Scene, _Look], Scene]


def add_confounder(
    scene: Scene,
    what: Confounder,
    rng: np.random.Generator,
    family: Family,
    seconds: float,
    *,
    always: bool = False,
) -> Scene:
    """The scene with one more confounder.

    `seconds` is how long the scene will be looked at. What can be switched on runs from the
    beginning half of the time, or `always`; else it comes on some time within.
    """
    return _ADDERS[what](scene, _Look(rng, family, seconds, always))


def _spot(
    scene: Scene, rng: np.random.Generator, margin: float, nearest: float
) -> tuple[float, float]:
    """A place on the floor plan, at least `nearest` metres from the device if there is one."""
    size, device = scene.room.size, scene.device.position
    best, farthest = (size[0] / 2, size[1] / 2), 0.0
    for _ in range(20):
        x, y = rng.uniform(margin, size[0] - margin), rng.uniform(margin, size[1] - margin)
        away = math.hypot(x - device[0], y - device[1])
        if away >= nearest:
            return float(x), float(y)
        if away > farthest:
            best, farthest = (float(x), float(y)), away
    return best


def _desk_fan(scene: Scene, look: _Look) -> Scene:
    return _fan(scene, look.rng, look.family, look.schedule((1.5, 4.0)), 0.0)


def _oscillating_fan(scene: Scene, look: _Look) -> Scene:
    schedule = look.schedule((1.5, 4.0))
    return _fan(scene, look.rng, look.family, schedule, look.rng.uniform(0.4, 0.8))


def _fan(
    scene: Scene, rng: np.random.Generator, family: Family, schedule: Schedule, swing: float
) -> Scene:
    x, y = _spot(scene, rng, 0.3, 0.8)
    yaw, tilt = rng.uniform(0, 2 * math.pi), rng.uniform(-0.1, 0.3)
    level = math.cos(tilt)
    radius, speed = rng.uniform(0.12, 0.2), rng.uniform(600, 1500) / 60
    fan = Fan(
        hub=(x, y, rng.uniform(0.6, 1.3)),
        axis=(level * math.cos(yaw), level * math.sin(yaw), math.sin(tilt)),
        radius=radius,
        speed=speed,
        blades=_blades(rng, int(rng.integers(3, 6)), rng.uniform(-28, -22)),
        neck=rng.uniform(0.06, 0.14),
        swing=swing,
        sweep=rng.uniform(8, 16),
        phase=rng.uniform(),
        schedule=schedule,
    )
    wind = family.flow(rng, rng.uniform(0.5, 1.2), schedule)
    return replace(scene, rotors=(*scene.rotors, fan), flows=(*scene.flows, wind))


def _ceiling_fan(scene: Scene, look: _Look) -> Scene:
    schedule = look.schedule((4.0, 8.0))
    size = scene.room.size
    fan = Fan(
        hub=(size[0] / 2, size[1] / 2, size[2] - 0.3),
        axis=(0.0, 0.0, -1.0),
        radius=min(look.rng.uniform(0.5, 0.7), 0.4 * min(size[:2])),
        speed=look.rng.uniform(60, 250) / 60,
        blades=_blades(look.rng, int(look.rng.integers(3, 6)), look.rng.uniform(-20, -14)),
        phase=look.rng.uniform(),
        schedule=schedule,
    )
    wind = look.family.flow(look.rng, look.rng.uniform(0.3, 1.0), schedule)
    return replace(scene, rotors=(*scene.rotors, fan), flows=(*scene.flows, wind))


def _blades(rng: np.random.Generator, count: int, level: float) -> tuple[float, ...]:
    """Blades of about `level` dB re 1 m, which differ by some 5 %."""
    each = 10 ** (level / 20) * (1 + 0.05 * rng.standard_normal(count))
    return tuple(float(size) for size in each)


def _curtain(scene: Scene, look: _Look) -> Scene:
    size = scene.room.size
    width = min(look.rng.uniform(0.8, 2.0), 0.6 * size[0])
    top = look.rng.uniform(2.1, size[2] - 0.1)
    drop = look.rng.uniform(1.2, top - 0.05)
    far = size[1] - 0.25 if scene.device.position[1] < size[1] / 2 else 0.25
    corner: Vector = (look.rng.uniform(0.1, size[0] - width - 0.1), far, top)
    schedule = look.schedule((1.0, 3.0))
    cloth = look.family.cloth(look.rng, corner, (1.0, 0.0, 0.0), (width, drop), schedule)
    draught = look.family.flow(look.rng, look.rng.uniform(0.1, 0.6), schedule)
    return replace(scene, movers=(*scene.movers, cloth), flows=(*scene.flows, draught))


def _ventilation(scene: Scene, look: _Look) -> Scene:
    schedule = look.schedule((1.0, 6.0))
    wind = look.family.flow(look.rng, look.rng.uniform(0.3, 1.5), schedule)
    return replace(scene, flows=(*scene.flows, wind))


def _vacuum(scene: Scene, look: _Look) -> Scene:
    schedule = look.schedule((0.5, 1.0))
    return _with(scene, draw_vacuum(look.rng, scene.room, schedule))


def _door(scene: Scene, look: _Look) -> Scene:
    x = look.rng.uniform(0.1, scene.room.size[0] - 1.0)
    door = Door(
        hinge=(float(x), scene.room.size[1] - 0.03),
        closed=0.0,
        start=look.rng.uniform(0.1, 0.8) * look.seconds,
        seconds=look.rng.uniform(0.8, 3.0),
        swing=-look.rng.uniform(0.4, 1.0) * math.pi / 2,
        strength=10 ** (look.rng.uniform(-18, -8) / 20),
    )
    return _with(scene, door)


def _lamp(scene: Scene, look: _Look) -> Scene:
    x, y = _spot(scene, look.rng, 0.4, 0.6)
    lamp = Lamp(
        (x, y, scene.room.size[2]),
        cord=look.rng.uniform(0.4, 1.1),
        angle=float(look.rng.lognormal(math.log(0.02), 0.6)),
        phase=look.rng.uniform(0, 2 * math.pi),
        strength=10 ** (look.rng.uniform(-20, -12) / 20),
    )
    return _with(scene, lamp)


def _pet(scene: Scene, look: _Look) -> Scene:
    return _with(scene, draw_pet(look.rng, scene.room))


_TRANSIENTS_PER_MINUTE = 8.0


def _transients(scene: Scene, look: _Look) -> Scene:
    count = 1 + int(look.rng.poisson(_TRANSIENTS_PER_MINUTE * look.seconds / 60))
    bursts = tuple(look.family.burst(look.rng, look.seconds) for _ in range(count))
    return replace(scene, bursts=(*scene.bursts, *bursts))


def _neighbour_closed(scene: Scene, look: _Look) -> Scene:
    return _neighbour(scene, look.rng, look.family, look.seconds, _DOOR_SHUT_DB)


def _neighbour_open(scene: Scene, look: _Look) -> Scene:
    return _neighbour(scene, look.rng, look.family, look.seconds, 0.0)


_WALL_DB = 70.0
"""Two ways through plasterboard: 35 dB each; the mass law gives more at 20 kHz, gaps less."""
_DOOR_SHUT_DB = 45.0
"""Two ways past a closed inner door, through the gap below it (chosen)."""


def _neighbour(
    scene: Scene, rng: np.random.Generator, family: Family, seconds: float, door: float
) -> Scene:
    """Somebody who walks up and down behind the east wall."""
    wall, depth, _ = scene.room.size
    doorway = rng.uniform(0.6, depth - 0.6)
    low, high = (wall + rng.uniform(0.6, 1.5), 0.3), (wall + rng.uniform(1.6, 3.5), depth - 0.3)
    written = Choreographer(rng, family.law, low)
    while written.now < seconds:
        goal = high if written.at == low else low
        written.wait(float(rng.exponential(2.0))).walk(goal, rng.uniform(0.7, 1.4))
    person = draw_person(rng, family.gait, written, rng.uniform(1.5, 1.9))
    device = scene.device.position
    neighbour = Neighbour(person, wall, doorway, 0.85, (device[0], device[1]), _WALL_DB, door)
    return _with(scene, neighbour)


def _with(scene: Scene, mover: Mover) -> Scene:
    return replace(scene, movers=(*scene.movers, mover))


_ADDERS: dict[Confounder, _Add] = {
    Confounder.DESK_FAN: _desk_fan,
    Confounder.OSCILLATING_FAN: _oscillating_fan,
    Confounder.CEILING_FAN: _ceiling_fan,
    Confounder.CURTAIN: _curtain,
    Confounder.VENTILATION: _ventilation,
    Confounder.VACUUM: _vacuum,
    Confounder.DOOR: _door,
    Confounder.LAMP: _lamp,
    Confounder.PET: _pet,
    Confounder.TRANSIENTS: _transients,
    Confounder.NEIGHBOUR_CLOSED: _neighbour_closed,
    Confounder.NEIGHBOUR_OPEN: _neighbour_open,
}
