"""Sounds with energy near the carrier: keys, claps, sneezes, dishes; drawn or recorded."""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats, Kinds
from .motion import Kind


@dataclass(frozen=True, slots=True)
class NoiseBurst:
    """Clicks of shaped noise: `clicks` of them, `gap` seconds apart, from `start` on.

    Each rises within a millisecond and decays with `decay` seconds; `level` is the power at its
    beginning in dBc. Impulsive household sounds have broad spectra up to 20 kHz and beyond, at
    16 to 21 kHz 30 to 70 dB below their total (measured on the ESC-10 recordings); what a
    narrow band hears of them is noise with an envelope.
    """

    start: float
    level: float
    decay: float = 0.01
    clicks: int = 1
    gap: float = 0.15
    seed: int = 0

    @property
    def end(self) -> float:
        """When the last click has died away by 60 dB."""
        return self.start + (self.clicks - 1) * self.gap + 7 * self.decay

    def sound(self, t: Floats, microphones: int) -> Complexes:
        """See Burst."""
        out = np.zeros((microphones, len(t)), dtype=np.complex64)
        if t[-1] < self.start or t[0] > self.end:
            return out
        rate = (len(t) - 1) / (t[-1] - t[0])
        count = math.ceil((self.end - self.start) * rate) + 1
        rng = np.random.default_rng(self.seed)
        own = rng.standard_normal((microphones, count, 2)) * math.sqrt(0.5)
        since = t - self.start
        first = since[:, None] - self.gap * np.arange(self.clicks)
        shape = np.clip(first / 1e-3, 0, 1) * np.exp(-np.maximum(first, 0) / self.decay)
        envelope = 10 ** (self.level / 20) * shape.sum(axis=1)
        index = np.clip(np.rint(since * rate).astype(np.int_), 0, count - 1)
        out += envelope * (own[:, index, 0] + 1j * own[:, index, 1])
        return out

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where((t >= self.start) & (t <= self.end), int(Kind.TRANSIENT), 0)


@dataclass(frozen=True, slots=True, eq=False)
class RecordedBurst:
    """A recorded sound, demodulated at the carrier to the output rate: `iq` (n,), level in dBc.

    The recording has one channel; microphones hear it with phases of their own.
    """

    start: float
    level: float
    iq: Complexes
    rate: float
    turns: tuple[float, ...]

    def sound(self, t: Floats, microphones: int) -> Complexes:
        """See Burst."""
        index = np.rint((t - self.start) * self.rate).astype(np.int_)
        inside = (index >= 0) & (index < len(self.iq))
        mono = np.where(inside, self.iq[index.clip(0, len(self.iq) - 1)], 0)
        turn = np.exp(2j * math.pi * np.array(self.turns[:microphones]))
        heard: Complexes = (10 ** (self.level / 20) * turn[:, None] * mono).astype(np.complex64)
        return heard

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        end = self.start + len(self.iq) / self.rate
        return np.where((t >= self.start) & (t < end), int(Kind.TRANSIENT), 0)
