"""How fast a target is, and the path that it took."""

import math

from ..core.reading import Target
from .motion import MAJOR_SPEED
from .oscillation import WINDOW
from .track import FIDGETS_APART, WALKED_IN_WITHIN, Track

MOVING_SPEED = 0.15
"""Metres per second from which a single detection is a good hit, and movement at all. The LD2450
gives still people and ghosts up to 0.1."""

SETTLING = 0.6
"""Seconds for which a fresh track jumps about, so that its path begins later."""

_PATH_STEP = 0.2
_PACE_OVER = 0.8
"""Seconds between kept steps of a path, and of path for a pace."""

_PACE_NOISE = 0.05
"""Metres per second, and as much again for each metre of range, that the smoothed position of a
still target seems to move by: three standard deviations of two degrees and 4 cm."""

_FASTEST = 20.0
"""Metres per second beyond which a radar's speed is an error, numbers that are none included."""


def step(track: Track, target: Target, t: float) -> None:
    """Add a step to the path, and work out how fast the target is.

    What the radar says of its speed along the line of sight counts as it is; the path's own
    speed counts once it is beyond what the noise of the position makes of a still target.
    """
    path, (sx, sy) = track.path, track.smooth
    velocity = target.velocity
    radial = velocity if velocity is not None and abs(velocity) <= _FASTEST else None
    speed = 0.0 if radial is None else abs(radial)
    for then, x, y, _ in reversed(path):
        if t - then >= _PACE_OVER:
            pace = math.hypot(sx - x, sy - y) / (t - then)
            if pace > _PACE_NOISE * (1.0 + math.hypot(sx, sy)):
                speed = max(speed, pace)
            if radial is None:
                radial = (math.hypot(sx, sy) - math.hypot(x, y)) / (t - then)
            break
    if t - track.placed > SETTLING and (not path or t - path[-1][0] >= _PATH_STEP):
        path.append((t, sx, sy, radial or 0.0))
        oldest = t - WINDOW
        while path[0][0] < oldest:
            del path[0]
    track.speed = speed
    if speed >= MOVING_SPEED:
        if track.moved is None or t - track.moved > FIDGETS_APART:
            track.fidgets += 1
        track.moved = t
    if speed >= MAJOR_SPEED:
        track.walked = t
        track.walked_in |= t - track.born <= WALKED_IN_WITHIN
