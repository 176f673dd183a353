"""What radars say of who is in the room: targets, verdicts and energies."""

import math

from ..core.observation import Observation
from ..core.reading import Detection, Gates, Motion, MotionLevel, Targets
from .bed import Support
from .energy import Energies
from .evidence import MOTION_ALONE, WORTH, Modality
from .leaving import watch_doors
from .parts import NOTHING, PEOPLE, SLEEPERS, VERDICT, Aspect, Parts
from .signs import put, put_if_stronger, unit
from .sleepers import decided, got_up, measured
from .source import Source

MOTION_CLAIM = 600.0
"""Seconds for which a motion detector's verdict stands without being renewed or withdrawn; some
never say that movement ended."""

MINOR_MOTION = 0.75
"""The value of a detector's minor movement; still enough to switch on at medium sensitivity."""

DISCOUNTED = 0.2
"""The value of a verdict whose energies the empty room, or a fan in it, gives as well."""

BREATHES_FROM = 0.2
"""Still energy from which somebody may be there beside what moves (factory thresholds lie between
0.15 and 0.4); a gate radar gives none for what only swings."""

GATE = 0.75
"""Metres to which a gate radar knows a distance (LD2410's gates)."""

CONFIRMED_FROM = 0.5
"""Remaining value of another sign that speaks for a target that does not move."""

_PERSONAL = frozenset({Modality.BREATHING, Modality.BODY_MOVEMENT, Modality.BED, Modality.MOTION})
_OF_OTHERS = frozenset({Modality.VERDICT, Modality.ENERGY})


def take_targets(
    parts: Parts, source: Source, given: Observation, reading: Targets
) -> tuple[Aspect, ...]:
    """A frame of targets."""
    if not given.live:
        return NOTHING
    name, t = given.source, given.host_t
    view = source.view()
    source.holds = True
    view.update(reading, t, confirmed=_is_confirmed(parts, name, t))
    watch_doors(parts, source, t)
    parts.calibration.saw(name, reading.targets)
    for modality, sign in view.signs(sees_still=source.has_waveform(t)).items():
        if sign is None:
            parts.presence.drop(name, modality)
        else:
            parts.presence.put(name, modality, sign)
    level, score = view.movement(t)
    if level is not MotionLevel.NONE:
        parts.motion.saw(name, level, score, "radar", t, t)
        if level is MotionLevel.MAJOR:
            parts.calibration.disturbed()
    if not parts.beds:
        return PEOPLE
    found = False
    if reading.targets:
        ranges = sorted(math.hypot(each.x, each.y) for each in reading.targets)
        found = measured(parts, given, tuple(each for each in ranges if each < math.inf))
    return SLEEPERS if _targets_in_beds(parts, source, t) or found else PEOPLE


def _targets_in_beds(parts: Parts, source: Source, t: float) -> bool:
    """Tell the beds of who lies down or gets up; whether one may turn occupied or empty."""
    view, changed = source.view(), False
    sleepers = [each for each in parts.config.sleepers if each.id not in parts.resting]
    lies, left = view.lies_in_bed(t), view.left_bed(t)
    for sleeper in sleepers:
        # With several sleepers only the node beside a place can say whose it is.
        if len(parts.config.sleepers) > 1 and sleeper.node != source.mount.source:
            continue
        bed = parts.beds[sleeper.id]
        before = bed.occupied
        if lies:
            bed.supports(Support.TARGET, parts.clocks.now(sleeper.node, t))
        elif left:
            got_up(parts, sleeper.node, t)
        changed |= left or bed.occupied is not before
    return changed


def _is_confirmed(parts: Parts, source: str, t: float) -> bool:
    """Whether anything but this radar's targets speaks for somebody being there."""
    for other, modality, sign, share in parts.presence.shares(t):
        speaks = modality in _PERSONAL or (modality in _OF_OTHERS and other != source)
        if speaks and sign.value * share >= CONFIRMED_FROM and not sign.seed:
            return True
    return False


