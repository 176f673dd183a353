"""Which nights are played, and what each of them gives."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...core.output import SessionEvent
from ...core.sleep import Hypnogram
from ...decide.home import Home
from ...simulate.nights import (
    Doing,
    FamilyName,
    Household,
    Order,
    draw_household,
    draw_night,
)
from .playing import START, hear, house
from .scores import Score, score

FAMILY: FamilyName = "test"
"""Nothing of the engine was made with nights of this family."""

MODULES = ("mr60bha2", "c1001", "breath", "rates", "ld6002")
_APART_M = (0.4, 0.5, 0.6, 0.8)
_ACTIVITIES = (Doing.LYING, Doing.READING, Doing.WATCHING)
_DAY_S = 86_400.0
_FIRST_SEED = 10_000
"""Beside the seeds that tests and pictures use."""


@dataclass(frozen=True, slots=True)
class Empty:
    """A night of nobody, with what moved in it, and how many sessions were told."""

    module: str
    fan: bool
    curtain: bool
    pet: bool
    known: bool
    """Whether the home had followed its sleeper for a night before."""
    sessions: int
    minutes_in_bed: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A night with an owner, and what it gave."""

    what: str
    module: str
    apart: float | None
    activity: Doing | None
    night: int
    """Which night of the home it was, counted from 1."""
    score: Score


def empty_nights(count: int, hours: float) -> Iterator[Empty]:
    """Nights of nobody: a fan in half of them, a curtain and a pet likewise, none in one of eight.

    Half of the homes know their sleeper from a night before.
    """
    snapshots: dict[tuple[str, int], object] = {}
    for number in range(count):
        seed = _FIRST_SEED + number
        module = MODULES[number % len(MODULES)]
        known = number // len(MODULES) % 2 == 1
        which = number // (2 * len(MODULES)) % 8 if count >= 16 * len(MODULES) else number
        fan, curtain, pet = bool(which & 1), bool(which & 2), bool(which & 4)
        household = draw_household(_home_of(number, known=known), FAMILY)
        home = Home(house())
        if known:
            key = (module, number % (2 * len(MODULES)))
            if key not in snapshots:
                first = Order(module=module, hours=_WARM_H)
                hear(draw_night(seed, FAMILY, first, household), home)
                snapshots[key] = home.snapshot()
            home.restore(snapshots[key])  # type: ignore[arg-type]  # as it was given
        order = Order(module=module, owner=False, fan=fan, curtain=curtain, pet=pet, hours=hours)
        heard = hear(draw_night(seed, FAMILY, order, household), home, START + _DAY_S)
        yield Empty(
            module,
            fan,
            curtain,
            pet,
            known,
            len(heard.of(SessionEvent.STARTED)),
            float(heard.lies().sum()) / 60.0,
        )


_WARM_H = 3.0
"""Hours of sleep by which a home knows its sleeper in `empty_nights`."""


def _home_of(number: int, *, known: bool) -> int:
    """The seed of a night's household: those that know their sleeper are few, to save evenings."""
    return _FIRST_SEED + (number % (2 * len(MODULES)) if known else number)


def pairs(count: int, hours: float) -> Iterator[Trial]:
    """Two nights each of two people in bed, in a home that has seen neither before."""
    for number in range(count):
        seed = _FIRST_SEED + number
        household = draw_household(seed, FAMILY)
        module, apart = MODULES[number % len(MODULES)], _APART_M[number % len(_APART_M)]
        order = Order(
            module=module,
            apart=apart,
            first=bool(number & 1),
            last=bool(number & 2),
            hours=hours,
            trips=1,
        )
        home = Home(house())
        for night in (1, 2):
            drawn = draw_night(seed + night * 1000, FAMILY, order, household)
            heard = hear(drawn, home, START + (night - 1) * _DAY_S)
            yield Trial("two people", module, apart, None, night, score(drawn, heard))


def alone(hypnograms: Sequence[Hypnogram], count: int) -> Iterator[Trial]:
    """Nights of one person by recorded hypnograms, after reading, television or nothing."""
    for number, hypnogram in enumerate(hypnograms[:count]):
        seed = _FIRST_SEED + number
        module, activity = MODULES[number % len(MODULES)], _ACTIVITIES[number % len(_ACTIVITIES)]
        order = Order(module=module, hypnogram=hypnogram, activity=activity)
        drawn = draw_night(seed, FAMILY, order)
        yield Trial("one person", module, None, activity, 1, score(drawn, hear(drawn)))


type Change = Callable[[Household, Order], tuple[Household, Order]]


def _person(**changes: float) -> Change:
    return lambda home, order: (replace(home, owner=_with(home.owner, changes)), order)


def _radar(**changes: float) -> Change:
    return lambda home, order: (replace(home, radar=_with(home.radar, changes)), order)


def _ordered(**changes: object) -> Change:
    return lambda home, order: (home, _with(order, changes))


def _with[T](value: T, changes: Mapping[str, object]) -> T:
    return replace(value, **changes)  # type: ignore[type-var]  # always a dataclass


CHANGES: Mapping[str, Change] = {
    "as drawn": lambda home, order: (home, order),
    "chest moves 1.5 mm": _person(chest_mm=1.5),
    "chest moves 8 mm": _person(chest_mm=8.0),
    "10 breaths a minute": _person(bpm=10.0),
    "20 breaths a minute": _person(bpm=20.0),
    "half the body": _person(size=0.5),
    "0.4 m away": _person(place=0.4),
    "1.3 m away": _person(place=1.3),
    "twice as restless": _person(restless=2.0),
    "30 apneas an hour": _person(apneas=30.0),
    "noise 0.3 rad": _radar(noise=0.3),
    "clutter 0.5": _radar(clutter=0.5),
    "distance noise 0.1 m": _radar(distance_noise=0.1),
    "range bin 0.3 m": _radar(bin_m=0.3),
    "looks away often": _radar(capture=0.2),
    "partner at 0.3 m": _ordered(apart=0.3),
    "partner at 0.5 m": _ordered(apart=0.5),
    "partner at 0.8 m": _ordered(apart=0.8),
    "pet on the bed": _ordered(pet=True),
    "fan": _ordered(fan=True),
    "rates only": _ordered(module="rates"),
    "8-bit wave": _ordered(module="c1001"),
    "5-20 Hz, uneven": _ordered(module="ld6002"),
}
"""What is changed, one thing at a time."""


def changed(count: int, hours: float) -> Iterator[Trial]:
    """The same few nights with one thing changed."""
    for what, change in CHANGES.items():
        for number in range(count):
            seed = _FIRST_SEED + number
            order = Order(hours=hours, activity=Doing.WATCHING, trips=1, faults=False)
            household, order = change(draw_household(seed, FAMILY), order)
            drawn = draw_night(seed, FAMILY, order, household)
            heard = hear(drawn)
            yield Trial(what, order.module, order.apart, order.activity, 1, score(drawn, heard))
