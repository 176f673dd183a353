"""Moving air by the theory of turbulence: frozen eddies that drift across the paths.

The phase of a wave that crosses isotropic turbulence of the Kolmogorov kind, carried along by
a wind, has a spectrum that falls with the frequency to the power -8/3 above the frequency at
which eddies of the outer scale pass, and is flat below (Tatarskii, The Effects of the Turbulent
Atmosphere on Wave Propagation, 1971; Clifford, J. Opt. Soc. Am. 61, 1971). Neighbouring paths
see the same large eddies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import itertools
import math

import numpy as np

from .arrays import Complexes, Floats, Kinds
from .motion import Kind
from .schedule import ALWAYS, Schedule

_SLOPE = -8 / 3
_LONGEST_S = 8.0
"""The period of the slowest fluctuation that is kept."""
_SHARED = 0.5
"""How much of the fluctuation all paths have in common, as amplitude (chosen)."""
_LINES_HZ = 200.0
"""Faster fluctuations are kept up to here: at a corner of 2 Hz they are 53 dB below."""


@dataclass(frozen=True, slots=True)
class TurbulentFlow:
    """A `wind` in m/s with eddies of `scale` metres.

    `strength` is the standard deviation of the phase in radians at 20 kHz over a path of 1 m.
    """

    wind: float = 1.0
    scale: float = 0.5
    strength: float = 0.03
    schedule: Schedule = ALWAYS

    def phases(
        self, rng: np.random.Generator, lengths: Floats, wavelength: float, rate: float, count: int
    ) -> Iterator[Floats]:
        """See Flow. Blocks of filtered noise overlap by half and fade into each other."""
        size = self.strength * 0.01715 / wavelength * np.sqrt(lengths)[:, None]
        longest = max(count, round(_LONGEST_S * rate))
        frequency = np.fft.rfftfreq(2 * longest, 1 / rate)
        corner = self.wind / self.scale
        power = (1 + (frequency / corner) ** 2) ** (_SLOPE / 2)
        power[frequency > _LINES_HZ] = 0
        power[0] = 0
        shape = np.sqrt(power / power.sum())
        fade = np.sin(np.linspace(0, math.pi / 2, longest, endpoint=False))
        old = self._piece(rng, shape, len(lengths), longest)
        ready = np.empty((len(lengths), 0), dtype=np.float32)
        for block in itertools.count():
            while ready.shape[1] < count:
                new = self._piece(rng, shape, len(lengths), longest)
                mixed = old[:, longest:] * fade[::-1] + new[:, :longest] * fade
                ready = np.concatenate([ready, mixed.astype(np.float32)], axis=1)
                old = new
            t = (block * count + np.arange(count)) / rate
            yield size * self.schedule.share(t) * ready[:, :count]
            ready = ready[:, count:]

    def _piece(self, rng: np.random.Generator, shape: Floats, paths: int, longest: int) -> Floats:
        """Noise of unit variance with the spectrum's shape, (paths, 2 longest)."""
        kept = np.flatnonzero(shape)
        common = _normal(rng, (1, len(kept)))
        own = _normal(rng, (paths, len(kept)))
        lines = np.zeros((paths, len(shape)), dtype=np.complex64)
        mixed = _SHARED * common + math.sqrt(1 - _SHARED**2) * own
        lines[:, kept] = mixed * shape[kept].astype(np.float32)
        return np.asarray(np.fft.irfft(lines, 2 * longest) * 2 * longest / math.sqrt(2))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.schedule.runs(t), int(Kind.AIR), 0)


def _normal(rng: np.random.Generator, shape: tuple[int, int]) -> Complexes:
    parts = rng.standard_normal((*shape, 2), dtype=np.float32) * np.float32(math.sqrt(0.5))
    return parts.view(np.complex64)[..., 0]