def take_detection(
    parts: Parts, source: Source, given: Observation, reading: Detection
) -> tuple[Aspect, ...]:
    """A radar's own verdict, its energies and a distance, any of them absent."""
    if source.sees_only_motion:
        if reading.present is None:
            return NOTHING
        level = MotionLevel.MAJOR if reading.present else MotionLevel.NONE
        return take_motion(parts, source, given, Motion(level))
    t = given.host_t
    source.holds = True
    went = found = False
    aspects: tuple[Aspect, ...] = VERDICT
    if reading.distance is not None and 0.0 < reading.distance < math.inf:
        went = source.measured(reading.distance, t)
        if given.live:
            found = measured(parts, given, (reading.distance,))
    if reading.moving is not None or reading.still is not None:
        _energies(parts, source, given, reading)
        aspects = PEOPLE
    if reading.present is not None:
        if given.live:
            decided(parts, given, present=reading.present)
        went |= source.says(present=reading.present)
        _verdict(parts, source, given, reading)
    if went:
        got_up(parts, given.source, t)
    return SLEEPERS if went or found else aspects


def _energies(parts: Parts, source: Source, given: Observation, reading: Detection) -> None:
    if source.energies is None:
        source.energies = Energies()
    value = source.energies.detection(reading)
    # One energy alone, as some nodes send them, says nothing of the other.
    if reading.moving is not None and reading.still is not None:
        source.discount(_discount(parts, source, reading, value), given.host_t)
    stirs = source.energies.stirs(reading)
    if stirs is not None and given.live:
        # Energies do not tell a walk from a reach, but nobody reaches in a room without walking in.
        size = MotionLevel.MINOR if parts.presence.occupied else MotionLevel.MAJOR
        parts.motion.saw(given.source, size, stirs, source.label, given.host_t, given.host_t)


def _verdict(parts: Parts, source: Source, given: Observation, reading: Detection) -> None:
    name, t = given.source, given.host_t
    if source.has_targets(t):
        parts.presence.drop(name, Modality.VERDICT)
        return
    claim = source.claim(t) if given.live else None
    reach, distance = source.mount.reach, reading.distance
    beyond = reach is not None and distance is not None and distance > reach
    if not reading.present or beyond:
        parts.presence.withdraw(name, Modality.VERDICT, t)
        return
    note = source.discounted(t)
    put(
        parts,
        given,
        Modality.VERDICT,
        1.0 if note is None else DISCOUNTED,
        until=math.inf if claim is None else t + claim,
        note=note,
    )


def _discount(parts: Parts, source: Source, reading: Detection, value: float | None) -> str | None:
    """Why a verdict with energies of a value may be nobody's, None if it may not."""
    if value is not None and value <= 0.0:
        return "within_empty_floor"
    if reading.distance is None or reading.still is None or reading.still >= BREATHES_FROM:
        return None
    for other in parts.sources.values():
        if other.radar is not None and any(
            abs(math.dist(place, (source.mount.x, source.mount.y)) - reading.distance) <= GATE
            for place in other.radar.swinging()
        ):
            return "oscillating"
    return None


def take_gates(
    parts: Parts, source: Source, given: Observation, reading: Gates
) -> tuple[Aspect, ...]:
    """Energies per gate, which count over what the empty room was learned to give."""
    source.holds = True
    if source.energies is None:
        source.energies = Energies()
    value = source.energies.gate_energies(reading)
    if not value:
        return NOTHING
    put_if_stronger(parts, given, Modality.ENERGY, value)
    return PEOPLE


def take_motion(
    parts: Parts, source: Source, given: Observation, reading: Motion
) -> tuple[Aspect, ...]:
    """The verdict of a motion detector."""
    name, t = given.source, given.host_t
    if reading.level is MotionLevel.NONE:
        parts.presence.withdraw(name, Modality.MOTION, t)
        parts.motion.ended(name, t)
        return PEOPLE
    value = 1.0 if reading.level is MotionLevel.MAJOR else MINOR_MOTION
    seen_still = any(
        each.holds and not parts.clocks.is_frozen(other) for other, each in parts.sources.items()
    )
    lasts = WORTH[Modality.MOTION].lasts if seen_still else MOTION_ALONE
    put(parts, given, Modality.MOTION, value, until=t + MOTION_CLAIM, lasts=lasts)
    if given.live:
        score = value if reading.score is None else unit(reading.score)
        parts.motion.saw(name, reading.level, score or 0.0, source.label, t, t + MOTION_CLAIM)
        parts.calibration.disturbed()
    return PEOPLE
