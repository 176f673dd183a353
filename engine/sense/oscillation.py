"""Telling a fan or a curtain from a person: movement that repeats itself in place."""

from collections.abc import Sequence

import numpy as np

type Step = tuple[float, float, float, float]
"""Time s, x m, y m, radial velocity m/s (NaN-free; 0 where the radar gives none)."""

WINDOW = 20.0
"""Seconds of path that are judged: two cycles of a slow fan, five of a curtain."""

JUDGED_AFTER = 12.0
"""Seconds of path below which nothing is judged: three cycles of a curtain."""

_STEPS_AT_LEAST = 12

_EXTENT = 1.0
"""Metres: a swivelling fan's patch of targets is smaller, two steps of a person are larger."""

_DRIFT = 0.25
"""Metres between the middle of the path's first and last third: who shifts is not a thing."""

_SPEED = 0.04
"""Metres per second of radial speed (standard deviation) below which nothing oscillates."""

_REVERSALS = 4
_SIMILARITY = 0.45
"""How much (0-1) the movement must resemble itself one period later. A sine beside as much
noise gives 0.5; a person's fidgeting stays below 0.3 in a window of 20 s."""

_GRID = 0.2


def oscillates(path: Sequence[Step]) -> bool:
    """Whether a path of at least 12 s stays in place, turns back again and again, periodically.

    The radial velocity is compared with itself after every lag from its first reversal to half
    the window (normalised autocorrelation, corrected for the shrinking overlap).
    """
    if len(path) < _STEPS_AT_LEAST or path[-1][0] - path[0][0] < JUDGED_AFTER:
        return False
    if not _is_lively([step[3] for step in path]):
        return False
    t, x, y, v = np.array(path).T
    third, outliers = len(path) // 3, len(path) // 20
    for axis in (x, y):
        if abs(axis[:third].mean() - axis[-third:].mean()) > _DRIFT:
            return False
        ordered = np.sort(axis)
        if ordered[-1 - outliers] - ordered[outliers] > _EXTENT:
            return False
    step = max(_GRID, float(np.median(np.diff(t))))
    grid = np.arange(t[0], t[-1], step)
    signal = np.interp(grid, t, v)
    signal -= signal.mean()
    power = float(signal @ signal)
    if power <= 0.0:
        return False
    positive = signal > 0
    if int(np.count_nonzero(positive[1:] != positive[:-1])) < _REVERSALS:
        return False
    count = len(signal)
    similarity = np.correlate(signal, signal, "full")[count - 1 : count + count // 2]
    similarity *= count / (count - np.arange(len(similarity))) / power
    first_turn = int(np.argmax(similarity < 0))
    return first_turn > 0 and float(similarity[first_turn:].max()) >= _SIMILARITY


def _is_lively(speeds: list[float]) -> bool:
    """Whether the speeds vary at all; without numpy, because most paths end here."""
    mean = sum(speeds) / len(speeds)
    return sum((each - mean) ** 2 for each in speeds) >= len(speeds) * _SPEED**2
