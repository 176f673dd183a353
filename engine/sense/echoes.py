"""What the echoes of an ultrasonic tone say of who is in the room.

A large movement announces somebody; a small one does not, because a curtain that is taken for a
hand must not switch a light on, but it holds a room. Who leaves has to walk, and a walk is heard
nearly always. So a small movement some time after the last large one says that somebody stayed,
and holds the room for long; after a large movement that nothing followed the room is given up
sooner. What a machine, the air or a burst of noise moves arrives here as no movement at all.
"""

from ..core.observation import Observation
from ..core.reading import Motion, MotionLevel, Sounding
from .evidence import WORTH, Modality
from .parts import EVERYTHING, NOTHING, PEOPLE, Aspect, Parts
from .signs import put, unit
from .sonar import SILENT_AFTER, Sonar
from .source import Source

AFTER_MAJOR = 120.0
"""Seconds for which a large movement holds a room in which only motion is sensed. Somebody awake
moves a little every quarter of a minute or so; far from the node every other time is missed. To
hear nothing of somebody who stayed, eight times in a row, then happens once in 250."""

AFTER_MINOR = 600.0
"""Seconds for which a small movement holds such a room once somebody settled there. They did not
leave unheard, so only what keeps them still counts: readers and watchers of films rest for some
minutes, not for ten."""

SETTLED_AFTER = 15.0
"""Seconds after a large movement for which a small one may be its aftermath: a door that falls
shut, a curtain in the draught, the last step out."""

SOUND_ASPECTS = (*PEOPLE, Aspect.SOUND)


def take_sounding(
    parts: Parts, source: Source, given: Observation, reading: Sounding
) -> tuple[Aspect, ...]:
    """How well a source hears its tone."""
    if not given.live:
        return NOTHING
    sonar = source.hearing()
    was_deaf, sonar.trouble = sonar.is_deaf, reading.trouble
    if not sonar.is_deaf or was_deaf:
        # It is believed again from the next thing on that it says of motion.
        return NOTHING
    deafen(parts, source, given.host_t)
    return EVERYTHING


def deafen(parts: Parts, source: Source, t: float) -> None:
    """The source can say nothing more of motion: it is unavailable, or its echoes are."""
    name = source.mount.source
    if source.only_hears:
        parts.blinded(name, t)
        return
    parts.presence.withdraw(name, Modality.MOTION, t)
    parts.presence.withdraw(name, Modality.MINOR_MOTION, t)
    parts.motion.ended(name, t)


def notice_silence(parts: Parts, t: float) -> None:
    """Count the sources as unavailable that have said nothing for too long at time t."""
    for source in parts.sources.values():
        if source.sonar is not None and source.sonar.miss(t):
            deafen(parts, source, t)


def next_silence(parts: Parts) -> float | None:
    """When the next source will have been silent for too long."""
    ends = [
        end
        for source in parts.sources.values()
        if source.sonar is not None and (end := source.sonar.falls_silent_at) is not None
    ]
    return min(ends, default=None)


def take_echoes(
    parts: Parts, source: Source, sonar: Sonar, given: Observation, reading: Motion
) -> tuple[Aspect, ...]:
    """What moves, as a source says that is not deaf."""
    if not given.live:
        return NOTHING
    name, t, level = given.source, given.host_t, reading.level
    source.holds = True
    if level is not sonar.level:
        parts.motion.ended(name, t)
        sonar.level = level
    if level is not MotionLevel.MAJOR:
        parts.presence.withdraw(name, Modality.MOTION, t)
    if level is MotionLevel.NONE:
        parts.presence.withdraw(name, Modality.MINOR_MOTION, t)
        return SOUND_ASPECTS
    until, modality = t + SILENT_AFTER, Modality.MINOR_MOTION
    if level is MotionLevel.MAJOR:
        modality = Modality.MOTION
        parts.calibration.disturbed()
        _unsettle(parts, t)
    put(parts, given, modality, 1.0, until=until, lasts=_lasts(parts, sonar, modality, t))
    score = 1.0 if reading.score is None else unit(reading.score)
    parts.motion.saw(name, level, score or 0.0, source.label, t, until)
    return SOUND_ASPECTS


def _unsettle(parts: Parts, t: float) -> None:
    """Whatever small movements were heard before a large one, whoever made them may leave now."""
    for name, source in parts.sources.items():
        if source.sonar is not None:
            source.sonar.last_major = t
            parts.presence.drop(name, Modality.MINOR_MOTION)


def _lasts(parts: Parts, sonar: Sonar, modality: Modality, t: float) -> float:
    if any(
        source.holds and not source.only_hears and not parts.clocks.is_frozen(name)
        for name, source in parts.sources.items()
    ):
        return WORTH[modality].lasts
    settled = sonar.last_major is None or t - sonar.last_major >= SETTLED_AFTER
    return AFTER_MINOR if modality is Modality.MINOR_MOTION and settled else AFTER_MAJOR
