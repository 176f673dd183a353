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
from .radar import Setup, observe

_OWNER, _PARTNER, _PET, _RADAR = range(4)
_HOME, _OWNER_NIGHT, _PARTNER_NIGHT, _PET_NIGHT, _FAN, _CURTAIN, _LOOK, _FAULTS = range(4, 12)

_LEAD_S = 900.0
"""Watched before the first of them goes to bed, so that the room is seen empty."""
_TRAIL_S = 1800.0
"""Watched after the last has got up."""
_BEFORE_S = (600.0, 3600.0)
"""How much before or after the owner a partner goes to bed, and gets up."""
_PET_AWAY_S = 3600.0
_PET_STAY = (7.8, 0.9)
"""Mean seconds between an animal's visits, and mean and deviation of the logarithm of how long it
stays: 40 minutes (chosen)."""
_LOST_PER_HOUR = 0.2
_LOST_S = (2.0, 40.0)
_FROZEN_SHARE = 0.1
_STUCK_SHARE = 0.1
"""Short losses of Wi-Fi, and how many nights have a frozen minute or a stuck distance (chosen)."""


@dataclass(frozen=True, slots=True)
class Household:
    """Who sleeps in a bed, each at the `place` that their own node sees, and the radar."""

    owner: Person
    partner: Person
    pet: Person
    radar: Setup


@dataclass(frozen=True, slots=True)
class Order:
    """What a night is to be; what is None is drawn.

    `hours` from lights off to the last awakening, or in all of a night of nobody; `apart` metres
    from owner to partner, None for nobody else; `first` whether the partner is in bed first,
    `last` whether they stay longer.
    `across` looks at the same night from a node on the partner's side, whose owner they are.
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
    across: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """A night that never was: what the node tells of it, and what was so.

    `owner` is whom the node is to follow, None where they were away; `partner` the other, None
    where there was none. `place` is metres from the node to the owner; `owner_rate` breaths a
    minute of the owner by second, NaN while they are not in bed.
    """

    seconds: int
    told: Told
    owner: Spent | None
    partner: Spent | None
    place: float | None
    owner_rate: Floats


def draw_household(seed: int, family: FamilyName = "train") -> Household:
    """Who lives together."""
    made = FAMILIES[family]
    people = [_stream(family, seed, part) for part in (_OWNER, _PARTNER, _PET, _RADAR)]
    return Household(
        made.person(people[0]), made.person(people[1]), made.pet(people[2]), made.setup(people[3])
    )


def draw_night(
    seed: int,
    family: FamilyName = "train",
    order: Order | None = None,
    household: Household | None = None,
) -> Night:
    """A night of a family and of a household, that of the same seed if none is given."""
    order = order or Order()
    home = household or draw_household(seed, family)
    made = FAMILIES[family]
    rng = _stream(family, seed, _HOME)
    hours = order.hours if order.hours is not None else float(rng.uniform(6.5, 8.5))
    apart, near, far = order.apart or 0.0, home.owner.place, home.partner.place
    owner_place, partner_place = (far + apart, far) if order.across else (near, near + apart)
    seconds = round(hours * 3600)
    owner = partner = None
    if order.owner:
        rng = _stream(family, seed, _OWNER_NIGHT)
        spent = _owners_night(made, rng, order, hours)
        seconds = round(spent.up + _TRAIL_S)
        who = replace(home.owner, place=owner_place)
        owner = _lay(made, rng, who, spent, walks=not order.across)
    if order.apart is not None:
        rng = _stream(family, seed, _PARTNER_NIGHT)
        spent = _partners_night(made, rng, order, None if owner is None else owner[1], hours)
        seconds = max(seconds, round(spent.up + _TRAIL_S))
        who = replace(home.partner, place=partner_place)
        partner = _lay(made, rng, who, spent, walks=order.across)
    bodies: list[Body] = [each[0] for each in (owner, partner) if each is not None]
    if order.pet:
        bodies.append(_pet(made, _stream(family, seed, _PET_NIGHT), home.pet, seconds))
    if order.fan:
        bodies.append(made.fan(_stream(family, seed, _FAN), seconds))
    if order.curtain:
        bodies.append(made.curtain(_stream(family, seed, _CURTAIN), seconds))
    rng = _stream(family, seed, _LOOK)
    module = MODULES[order.module]
    scene = observe(bodies, measured_at(module, seconds, rng), seconds, home.radar, rng)
    faults = _faults(_stream(family, seed, _FAULTS), seconds) if order.faults else Faults()
    told = tell(module, scene, faults, rng)
    if order.across:
        owner, partner = partner, owner
    return Night(
        seconds=seconds,
        told=told,
        owner=None if owner is None else owner[1],
        partner=None if partner is None else partner[1],
        place=None if owner is None else owner[0].person.place,
        owner_rate=_rate(None if owner is None else owner[0], seconds),
    )


def _stream(family: FamilyName, seed: int, part: int) -> np.random.Generator:
    """Each part of a night has numbers of its own, so that one can change without the others."""
    return np.random.default_rng((list(FAMILIES).index(family), seed, part))


def _owners_night(made: Family, rng: np.random.Generator, order: Order, hours: float) -> Spent:
    hypnogram = order.hypnogram or made.hypnogram(rng, hours)
    return spend(rng, hypnogram, _LEAD_S, made.habits, activity=order.activity, trips=order.trips)


def _partners_night(
    made: Family, rng: np.random.Generator, order: Order, owner: Spent | None, hours: float
) -> Spent:
    """Bed and getting up up to an hour before or after the owner's."""
    first = bool(rng.uniform() < 0.5) if order.first is None else order.first
    last = bool(rng.uniform() < 0.5) if order.last is None else order.last
    bed = _LEAD_S
    if owner is not None:
        bed = max(60.0, bed + float(rng.uniform(*_BEFORE_S)) * (-1.0 if first else 1.0))
        until = owner.up + float(rng.uniform(*_BEFORE_S)) * (1.0 if last else -1.0)
        hours = max(1.0, (until - bed) / 3600 - 0.2)
    return spend(rng, made.hypnogram(rng, hours), bed, made.habits)


def _pet(made: Family, rng: np.random.Generator, pet: Person, seconds: int) -> InBed:
    """An animal that comes and goes, and sleeps on the bed for hours or minutes at a time."""
    steps = [(0.0, Doing.AWAY)]
    t = float(rng.exponential(_PET_AWAY_S))
    while t < seconds:
        stay = float(rng.lognormal(*_PET_STAY))
        steps += [(t, Doing.WALKING), (t + 4.0, Doing.LIGHT), (t + stay, Doing.WALKING)]
        steps.append((t + stay + 4.0, Doing.AWAY))
        t += stay + float(rng.exponential(_PET_AWAY_S)) + 10.0
    course = Course([step for step in steps if step[0] < seconds], seconds)
    return InBed(pet, course, made.breaths(rng, course, pet), made.stirs(rng, course, pet))


def _lay(
    made: Family, rng: np.random.Generator, who: Person, spent: Spent, *, walks: bool
) -> tuple[InBed, Spent]:
    course = spent.course.until(round(spent.up + _TRAIL_S))
    breaths, stirs = made.breaths(rng, course, who), made.stirs(rng, course, who)
    return InBed(who, course, breaths, stirs, walks), replace(spent, course=course)


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
