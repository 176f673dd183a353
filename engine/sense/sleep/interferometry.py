"""A chest's displacement from the complex frames of a pulsed-coherent radar.

Every range bin holds what comes back from its distance as amplitude and phase: a constant from
whatever stands still, and around it an arc that the chest draws as it comes and goes, one turn for
half a wavelength. The centre of the arc is found by fitting a circle (Kåsa, IEEE Trans. Instrum.
Meas. 25, 1976). A body fills several bins, so the turns of those beside the liveliest are added
up, each by its strength: noise and fading of one bin then hardly matter.
"""

from collections import deque
import math

import numpy as np
from numpy.typing import NDArray

from ...core.reading import Breath, BreathUnit, Frames

WINDOW_S = 20.0
"""Seconds of frames of which bins and circles are found: two breaths of a slow breather."""

_FROM_S = 5.0
"""Seconds of frames before anything is said."""

_JUDGED_EVERY_S = 1.0

_BESIDE = 2
"""Bins on either side of the liveliest whose turns count too."""

_LIVELIER = 2.0
"""How many times livelier than the one that is followed another bin is when it is taken instead."""

_WHITE = 0.5
"""The share of a bin's power that is gone with the next frame from which there is only noise, whose
phase is nobody's: all of white noise, a fiftieth of a breath at ten frames a second."""

_LONGEST_GAP_S = 1.0
"""Seconds without frames after which it begins anew."""

_FRAMES_AT_MOST = 1024
"""Frames that are kept, however fast they come."""

type Frame = NDArray[np.complex128]


class Interferometer:
    """One radar's frames to phase, from frame to frame. Times are seconds."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, Frame]] = deque(maxlen=_FRAMES_AT_MOST)
        self._judged = -math.inf
        self._bin: int | None = None
        self._is_noise = False
        self._centres = np.zeros(0, dtype=np.complex128)
        self._bins = slice(0, 0)
        self._phase = 0.0

    @property
    def bin(self) -> int | None:
        """The number of the liveliest bin, None as long as it is not known."""
        return self._bin

    def take(self, time: float, frame: NDArray[np.complexfloating]) -> Breath | None:
        """Take a frame, one complex value a bin (the mean of its sweeps), and give the phase, rad.

        None during the first seconds, where nothing moves, and for a frame that is not finite or
        not later than the last. After a gap, or with another number of bins, it begins anew.
        """
        values = np.asarray(frame, dtype=np.complex128)
        if not math.isfinite(time) or values.ndim != 1 or not np.isfinite(values).all():
            return None
        if self._frames:
            last, before = self._frames[-1]
            if time <= last and len(before) == len(values) and last - time < _LONGEST_GAP_S:
                return None
            if len(before) != len(values) or not 0.0 < time - last <= _LONGEST_GAP_S:
                self._restart()
        previous = self._frames[-1][1] if self._frames else None
        self._frames.append((time, values))
        while self._frames[0][0] < time - WINDOW_S:
            self._frames.popleft()
        if time - self._frames[0][0] < _FROM_S:
            return None
        if time >= self._judged + _JUDGED_EVERY_S:
            self._judge()
            self._judged = time
        if previous is None or self._is_noise:
            return None
        now, ago = values[self._bins] - self._centres, previous[self._bins] - self._centres
        turn = complex(np.vdot(ago, now))
        self._phase += math.atan2(turn.imag, turn.real)
        return Breath((time,), (self._phase,), BreathUnit.RADIANS)

    def follow(self, reading: Frames) -> Breath:
        """Take frames, and give the phase of those of which it is known."""
        told = [
            each
            for t, frame in zip(reading.times, reading.samples, strict=True)
            if (each := self.take(t, frame)) is not None
        ]
        times = tuple(each.times[0] for each in told)
        return Breath(times, tuple(each.values[0] for each in told), BreathUnit.RADIANS)

    def _restart(self) -> None:
        self._frames.clear()
        self._judged = -math.inf
        self._bin = None
        self._phase = 0.0

    def _judge(self) -> None:
        """Choose the bins, and find the centres of their arcs."""
        frames = np.array([frame for _, frame in self._frames])
        lively = frames.var(axis=0)
        best = int(np.argmax(lively))
        if self._bin is None or lively[best] > _LIVELIER * lively[self._bin]:
            self._bin = best
        followed = frames[:, self._bin]
        fleeting = float(np.mean(np.abs(np.diff(followed)) ** 2)) / 2.0
        self._is_noise = fleeting >= _WHITE * float(followed.var())
        self._bins = slice(max(0, self._bin - _BESIDE), self._bin + _BESIDE + 1)
        self._centres = circle_centres(frames[:, self._bins])


def circle_centres(points: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """The centres of circles through points: shape (points, circles) in, (circles,) out.

    By least squares of the squared radii; where the points do not make a circle, their mean.
    """
    mean = points.mean(axis=0)
    off = points - mean
    x, y = off.real, off.imag
    # The normal equations of x a + y b = (x² + y² - mean)/2, of points around zero.
    xx, yy, xy = (x * x).mean(axis=0), (y * y).mean(axis=0), (x * y).mean(axis=0)
    square = x * x + y * y
    square = (square - square.mean(axis=0)) / 2.0
    along, across = (x * square).mean(axis=0), (y * square).mean(axis=0)
    scale = xx * yy - xy * xy
    flat = scale <= np.finfo(np.float64).eps * (xx + yy) ** 2
    safe = np.where(flat, 1.0, scale)
    centre = ((along * yy - across * xy) + 1j * (across * xx - along * xy)) / safe
    centres: NDArray[np.complex128] = mean + np.where(flat, 0.0, centre)
    return centres
