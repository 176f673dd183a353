"""What the speaker emits: the tone's envelope, and what music does to it."""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Flags, Floats, Single
from .rates import HALF, to_output

RAMP_S = 0.005
"""Bursts begin and end with half a cosine of this length, so that nobody hears a click."""


@dataclass(frozen=True, slots=True)
class Emission:
    """When the tone is on: `on` seconds of every `period`, the first from `start` on.

    A period of 0 is a tone without end.
    """

    on: float = 0.0
    period: float = 0.0
    start: float = 0.0

    def envelope(self, t: Floats) -> Floats:
        """The tone's amplitude at times t, 0 to 1."""
        since = t - self.start
        if not self.period:
            return _ramp(since / RAMP_S)
        within = since % self.period
        shape: Floats = _ramp(within / RAMP_S) * _ramp((self.on - within) / RAMP_S)
        return np.where(since >= 0, shape, 0.0)

    @property
    def continuous(self) -> bool:
        """Whether the tone is on, whatever the time."""
        return not self.period and math.isinf(self.start)


def _ramp(x: Floats) -> Floats:
    raised: Floats = 0.5 - 0.5 * np.cos(math.pi * np.clip(x, 0, 1))
    return raised


STEADY = Emission(start=-math.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Playback:
    """Music through the same driver: its displacement moves the source of the tone.

    `displacement` is the driver's excursion, low-passed as the driver does, where 1 is the peak;
    `rate` samples/s, a multiple of the output rate; it repeats. `beta` is the phase deviation in
    radians at 1, k times the excursion in metres (Doppler distortion; Beers & Belar, Proc. IRE
    31, 1943); `am` and `square` how much the force factor's droop changes the amplitude at 1, in
    first and second order (Klippel, J. Audio Eng. Soc. 54, 2006: loudspeaker nonlinearities).
    `start` and `end` in seconds.
    """

    displacement: Single
    rate: float
    beta: float = 0.1
    am: float = 0.01
    square: float = 0.005
    start: float = 0.0
    end: float = math.inf

    def __post_init__(self) -> None:
        if not len(self.displacement) or not np.isfinite(self.displacement).all():
            raise ValueError("a playback needs a displacement of finite samples")

    def modulation(self, first: int, count: int, rate: float) -> Complexes:
        """The factor on the tone for `count` samples at the output rate, from number `first`."""
        grid = self.rate / rate
        if grid < 1 or grid != round(grid):
            raise ValueError(f"a displacement at {self.rate} Hz is no multiple of {rate} Hz")
        factor = round(grid)
        margin = HALF if factor > 1 else 0
        n = np.arange((first - margin) * factor, (first + count + margin) * factor)
        t = n / self.rate
        begin = round(self.start * self.rate)
        x = self.displacement[(n - begin) % len(self.displacement)]
        x = np.where((t >= self.start) & (t < self.end), x, np.float32(0))
        tone: Complexes = (1 + self.am * x + self.square * x * x) * np.exp(1j * self.beta * x)
        heard: Complexes = to_output(tone[None], grid, count)[0]
        return heard

    def plays(self, t: Floats) -> Flags:
        """When there is something to hear."""
        playing: Flags = (t >= self.start) & (t < self.end)
        return playing


TAPS = 16
"""Length of the fractional delay filter; its error is below -60 dB up to 0.4 of the rate."""


def delayed(samples: Complexes, delays: Floats) -> Complexes:
    """Samples (n,) delayed by each of delays (m,) in samples, shape (m, n - reach).

    The first output belongs to input sample reach(delays). Windowed sinc (Laakso et al., IEEE
    Signal Process. Mag. 13, 1996).
    """
    back = reach(delays)
    whole = np.floor(delays).astype(np.int_)
    k = np.arange(TAPS) - (TAPS // 2 - 1)
    offset = k[None] - (delays - whole)[:, None]
    taps = np.sinc(offset) * np.i0(8 * np.sqrt(np.clip(1 - (offset / (TAPS / 2)) ** 2, 0, 1)))
    taps /= taps.sum(axis=1, keepdims=True)
    windows = np.lib.stride_tricks.sliding_window_view(samples, TAPS)[:, ::-1]
    count = len(samples) - back - TAPS // 2
    # Window i reversed holds samples i + TAPS - 1 - j; sample n - whole - k is its j-th.
    starts = back - whole - (TAPS // 2)
    out: Complexes = np.stack(
        [
            windows[start : start + count] @ row
            for start, row in zip(starts, taps.astype(np.float32), strict=True)
        ]
    )
    return out


def reach(delays: Floats) -> int:
    """How many samples before the first output `delayed` needs; TAPS / 2 after the last."""
    return int(np.ceil(delays.max())) + TAPS // 2
