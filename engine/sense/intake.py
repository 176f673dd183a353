"""What each kind of reading means for a room."""

from collections.abc import Callable
import math
from typing import Any

from ..core.message import is_id
from ..core.observation import Observation
from ..core.reading import (
    Ambient,
    Announcement,
    Availability,
    Bed,
    BodyMovement,
    Breath,
    Connection,
    Detection,
    Gates,
    Motion,
    MotionLevel,
    Targets,
    Vitals,
)
from .bed import BREATHING_FROM, BREATHING_WITHIN, Support
from .energy import Energies
from .evidence import MOTION_ALONE, WORTH, Evidence, Modality, remaining
from .parts import Aspect, Parts
from .source import Source
from .vitals import RESPIRATION_RANGE

MOTION_CLAIM = 600.0
"""Seconds for which a motion detector's verdict stands without being renewed or withdrawn; some
never say that movement ended."""

MINOR_MOTION = 0.75
"""The value of a detector's minor movement; still enough to switch on at medium sensitivity."""

MAJOR_BODY_MOVEMENT = 0.6
MINOR_BODY_MOVEMENT = 0.1
"""Levels (0-1) of a bed radar's body movement that are movement; breathing gives some 0.02."""

QUALITY_NONE = 0.3
QUALITY_FULL = 0.65
"""Steady qualities of breathing between which the evidence rises from nothing to all. White noise
stays under 0.2, real airflow is above 0.65 for three quarters of a night."""

MODULE_BREATHING = 0.6
"""The value of a rate that a module computed itself: it goes on for a while after people left."""

WITHIN_FLOOR = 0.2
"""The value of a verdict whose energies the empty room gives as well."""

CONFIRMED_FROM = 0.5
"""Remaining value of another sign that speaks for a target that does not move."""

_PERSONAL = frozenset({Modality.BREATHING, Modality.BODY_MOVEMENT, Modality.BED, Modality.MOTION})
_OF_OTHERS = frozenset({Modality.VERDICT, Modality.ENERGY})

_PEOPLE = (Aspect.PRESENCE, Aspect.MOTION)
_SLEEPERS = (Aspect.PRESENCE, Aspect.MOTION, Aspect.BEDS)
_EVERYTHING = (*_SLEEPERS, Aspect.ENVIRONMENT)
_NOTHING: tuple[Aspect, ...] = ()


def take(parts: Parts, given: Observation) -> tuple[Aspect, ...]:
    """Take an observation into a room's parts and say which aspects it may have changed.

    Its host time is never before that of an earlier one. Readings with values that no sensor
    can mean are left out.
    """
    taker = _TAKERS.get(type(given.reading))
    source = parts.sources.get(given.source)
    if taker is None or source is None:
        return _NOTHING
    known = parts.known
    if type(given.reading) in _ABOUT_PEOPLE:
        if parts.standby:
            return _NOTHING
        if given.live:
            source.senses = True
            parts.known = True
            _heard(parts, given)
    elif given.live and isinstance(given.reading, Ambient):
        _heard(parts, given)
    aspects = taker(parts, source, given, given.reading)
    return aspects if parts.known is known else _EVERYTHING


def _heard(parts: Parts, given: Observation) -> None:
    if parts.clocks.is_frozen(given.source) or parts.dark_since is not None:
        parts.heard(given.source, given.host_t)


def _connection(
    parts: Parts, source: Source, given: Observation, reading: Connection
) -> tuple[Aspect, ...]:
    if reading.availability in {Availability.OFFLINE, Availability.UNSUPPORTED}:
        parts.lost(source.mount.source, given.host_t)
    else:
        parts.heard(source.mount.source, given.host_t)
    return _EVERYTHING


def _announcement(
    parts: Parts, source: Source, given: Observation, reading: Announcement
) -> tuple[Aspect, ...]:
    del parts, given
    source.announced(reading)
    return _NOTHING


def _targets(
    parts: Parts, source: Source, given: Observation, reading: Targets
) -> tuple[Aspect, ...]:
    if not given.live:
        return _NOTHING
    name, t = given.source, given.host_t
    view = source.view()
    source.holds = True
    view.update(reading, t, confirmed=_is_confirmed(parts, name, t))
    parts.calibration.saw(name, reading.targets)
    for modality, sign in view.signs().items():
        if sign is None:
            parts.presence.drop(name, modality)
        else:
            parts.presence.put(name, modality, sign)
    level, score = view.movement(t)
    if level is not MotionLevel.NONE:
        parts.motion.saw(name, level, score, "radar", t, t)
        if level is MotionLevel.MAJOR:
            parts.calibration.disturbed()
    if parts.beds and _targets_in_beds(parts, source, t):
        return _SLEEPERS
    return _PEOPLE


