"""What bed nodes say of a sleeper: breath, rates, body movement and the bed's own verdict."""

from collections.abc import Iterator
import math

from ..core.house import Sleeper
from ..core.observation import Observation
from ..core.reading import (
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Frames,
    MotionLevel,
    Vitals,
)
from .bed import BREATHING_FROM, BREATHING_WITHIN, BREATHLESS_AFTER, Bed as PlaceInBed, Support
from .evidence import Modality
from .parts import BREATH, NOTHING, PEOPLE, RATES, SLEEPERS, Aspect, Parts
from .signs import put, put_if_stronger, unit
from .sleep.sleeper import SleepTracker
from .source import Source
from .vitals import HEART_RANGE, RESPIRATION_RANGE, within

MAJOR_BODY_MOVEMENT = 0.6
MINOR_BODY_MOVEMENT = 0.1
"""Levels (0-1) of a bed radar's body movement that are movement; breathing gives some 0.02."""

QUALITY_NONE = 0.3
QUALITY_FULL = 0.65
"""Steady qualities of breathing between which the evidence rises from nothing to all. White noise
stays under 0.2, real airflow is above 0.65 for three quarters of a night."""

MODULE_BREATHING = 0.6
"""The value of a rate that a module computed itself: it goes on for a while after people left."""


MILLIMETRES_PER_RADIAN = 299_792_458 / 60e9 * 1000 / (4 * math.pi)
"""How far what a radar of 60 GHz looks at moves for a radian of phase: 0.4 mm."""

UNHEARD_VERDICT = 90.0
"""Seconds after which a bed's verdict counts though nobody is heard to breathe in it."""


def take_breath(
    parts: Parts, source: Source, given: Observation, reading: Breath
) -> tuple[Aspect, ...]:
    """A piece of a breathing waveform."""
    if not given.live:
        return NOTHING
    source.holds = True
    t = given.host_t
    for sleeper in watched_by(parts, given.source):
        parts.sleep[sleeper.id].breath(reading)
    estimate = source.listen(t).take(reading)
    if estimate is None:
        return NOTHING
    # The window and its mean reach back, so that of the two the one that has fallen is right.
    steady = min(estimate.steady, estimate.quality)
    value = (steady - QUALITY_NONE) / (QUALITY_FULL - QUALITY_NONE)
    if value > 0.0 and not _is_stale(parts, given.source, t):
        put_if_stronger(parts, given, Modality.BREATHING, min(1.0, value))
    for sleeper in watched_by(parts, given.source):
        parts.vitals[sleeper.id].estimated(estimate, t)
        bed, tracker = parts.beds[sleeper.id], parts.sleep[sleeper.id]
        chest = None
        if estimate.depth is not None and reading.unit is BreathUnit.RADIANS:
            chest = estimate.depth * MILLIMETRES_PER_RADIAN
        tracker.attention.breathes(t, estimate.rate, estimate.quality, estimate.depth, chest)
        _hold_to_verdict(source, bed, tracker, t)
        if steady >= BREATHING_FROM and tracker.attention.is_theirs and _is_near(source, t):
            bed.supports(Support.BREATHING, t)
    return BREATH


def take_frames(
    parts: Parts, source: Source, given: Observation, reading: Frames
) -> tuple[Aspect, ...]:
    """Frames of a pulsed-coherent radar, which hold the phase of whoever moves most in them."""
    if not given.live:
        return NOTHING
    source.holds = True
    said = source.measuring().follow(reading)
    return take_breath(parts, source, given, said) if said.times else NOTHING


def take_vitals(
    parts: Parts, source: Source, given: Observation, reading: Vitals
) -> tuple[Aspect, ...]:
    """Rates as the module computed them."""
    if not given.live:
        return NOTHING
    source.holds = True
    t, rate, heart = given.host_t, reading.respiration, reading.heart
    believed = within(rate, RESPIRATION_RANGE) and source.rates.take(rate, t)
    breathes = not source.has_waveform(t) and believed
    if breathes:
        put_if_stronger(parts, given, Modality.BREATHING, MODULE_BREATHING)
    news = False
    for sleeper in watched_by(parts, given.source):
        parts.vitals[sleeper.id].reported(rate, heart, t)
        news |= parts.vitals[sleeper.id].has_news
        bed, tracker = parts.beds[sleeper.id], parts.sleep[sleeper.id]
        tracker.vitals(reading, _when(given))
        beats = heart if within(heart, HEART_RANGE) else None
        tracker.attention.reported(t, rate if believed else None, beats)
        if breathes:
            tracker.attention.breathes(t, rate, MODULE_BREATHING)
            _hold_to_verdict(source, bed, tracker, t)
        if breathes and tracker.attention.is_theirs and _is_near(source, t):
            bed.supports(Support.BREATHING, t)
    if breathes:
        return BREATH
    return RATES if news else NOTHING


