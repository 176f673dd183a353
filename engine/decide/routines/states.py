"""Whether what a trigger or a condition asks for is so: yes, no, or nobody can tell."""

from collections.abc import Iterable

from ...core.reading import Availability, MotionLevel
from .knowledge import NODE, ROOM, SLEEPER, Knowledge, Subject
from .triggers import (
    AllAsleep,
    Bed,
    Crossing,
    InZone,
    Lasting,
    Motion,
    NodeAway,
    Occupancy,
    Staged,
    Trigger,
    Trying,
    Wakeable,
)

_WAVERS = 0.1
"""By so much the score of somebody who tries to sleep must fall to be below: it changes with every
half minute, and less than this says nothing."""

_FREEZES = (Motion, Occupancy, InZone, Bed, Trying, Staged)
"""States that rest on sensors of people: while these are unavailable, no time passes for them."""


def rests_on_people(trigger: Trigger) -> bool:
    """Whether no time passes for it while the sensors of people are unavailable."""
    return isinstance(trigger, _FREEZES)


def subjects(trigger: Lasting, residents: Iterable[str]) -> tuple[Subject, ...]:
    """What outputs must be about to change the state; `residents` sleep in the home."""
    match trigger:
        case Motion() | Occupancy() | InZone() | Crossing():
            return ((ROOM, trigger.room),)
        case NodeAway():
            return ((NODE, trigger.node),)
        case AllAsleep():
            return tuple((SLEEPER, name) for name in trigger.sleepers or residents)
        case _:
            return ((SLEEPER, trigger.sleeper),)


def state_of(trigger: Lasting, known: Knowledge, *, was: bool | None) -> bool | None:
    """Whether a state is so, None where that cannot be told; `was` is what it was before."""
    match trigger:
        case Motion():
            return _moves(trigger, known)
        case Occupancy():
            return _occupied(trigger.room, known, wanted=trigger.occupied)
        case InZone():
            return _in_zone(trigger, known)
        case AllAsleep():
            return all_asleep(trigger.sleepers, known)
        case Crossing():
            return _crossed(trigger, known, was=was)
        case NodeAway():
            availability = known.nodes.get(trigger.node)
            if availability is None:
                return None
            return (availability is Availability.OFFLINE) is trigger.offline
        case _:
            return _of_sleeper(trigger, known, was=was)


def _of_sleeper(
    trigger: Bed | Trying | Staged | Wakeable, known: Knowledge, *, was: bool | None
) -> bool | None:
    sleeper = known.sleeper(trigger.sleeper)
    if isinstance(trigger, Wakeable):
        return sleeper.wakeable
    if known.is_unwatched(trigger.sleeper):
        return None
    match trigger:
        case Bed():
            return None if sleeper.in_bed is None else sleeper.in_bed is trigger.in_bed
        case Staged():
            return None if sleeper.stage is None else sleeper.stage in trigger.stages
        case Trying():
            if sleeper.in_bed is False:
                return False
            if sleeper.score is None:
                return None
            return sleeper.score >= trigger.score - (_WAVERS if was else 0.0)


def _moves(trigger: Motion, known: Knowledge) -> bool | None:
    room = known.room(trigger.room)
    levels = [
        level for _, kind, level in room.sources if trigger.source is None or kind == trigger.source
    ]
    if not room.sources and trigger.source is None:
        # Whoever told this does not tell its sensors apart.
        levels = [room.moves]
    counts = {MotionLevel.MAJOR} if trigger.major else {MotionLevel.MAJOR, MotionLevel.MINOR}
    if not counts.isdisjoint(levels):
        return trigger.detected
    if not levels or None in levels:
        return None
    return not trigger.detected


def _occupied(name: str, known: Knowledge, *, wanted: bool) -> bool | None:
    room = known.room(name)
    if room.occupied is None or room.is_dark or (not room.occupied and room.is_blind):
        return None
    return room.occupied is wanted


def _in_zone(trigger: InZone, known: Knowledge) -> bool | None:
    room = known.room(trigger.room)
    if room.occupied is None or room.is_dark:
        return None
    inside = trigger.zone in room.zones
    if not inside and room.is_blind:
        return None
    return inside is trigger.inside


def all_asleep(sleepers: tuple[str, ...], known: Knowledge) -> bool | None:
    """Whether all of them are asleep, all of the home where none is named."""
    asleep = [known.sleeper(name).asleep for name in sleepers or known.residents]
    if False in asleep:
        return False
    return None if not asleep or None in asleep else True


def _crossed(trigger: Crossing, known: Knowledge, *, was: bool | None) -> bool | None:
    value = known.room(trigger.room).air.get(trigger.quantity)
    if value is None:
        return None
    back = trigger.hysteresis if was else 0.0
    if trigger.above is not None:
        return value > trigger.above - back
    return trigger.below is not None and value < trigger.below + back