def _targets_in_beds(parts: Parts, source: Source, t: float) -> bool:
    """Tell the beds of who lies down or gets up; whether one may turn occupied or empty."""
    view, changed = source.view(), False
    sleepers = parts.config.sleepers
    lies, left = view.lies_in_bed(t), view.left_bed(t)
    for sleeper in sleepers:
        # With several sleepers only the node beside a place can say whose it is.
        if len(sleepers) > 1 and sleeper.node != source.mount.source:
            continue
        bed = parts.beds[sleeper.id]
        now, before = parts.clocks.now(sleeper.node, t), bed.occupied
        if lies:
            bed.supports(Support.TARGET, now)
        elif left:
            bed.got_up(now)
        changed |= left or bed.occupied is not before
    return changed


def _is_confirmed(parts: Parts, source: str, t: float) -> bool:
    """Whether anything but this radar's targets speaks for somebody being there."""
    for other, modality, sign, share in parts.presence.shares(t):
        speaks = modality in _PERSONAL or (modality in _OF_OTHERS and other != source)
        if speaks and sign.value * share >= CONFIRMED_FROM and not sign.seed:
            return True
    return False


def _detection(
    parts: Parts, source: Source, given: Observation, reading: Detection
) -> tuple[Aspect, ...]:
    if source.sees_only_motion:
        if reading.present is None:
            return _NOTHING
        level = MotionLevel.MAJOR if reading.present else MotionLevel.NONE
        return _motion(parts, source, given, Motion(level))
    t = given.host_t
    source.holds = True
    if reading.distance is not None and 0.0 < reading.distance < math.inf:
        source.measured(reading.distance, t)
    if reading.moving is not None or reading.still is not None:
        _energies(parts, source, given, reading)
    if reading.present is not None:
        _verdict(parts, source, given, reading)
    return _PEOPLE


def _energies(parts: Parts, source: Source, given: Observation, reading: Detection) -> None:
    if source.energies is None:
        source.energies = Energies()
    stirs = source.energies.stirs(reading)
    if stirs is not None and given.live:
        parts.motion.saw(
            given.source, MotionLevel.MINOR, stirs, source.label, given.host_t, given.host_t
        )


def _verdict(parts: Parts, source: Source, given: Observation, reading: Detection) -> None:
    name, t = given.source, given.host_t
    if source.has_targets(t):
        parts.presence.drop(name, Modality.VERDICT)
        return
    value = None if source.energies is None else source.energies.detection(reading)
    claim = source.claim(t) if given.live else None
    reach, distance = source.mount.reach, reading.distance
    beyond = reach is not None and distance is not None and distance > reach
    if not reading.present or beyond:
        parts.presence.withdraw(name, Modality.VERDICT, t)
        return
    within = value is not None and value <= 0.0
    _put(
        parts,
        given,
        Modality.VERDICT,
        WITHIN_FLOOR if within else 1.0,
        until=math.inf if claim is None else t + claim,
        note="within_empty_floor" if within else None,
    )


def _gates(parts: Parts, source: Source, given: Observation, reading: Gates) -> tuple[Aspect, ...]:
    source.holds = True
    if source.energies is None:
        source.energies = Energies()
    value = source.energies.gate_energies(reading)
    if not value:
        return _NOTHING
    _put_if_stronger(parts, given, Modality.ENERGY, value)
    return _PEOPLE


def _breath(
    parts: Parts, source: Source, given: Observation, reading: Breath
) -> tuple[Aspect, ...]:
    if not given.live:
        return _NOTHING
    source.holds = True
    t = given.host_t
    estimate = source.listen(t).take(reading)
    if estimate is None:
        return _NOTHING
    value = (estimate.steady - QUALITY_NONE) / (QUALITY_FULL - QUALITY_NONE)
    if value > 0.0:
        _put_if_stronger(parts, given, Modality.BREATHING, min(1.0, value))
    for sleeper in parts.config.sleepers:
        if sleeper.node == given.source:
            parts.vitals[sleeper.id].estimated(estimate, t)
            bed = parts.beds[sleeper.id]
            if estimate.steady >= BREATHING_FROM and _is_near(source, t):
                bed.supports(Support.BREATHING, t)
            bed.watched(t)
    return _SLEEPERS


def _is_near(source: Source, t: float) -> bool:
    distance = source.distance(t)
    return distance is None or distance <= BREATHING_WITHIN


def _vitals(
    parts: Parts, source: Source, given: Observation, reading: Vitals
) -> tuple[Aspect, ...]:
    if not given.live:
        return _NOTHING
    source.holds = True
    t, rate = given.host_t, reading.respiration
    low, high = RESPIRATION_RANGE
    breathes = not source.has_waveform(t) and rate is not None and low <= rate <= high
    if breathes:
        _put_if_stronger(parts, given, Modality.BREATHING, MODULE_BREATHING)
    for sleeper in parts.config.sleepers:
        if sleeper.node == given.source:
            parts.vitals[sleeper.id].reported(rate, reading.heart, t)
            bed = parts.beds[sleeper.id]
            if breathes and _is_near(source, t):
                bed.supports(Support.BREATHING, t)
            bed.watched(t)
    return _SLEEPERS


