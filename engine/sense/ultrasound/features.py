"""What the network is told about a frame.

Each band twice: over the floor of the quiet room, and over what the band was like lately, so that
a fan, which is the same from minute to minute, and a walker, who never is, do not look alike.
"""

from collections.abc import Sequence

import numpy as np

from ...core.snapshot import Json, number_in, pack_array
from .baseband import Floats
from .doppler import BANDS, GROUPS, Doppler
from .floor import Floor, levels_in, same_frames

_LATELY_SHARE = 0.3
"""The quantile that says what a band was like lately: a person pauses, a machine does not."""
_LATELY_STEPS = (3.0, 0.4)
"""How far that estimate moves a frame, in dB: at first and in the end, when it climbs by 2.4 dB
a second and falls by 5.6."""

_LATELY_HOPS = 5.0
"""A frame stands for what came before it, but not for more than a quarter of a second."""

_TEN = np.float32(10.0)
_OVER = (-1.0, 6.0)
_CHANGE = (-2.0, 4.0)
_USUAL_NOISE, _NOISE_SPREAD = -88.0, 10.0
_GAIN_LIMIT = 3.0
_MOST_HOPS = 40.0

_NOISE = 2 * BANDS + (len(GROUPS) - 1)
"""Where the noise over what it usually is stands among them, and the burst after it."""
WIDTH = _NOISE + 7
"""How many features a frame has."""


class Lately:
    """A low quantile of each band over the last ten seconds or so."""

    def __init__(self) -> None:
        self._frames = 0
        self._level: Floats = np.zeros(BANDS, dtype=np.float32)

    def step(self, bands: Floats, hops: float = 1.0) -> Floats:
        """Take in bands (…, BANDS) so many hops after the last ones.

        Gives the estimate from the frames before this one.
        """
        if not self._frames:
            self._level = np.array(bands, dtype=np.float32)
        before = self._level
        first, last = _LATELY_STEPS
        step = max(last, first / (self._frames + 1)) * min(hops, _LATELY_HOPS)
        up, down = np.float32(step * _LATELY_SHARE), np.float32(-step * (1 - _LATELY_SHARE))
        self._level = before + np.where(bands > before, up, down)
        self._frames = min(self._frames + 1, 1_000)
        return before

    def forget(self) -> None:
        """Begin anew with the next frame."""
        self._frames = 0

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {"frames": self._frames, "level": pack_array(self._level)}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        level = levels_in(state, "level")
        self._frames = min(max(int(number_in(state, "frames")), 0), 1_000)
        self._level = level

    def restore_all(self, states: Sequence[Json]) -> None:
        """Take up a state a room, with their number as the leading shape.

        Raises SnapshotError if one is none, or has heard more frames than another.
        """
        self._frames = same_frames(states)
        self._level = np.stack([levels_in(state, "level") for state in states])


def features(
    doppler: Doppler, floor: Floor, lately: Floats, microphones: float | Floats, hops: float = 1.0
) -> Floats:
    """The features of a frame (…, WIDTH).

    `microphones` is their number, 1 to 4, and `hops` how long after the last frame it ends.
    """
    bands = doppler.bands
    over = np.clip((bands - floor.median) / _TEN, *_OVER)
    change = np.clip((bands - lately) / _TEN, *_CHANGE)
    shape = bands.shape[:-1]
    others = np.stack(
        [
            np.clip((doppler.noise - floor.noise) / _TEN, -1, 5),
            np.clip(doppler.burst / _TEN, -1, 5),
            (floor.noise - _USUAL_NOISE) / _NOISE_SPREAD,
            np.clip(np.abs(doppler.gain), 0, _GAIN_LIMIT),
            np.broadcast_to(floor.learned, shape),
            np.broadcast_to(np.log2(microphones) / 2, shape),
            np.broadcast_to(np.log2(min(hops, _MOST_HOPS)) / 3, shape),
        ],
        axis=-1,
    )
    return np.concatenate([over, change, doppler.balance, others], axis=-1, dtype=np.float32)


def broadband(x: Floats) -> tuple[Floats, Floats]:
    """What features (…, WIDTH) say of how broad a sound is, (…) each, dB.

    By how much the far bins, in which hardly anything moves, exceed the usual noise, and the
    loudest quarter of the bands, at the least, its floor. Who walks fills one half of them.
    """
    far: Floats = _TEN * (x[..., _NOISE] + np.maximum(x[..., _NOISE + 1], np.float32(0)))
    loud: Floats = _TEN * np.sort(x[..., :BANDS], axis=-1)[..., 3 * BANDS // 4]
    return far, loud