def take_body_movement(
    parts: Parts, source: Source, given: Observation, reading: BodyMovement
) -> tuple[Aspect, ...]:
    """How much the sleeper moved."""
    level = unit(reading.level)
    source.holds = True
    if level is not None and given.live:
        for sleeper in watched_by(parts, given.source):
            parts.sleep[sleeper.id].moved(level, _when(given), given.host_t)
    if level is None or level < MINOR_BODY_MOVEMENT:
        return NOTHING
    put_if_stronger(parts, given, Modality.BODY_MOVEMENT, level)
    if given.live:
        size = MotionLevel.MAJOR if level >= MAJOR_BODY_MOVEMENT else MotionLevel.MINOR
        parts.motion.saw(given.source, size, level, "radar", given.host_t, given.host_t)
    return PEOPLE


def take_bed(parts: Parts, source: Source, given: Observation, reading: Bed) -> tuple[Aspect, ...]:
    """The bed's own verdict."""
    t = given.host_t
    source.holds = True
    if reading.occupied:
        put(parts, given, Modality.BED, 1.0, until=math.inf)
    else:
        parts.presence.withdraw(given.source, Modality.BED, t)
    if not given.live:
        return SLEEPERS
    changed = source.bed_says is not reading.occupied
    source.hold_bed(t, occupied=reading.occupied)
    for sleeper in watched_by(parts, given.source):
        bed = parts.beds[sleeper.id]
        before = bed.occupied
        _hold_to_verdict(source, bed, parts.sleep[sleeper.id], t)
        changed |= bed.occupied is not before
    # Modules repeat it every second, and it stands until it is taken back.
    return SLEEPERS if changed else NOTHING


def _hold_to_verdict(source: Source, bed: PlaceInBed, tracker: SleepTracker, t: float) -> None:
    """The bed's own verdict counts, but for whom: it does not know who lies there."""
    since = source.bed_since
    held = since is not None and t - since >= UNHEARD_VERDICT
    if source.bed_says and (tracker.attention.is_known or (tracker.attention.is_theirs and held)):
        bed.supports(Support.VERDICT, t, endless=True)
    elif source.bed_says is not None:
        bed.withdraw(Support.VERDICT, t)


def watched_by(parts: Parts, source: str) -> Iterator[Sleeper]:
    """The sleepers whom a node watches, and who want to be watched."""
    for sleeper in parts.config.sleepers:
        if sleeper.node == source and sleeper.id not in parts.resting:
            yield sleeper


def measured(parts: Parts, given: Observation, distances: tuple[float, ...]) -> bool:
    """How far away the bodies are that a node sees, nearest first, metres.

    Tells whether somebody was found in bed by it.
    """
    found = False
    for sleeper in watched_by(parts, given.source):
        tracker = parts.sleep[sleeper.id]
        tracker.measured(distances, _when(given), given.host_t)
        if not distances:
            continue
        bed = parts.beds[sleeper.id]
        if tracker.attention.lies_at(distances[0]):
            bed.keeps(given.host_t)
        if tracker.attention.has_settled and distances[0] <= BREATHING_WITHIN:
            before = bed.occupied
            bed.supports(Support.PLACE, given.host_t)
            found |= bed.occupied is not before
    return found


def decided(parts: Parts, given: Observation, *, present: bool) -> None:
    """Whether a node says that somebody is there."""
    for sleeper in watched_by(parts, given.source):
        parts.sleep[sleeper.id].attention.present(given.host_t, present=present)


def _when(given: Observation) -> float:
    """When it was measured; a clock that is ahead counts as now."""
    return min(given.measured_t, given.host_t)


def got_up(parts: Parts, source: str, t: float) -> None:
    """Something but its breathing says at time t that whoever a bed node watched has gone."""
    for sleeper in parts.config.sleepers:
        if sleeper.node != source:
            continue
        if sleeper.id not in parts.resting:
            parts.beds[sleeper.id].got_up(parts.clocks.now(source, t))
        parts.presence.end(source, t + BREATHLESS_AFTER, Modality.BREATHING)


def watch_beds(parts: Parts, source: str, t: float) -> bool:
    """A node speaks; whether a bed that it watches is watched from now on."""
    new = False
    for sleeper in watched_by(parts, source):
        new |= parts.beds[sleeper.id].watched(t)
        parts.sleep[sleeper.id].heard = t
    return new


def _is_stale(parts: Parts, source: str, t: float) -> bool:
    return any(
        sleeper.node == source and parts.beds[sleeper.id].is_stale(t)
        for sleeper in parts.config.sleepers
    )


def _is_near(source: Source, t: float) -> bool:
    distance = source.distance(t)
    return distance is None or distance <= BREATHING_WITHIN
