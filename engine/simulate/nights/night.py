"""Whole nights at random, from a seed."""

from dataclasses import dataclass, replace

import numpy as np

from ...core.sleep import Hypnogram
from ..body import Floats
from .bodies import Body, InBed
from .course import Course, Doing, Spent
from .evening import spend
from .family import FAMILIES, Family, FamilyName
from .module import MODULES, Faults, Told, measured_at, tell
from .person import Person
from .radar import observe

_HOME, _OWNER, _PARTNER, _PET, _FAN, _CURTAIN, _RADAR, _FAULTS = range(8)

_LEAD_S = 900.0
"""Watched before the first of them goes to bed, so that the room is seen empty."""
_TRAIL_S = 1800.0
"""Watched after the last has got up."""
_APART_M = (0.3, 0.8)
"""How much further away the partner lies."""
_LOST_PER_HOUR = 0.2
_LOST_S = (2.0, 40.0)
_FROZEN_SHARE = 0.1
_STUCK_SHARE = 0.1
"""Short losses of Wi-Fi, and how many nights have a frozen minute or a stuck distance (chosen)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a night is to be; what is None is drawn.

    `hours` from lights off to the last awakening; `apart` metres from owner to partner, None for
    nobody else; `first` whether the partner is in bed first, `last` whether they stay longer.
    """

    module: str = "mr60bha2"
    owner: bool = True
    apart: float | None = None
    first: bool | None = None
    last: bool | None = None
    pet: bool = False
    fan: bool = False
    curtain: bool = False
    hours: float | None = None
    hypnogram: Hypnogram | None = None
    activity: Doing | None = None
    trips: int | None = None
    faults: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """A night that never was: what the node tells of it, and what was so.

    `owner` is None where they were away; `partner` and `pet` where there was none. Times are
    seconds from its beginning.
    """

    seconds: int
    told: Told
    owner: Spent | None
    partner: Spent | None
    place: float | None
    owner_rate: Floats
    """Breaths a minute of the owner by second, NaN while they are not in bed."""


def draw_night(
    seed: int,
    family: FamilyName = "train",
    order: Order | None = None,
    *,
    person: dict[str, float] | None = None,
    setup: dict[str, float] | None = None,
) -> Night:
    """A night of a family; `person` and `setup` replace figures of the owner and of the radar."""
    order = order or Order()
    made = FAMILIES[family]

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng((list(FAMILIES).index(family), seed, part))

    rng = stream(_HOME)
    hours = order.hours if order.hours is not None else float(rng.uniform(6.5, 8.5))
    owner, seconds = None, round(hours * 3600 + _LEAD_S + _TRAIL_S)
    bodies: list[Body] = []
    if order.owner:
        owner, seconds = _owner(made, stream(_OWNER), order, hours, person or {})
        bodies.append(owner[0])
    partner = None
    if order.apart is not None:
        partner = _partner(made, stream(_PARTNER), order, owner, hours, seconds)
        bodies.append(partner[0])
        seconds = max(seconds, round(partner[1].up + _TRAIL_S))
    if order.pet:
        bodies.append(_pet(made, stream(_PET), seconds))
    if order.fan:
        bodies.append(made.fan(stream(_FAN), seconds))
    if order.curtain:
        bodies.append(made.curtain(stream(_CURTAIN), seconds))
    rng = stream(_RADAR)
    radar = replace(made.setup(rng), **(setup or {}))
    module = MODULES[order.module]
    scene = observe(bodies, measured_at(module, seconds, rng), seconds, radar, rng)
    faults = _faults(stream(_FAULTS), seconds) if order.faults else Faults()
    return Night(
        seconds=seconds,
        told=tell(module, scene, faults, rng),
        owner=None if owner is None else owner[1],
        partner=None if partner is None else partner[1],
        place=None if owner is None else owner[0].person.place,
        owner_rate=_rate(None if owner is None else owner[0], seconds),
    )


def _owner(
    made: Family, rng: np.random.Generator, order: Order, hours: float, person: dict[str, float]
) -> tuple[tuple[InBed, Spent], int]:
    who = replace(made.person(rng), **person)
    hypnogram = order.hypnogram or made.hypnogram(rng, hours)
    spent = spend(rng, hypnogram, _LEAD_S, made.habits, activity=order.activity, trips=order.trips)
    seconds = round(spent.up + _TRAIL_S)
    spent = replace(spent, course=spent.course.until(seconds))
    return (_lay(made, rng, who, spent.course), spent), seconds


def _partner(
    made: Family,
    rng: np.random.Generator,
    order: Order,
    owner: tuple[InBed, Spent] | None,
    hours: float,
    seconds: int,
) -> tuple[InBed, Spent]:
    near = made.person(rng)
    place = (owner[0].person.place if owner else near.place) + (order.apart or 0.0)
    first = bool(rng.uniform() < 0.5) if order.first is None else order.first
    last = bool(rng.uniform() < 0.5) if order.last is None else order.last
    bed = _LEAD_S
    if owner is not None:
        bed += float(rng.uniform(600.0, 3600.0)) * (-1.0 if first else 1.0)
        bed = max(60.0, bed)
        until = owner[1].up + float(rng.uniform(600.0, 3600.0)) * (1.0 if last else -1.0)
        hours = max(1.0, (until - bed) / 3600 - 0.2)
    spent = spend(rng, made.hypnogram(rng, hours), bed, made.habits)
    end = max(seconds, round(spent.up + _TRAIL_S))
    spent = replace(spent, course=spent.course.until(end))
    return _lay(made, rng, replace(near, place=place), spent.course, walks=False), spent


def _pet(made: Family, rng: np.random.Generator, seconds: int) -> InBed:
    """An animal that comes and goes, and sleeps on the bed for hours or minutes at a time."""
    steps = [(0.0, Doing.AWAY)]
    t = float(rng.exponential(3600.0))
    while t < seconds:
        stay = float(rng.lognormal(7.8, 0.9))
        steps += [(t, Doing.WALKING), (t + 4.0, Doing.LIGHT), (t + stay, Doing.WALKING)]
        steps.append((t + stay + 4.0, Doing.AWAY))
        t += stay + float(rng.exponential(3600.0)) + 10.0
    return _lay(made, rng, made.pet(rng), Course([s for s in steps if s[0] < seconds], seconds))


def _lay(
    made: Family, rng: np.random.Generator, who: Person, course: Course, *, walks: bool = True
) -> InBed:
    return InBed(who, course, made.breaths(rng, course, who), made.stirs(rng, course, who), walks)


def _rate(owner: InBed | None, seconds: int) -> Floats:
    if owner is None:
        return np.full(seconds, np.nan)
    whole: Floats = np.arange(seconds, dtype=np.float64) + 0.5
    return np.where(owner.course.in_bed(whole), owner.breaths.rate(whole), np.nan)


def _faults(rng: np.random.Generator, seconds: int) -> Faults:
    count = int(rng.poisson(_LOST_PER_HOUR * seconds / 3600))
    starts = rng.uniform(0, seconds, count).tolist()
    frozen: tuple[tuple[float, float], ...] = ()
    if rng.uniform() < _FROZEN_SHARE:
        at = float(rng.uniform(0, seconds))
        frozen = ((at, at + float(rng.uniform(60.0, 600.0))),)
    stuck = float(rng.uniform(0, seconds)) if rng.uniform() < _STUCK_SHARE else None
    return Faults(tuple((t, t + float(rng.uniform(*_LOST_S))) for t in starts), frozen, stuck)
