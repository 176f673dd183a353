"""Whether the conditions of a routine hold, and what was found."""

from ...core.snapshot import Json
from .conditions import Asleep, Condition, Lies, Light, Mode, Occupied, Sleeps, Sun, Time
from .daytime import is_in
from .knowledge import Knowledge
from .states import all_asleep


def judge(condition: Condition, known: Knowledge, t: float) -> tuple[bool, dict[str, Json]]:
    """Whether a condition is fulfilled at host time t, and the row that explains it.

    `met` in the row is None where it cannot be told; then the condition says itself what counts.
    `found` is what there is in place of what it asks for.
    """
    met, found = holds(condition, known, t)
    if met is not None:
        met = met is not condition.negate
    fulfilled = condition.if_unknown if met is None else met
    return fulfilled, {"kind": condition.kind, "met": met, "found": found, "fulfilled": fulfilled}


def holds(condition: Condition, known: Knowledge, t: float) -> tuple[bool | None, Json]:
    """Whether a condition holds at host time t, before `negate`, and what was found instead.

    None where it cannot be told.
    """
    match condition:
        case Time():
            zone = known.clock.zone
            if zone is None:
                return None, None
            day, second = zone.local(known.clock.unix(t))
            return is_in(condition, day, second), second
        case Sun():
            return _within(known.sun, condition.above, condition.below), known.sun
        case Light():
            lux = known.room(condition.room).air.get("lux")
            return _within(lux, condition.above, condition.below), lux
        case Sleeps():
            stage = known.sleeper(condition.sleeper).stage
            return None if stage is None else stage in condition.stages, _found(stage)
        case Asleep():
            asleep = all_asleep(condition.sleepers, known)
            return asleep, asleep
        case Lies():
            in_bed = known.sleeper(condition.sleeper).in_bed
            return in_bed, in_bed
        case Occupied():
            occupied = known.room(condition.room).occupied
            return occupied, occupied
        case Mode():
            value = known.modes.get(condition.name)
            return None if value is None else value in condition.values, value


def _found(value: str | None) -> Json:
    return None if value is None else str(value)


def _within(value: float | None, above: float | None, below: float | None) -> bool | None:
    if value is None:
        return None
    return (above is None or value > above) and (below is None or value < below)
