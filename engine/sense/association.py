"""Which target of a frame continues which track."""

from collections.abc import Sequence
import math

from ..core.reading import Target
from .track import ACTIVE, Track

_GATE = 0.6
_GATE_SPEED = 2.5
_GATE_AT_MOST = 2.0
"""Metres within which a target continues a track: noise, and a brisk walk since the last frame."""

_REAPPEARS_WITHIN = 1.5
REMEMBERED = 600.0
"""Metres and seconds within which a person whom the radar lost in place is found again."""


def associate(tracks: Sequence[Track], targets: Sequence[Target], t: float) -> list[Track | None]:
    """For each target the track that it continues at time t, nearest first; None for a new one.

    Who is being seen comes before who was lost at the same place.
    """
    pairs: list[tuple[bool, float, int, int]] = []
    for number, target in enumerate(targets):
        for index, track in enumerate(tracks):
            distance = math.hypot(target.x - track.x, target.y - track.y)
            if distance <= _gate(track, t):
                pairs.append((not track.is_active(t), distance, index, number))
    if len(pairs) > 1:
        pairs.sort()
    known: list[Track | None] = [None] * len(targets)
    used: set[int] = set()
    for _, _, index, number in pairs:
        if known[number] is None and index not in used:
            used.add(index)
            known[number] = tracks[index]
    return known


def _gate(track: Track, t: float) -> float:
    gap = t - track.seen
    if gap <= ACTIVE or track.walked_off:
        return min(_GATE_AT_MOST, _GATE + _GATE_SPEED * gap)
    return _REAPPEARS_WITHIN