def _body_movement(
    parts: Parts, source: Source, given: Observation, reading: BodyMovement
) -> tuple[Aspect, ...]:
    level = _unit(reading.level)
    source.holds = True
    if level is None or level < MINOR_BODY_MOVEMENT:
        return _NOTHING
    _put_if_stronger(parts, given, Modality.BODY_MOVEMENT, level)
    if given.live:
        size = MotionLevel.MAJOR if level >= MAJOR_BODY_MOVEMENT else MotionLevel.MINOR
        parts.motion.saw(given.source, size, level, "radar", given.host_t, given.host_t)
    return _PEOPLE


def _bed(parts: Parts, source: Source, given: Observation, reading: Bed) -> tuple[Aspect, ...]:
    t = given.host_t
    source.holds = True
    if reading.occupied:
        _put(parts, given, Modality.BED, 1.0, until=math.inf)
    else:
        parts.presence.withdraw(given.source, Modality.BED, t)
    if not given.live:
        return _SLEEPERS
    for sleeper in parts.config.sleepers:
        if sleeper.node == given.source:
            bed = parts.beds[sleeper.id]
            if reading.occupied:
                bed.supports(Support.VERDICT, t, endless=True)
            else:
                bed.withdraw(Support.VERDICT, t)
            bed.watched(t)
    return _SLEEPERS


def _motion(
    parts: Parts, source: Source, given: Observation, reading: Motion
) -> tuple[Aspect, ...]:
    name, t = given.source, given.host_t
    if reading.level is MotionLevel.NONE:
        parts.presence.withdraw(name, Modality.MOTION, t)
        parts.motion.ended(name, t)
        return _PEOPLE
    value = 1.0 if reading.level is MotionLevel.MAJOR else MINOR_MOTION
    seen_still = any(
        each.holds and not parts.clocks.is_frozen(other) for other, each in parts.sources.items()
    )
    lasts = WORTH[Modality.MOTION].lasts if seen_still else MOTION_ALONE
    _put(parts, given, Modality.MOTION, value, until=t + MOTION_CLAIM, lasts=lasts)
    if given.live:
        score = value if reading.score is None else _unit(reading.score)
        parts.motion.saw(name, reading.level, score or 0.0, source.label, t, t + MOTION_CLAIM)
        parts.calibration.disturbed()
    return _PEOPLE


def _ambient(
    parts: Parts, source: Source, given: Observation, reading: Ambient
) -> tuple[Aspect, ...]:
    # Entities of Home Assistant speak on change, and Home Assistant says when they are gone.
    endless = not is_id(source.mount.source)
    parts.environment.take(source.mount.source, reading, given.host_t, endless=endless)
    return (Aspect.ENVIRONMENT,)


def _put(
    parts: Parts,
    given: Observation,
    modality: Modality,
    value: float,
    *,
    until: float | None = None,
    lasts: float | None = None,
    note: str | None = None,
) -> None:
    t = given.host_t
    if lasts is None:
        lasts = WORTH[modality].lasts
    if until is None:
        until = t
    sign = Evidence(value, t, until, lasts, note, not given.live)
    parts.presence.put(given.source, modality, sign)


def _put_if_stronger(parts: Parts, given: Observation, modality: Modality, value: float) -> None:
    """Renew a sign unless what is left of the last one is more: one weak moment takes nothing."""
    known = parts.presence.get(given.source, modality)
    if known is not None:
        patience = parts.presence.thresholds.patience
        left = remaining(known, WORTH[modality].fades, given.host_t, patience)
        if known.value * left > value and not (known.seed and given.live):
            return
    _put(parts, given, modality, value)


def _unit(value: float) -> float | None:
    """A share clamped to 0-1, None where it is not a number."""
    return None if math.isnan(value) else min(1.0, max(0.0, value))


# Each function takes the one type of reading that it is listed for.
_TAKERS: dict[type, Callable[[Parts, Source, Observation, Any], tuple[Aspect, ...]]] = {
    Ambient: _ambient,
    Announcement: _announcement,
    Bed: _bed,
    BodyMovement: _body_movement,
    Breath: _breath,
    Connection: _connection,
    Detection: _detection,
    Gates: _gates,
    Motion: _motion,
    Targets: _targets,
    Vitals: _vitals,
}

_ABOUT_PEOPLE = frozenset(_TAKERS) - {Ambient, Announcement, Connection}
