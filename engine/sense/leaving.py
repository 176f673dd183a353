"""Who comes into a room and who leaves it, as far as radars can follow them."""

from ..core.house import Point
from .parts import Parts
from .source import Source
from .targets import RadarView

JUST_SWITCHED = 3.0
"""Seconds before a track began in which its room may have turned occupied by the same person: a
motion detector is often faster than a tracker."""

GONE_AFTER = 1.0
"""Seconds without a walker after which he is out of sight: trackers drop single frames."""


def watch_doors(parts: Parts, source: Source, t: float) -> None:
    """Learn from a frame at time t where somebody came in, and note when the last one left."""
    view, presence = source.view(), parts.presence
    _learn(parts, view, t)
    if view.sees_people(t):
        presence.left = None
    elif presence.occupied and presence.left is None:
        last = _last_out(parts, t)
        if last is not None and parts.doorways.leads_out(last[1], t):
            presence.walked_out(last[0])


def _learn(parts: Parts, view: RadarView, t: float) -> None:
    """Who walks into a room that nobody was in came through a door."""
    newcomer = view.newcomer(t)
    if newcomer is None:
        return
    began, point = newcomer
    since = parts.presence.since
    fresh = not parts.presence.occupied or (since is not None and began <= since + JUST_SWITCHED)
    alone = all(other is view or not other.people(t) for _, other in _views(parts))
    if fresh and alone:
        parts.doorways.came_in(point, t)


def _last_out(parts: Parts, t: float) -> tuple[float, Point] | None:
    """When and where the last person was seen, if everybody was seen walking when last seen."""
    last: tuple[float, Point] | None = None
    for source, view in _views(parts):
        for track in view.remembered():
            if t - track.seen < GONE_AFTER:
                return None
            if not (track.walked_off or source.has_waveform(t)):
                return None
            if last is None or track.seen > last[0]:
                last = track.seen, track.point
    return last


def _views(parts: Parts) -> list[tuple[Source, RadarView]]:
    return [(each, each.radar) for each in parts.sources.values() if each.radar is not None]
