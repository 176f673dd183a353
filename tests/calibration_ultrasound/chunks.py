"""Chunks of I/Q as a node would have sent them."""

from collections.abc import Iterator

import numpy as np

from halcyon.core.reading import Quadrature
from halcyon.sense.ultrasound.tones import Complexes
from halcyon.simulate.ultrasound import Emission, Scene


def readings(iq: Complexes, scene: Scene, rate: float) -> Iterator[Quadrature]:
    """Chunks of 50 ms, rounded to 16 bits, with the flags of the scene's emission."""
    size = round(0.05 * rate)
    for k in range(len(iq) // size):
        t = k * 0.05 + np.linspace(-0.035, 0.05, 170, endpoint=False)
        envelope = scene.emission.envelope(t)
        part = np.ascontiguousarray(iq[k * size : (k + 1) * size], dtype=np.complex64)
        counts = np.clip(np.rint(part.view(np.float32) * 32768), -32768, 32767)
        yield Quadrature(
            stream="ultrasound",
            samples=(counts / 32768).astype(np.float32).view(np.complex64),
            rate=rate,
            carrier=scene.device.carrier,
            level=scene.device.level,
            emitting=bool(envelope[t >= 0].min() >= 1),
            settling=bool(np.ptp(envelope) > 0),
            playback=False,
            clipped=False,
            lost=False,
        )


def foreign_tone(
    count: int, rate: float, level: float, offset: float, emission: Emission
) -> Complexes:
    """A foreign tone (count, 1) of `level` dBFS, `offset` Hz beside the carrier."""
    t = np.arange(count) / rate
    wave = 10 ** (level / 20) * emission.envelope(t) * np.exp(2j * np.pi * offset * t)
    tone: Complexes = wave.astype(np.complex64)[:, None]
    return tone
