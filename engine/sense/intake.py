"""What each kind of reading means for a room."""

from collections.abc import Callable
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
    Frames,
    Gates,
    Motion,
    Sounding,
    Targets,
    Vitals,
)
from .detections import take_detection, take_gates, take_motion, take_targets
from .echoes import take_echoes, take_sounding
from .parts import EVERYTHING, NOTHING, Aspect, Parts
from .sleepers import (
    take_bed,
    take_body_movement,
    take_breath,
    take_frames,
    take_vitals,
    watch_beds,
)
from .source import Source


def take(parts: Parts, given: Observation) -> tuple[Aspect, ...]:
    """Take an observation into a room's parts and say which aspects it may have changed.

    Its host time is never before that of an earlier one. Readings with values that no sensor
    can mean are left out.
    """
    taker = _TAKERS.get(type(given.reading))
    source = parts.sources.get(given.source)
    if taker is None or source is None:
        return NOTHING
    known, returned = parts.known, False
    if type(given.reading) in _ABOUT_PEOPLE:
        if parts.standby:
            return NOTHING
        if given.live:
            if source.sonar is not None and isinstance(given.reading, Motion):
                source.sonar.hear(given.reading, given.host_t)
                if source.sonar.is_deaf:
                    return NOTHING
            returned = _heard(parts, given) or not source.senses
            source.senses = True
            parts.known = True
    elif given.live and isinstance(given.reading, Ambient):
        returned = _heard(parts, given)
    aspects = taker(parts, source, given, given.reading)
    if (
        parts.beds
        and given.live
        and source.senses
        and watch_beds(parts, given.source, given.host_t)
    ):
        return EVERYTHING
    return EVERYTHING if returned or parts.known is not known else aspects


def _heard(parts: Parts, given: Observation) -> bool:
    """Whether the source was unavailable until now, or all were."""
    if not parts.clocks.is_frozen(given.source) and parts.dark_since is None:
        return False
    parts.heard(given.source, given.host_t)
    return True


def _connection(
    parts: Parts, source: Source, given: Observation, reading: Connection
) -> tuple[Aspect, ...]:
    if reading.availability in {Availability.OFFLINE, Availability.UNSUPPORTED}:
        parts.lost(source.mount.source, given.host_t)
    else:
        parts.heard(source.mount.source, given.host_t)
    return EVERYTHING


def _announcement(
    parts: Parts, source: Source, given: Observation, reading: Announcement
) -> tuple[Aspect, ...]:
    del parts, given
    source.announced(reading)
    return NOTHING


def _ambient(
    parts: Parts, source: Source, given: Observation, reading: Ambient
) -> tuple[Aspect, ...]:
    # Entities of Home Assistant speak on change, and Home Assistant says when they are gone.
    endless = not is_id(source.mount.source)
    parts.environment.take(source.mount.source, reading, given.host_t, endless=endless)
    return (Aspect.ENVIRONMENT,)


def _motion(
    parts: Parts, source: Source, given: Observation, reading: Motion
) -> tuple[Aspect, ...]:
    if source.sonar is not None:
        return take_echoes(parts, source, source.sonar, given, reading)
    return take_motion(parts, source, given, reading)


# Each function takes the one type of reading that it is listed for.
_TAKERS: dict[type, Callable[[Parts, Source, Observation, Any], tuple[Aspect, ...]]] = {
    Ambient: _ambient,
    Announcement: _announcement,
    Bed: take_bed,
    BodyMovement: take_body_movement,
    Breath: take_breath,
    Connection: _connection,
    Detection: take_detection,
    Frames: take_frames,
    Gates: take_gates,
    Motion: _motion,
    Sounding: take_sounding,
    Targets: take_targets,
    Vitals: take_vitals,
}

_ABOUT_PEOPLE = frozenset(_TAKERS) - {Ambient, Announcement, Connection, Sounding}
