"""What real devices do to a clean baseband: noise, hum, gain, clocks and short words.

The clean signal is in units of the tone's direct path. Everything is drawn from a seed.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

type Complexes = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Flaws:
    """How a device spoils a recording. Levels are in dB below the carrier unless they say else.

    `noise` dBc/Hz; `tilt` is by how many dB the noise falls from the carrier to the edge of the
    band; `hum` is the level of `lines` harmonics of `mains` Hz, part amplitude, part phase;
    `offset` Hz and `wander` radians a root second of the clock; `level` dBFS of the tone in `bits`;
    `steps` gain changes a minute of up to `step` dB; `clicks` a minute.
    """

    noise: float = -90.0
    tilt: float = 0.0
    hum: float | None = None
    mains: float = 50.0
    lines: int = 3
    offset: float = 0.0
    wander: float = 0.0
    level: float = -20.0
    bits: int = 16
    steps: float = 0.0
    step: float = 0.0
    clicks: float = 0.0
    background: float | None = None
    """By how many dB a real recording's background is raised; None is none of it."""


def node_flaws(rng: np.random.Generator) -> Flaws:
    """A node of ours: one clock, or two within 20 ppm, and a decent microphone."""
    return Flaws(
        noise=float(rng.uniform(-103, -73)),
        tilt=float(rng.choice((0.0, rng.uniform(0, 8)))),
        hum=float(rng.uniform(-95, -55)) if rng.uniform() < 0.25 else None,
        mains=float(rng.choice((50.0, 60.0))),
        lines=int(rng.integers(1, 6)),
        offset=float(rng.uniform(-1, 1)) if rng.uniform() < 0.15 else 0.0,
        wander=float(10 ** rng.uniform(-4, -2)) if rng.uniform() < 0.15 else 0.0,
        level=float(rng.uniform(-35, -8)),
        steps=float(rng.uniform(0, 2)) if rng.uniform() < 0.1 else 0.0,
        step=float(rng.uniform(0.1, 2)),
    )


def phone_flaws(rng: np.random.Generator, *, background: bool) -> Flaws:
    """A phone or tablet: loud noise, automatic gain, clicks."""
    real = background and rng.uniform() < 0.5
    return Flaws(
        noise=float(rng.uniform(-84, -72) if not real else rng.uniform(-95, -80)),
        tilt=float(rng.choice((0.0, rng.uniform(0, 8)))),
        hum=float(rng.uniform(-80, -45)) if rng.uniform() < 0.3 else None,
        mains=float(rng.choice((50.0, 60.0))),
        lines=int(rng.integers(1, 6)),
        offset=float(rng.uniform(-0.5, 0.5)) if rng.uniform() < 0.3 else 0.0,
        wander=float(10 ** rng.uniform(-4, -1.7)) if rng.uniform() < 0.3 else 0.0,
        level=float(rng.uniform(-42, -12)),
        steps=float(rng.uniform(0, 8)) if rng.uniform() < 0.3 else 0.0,
        step=float(rng.uniform(0.1, 4)),
        clicks=float(rng.uniform(0, 20)) if rng.uniform() < 0.2 else 0.0,
        background=float(rng.uniform(-10, 4)) if real else None,
    )


def spoil(
    clean: Complexes,
    rate: float,
    flaws: Flaws,
    rng: np.random.Generator,
    background: Complexes | None = None,
) -> Complexes:
    """A clean signal (n, microphones) as a device with flaws records it.

    `background` (n,) is relative to the carrier and is the same for all microphones.
    """
    count, microphones = clean.shape
    t = np.arange(count) / rate
    common = _modulation(t, rate, flaws, rng)
    out = clean * common[:, None]
    size = np.abs(clean).mean(axis=0)
    noise = _white(rng, (count, microphones))
    if flaws.tilt:
        noise = _tilted(noise, flaws.tilt)
    density = 10 ** (flaws.noise / 20) * math.sqrt(rate)
    out = out + np.float32(density) * size * noise
    if background is not None and flaws.background is not None:
        raised = np.float32(10 ** (flaws.background / 20)) * background
        out = out + size * raised[:, None] * common[:, None]
    if flaws.clicks:
        out = out + size * _clicks(t, rate, flaws.clicks, rng)[:, None]
    scale = 10 ** (flaws.level / 20)
    step = 2.0 ** (1 - flaws.bits)
    # Rounding of the converter, spread over its own band of 24 kHz, twice for two parts.
    rounding = step * math.sqrt(2 / 12 * rate / 24_000)
    out = scale * out + np.float32(rounding) * _white(rng, out.shape)
    recorded: Complexes = out.astype(np.complex64)
    return recorded


def _modulation(t: np.ndarray, rate: float, flaws: Flaws, rng: np.random.Generator) -> np.ndarray:
    amplitude, phase = np.ones(len(t)), 2 * math.pi * flaws.offset * t
    if flaws.wander:
        phase = phase + np.cumsum(rng.standard_normal(len(t))) * flaws.wander / math.sqrt(rate)
    if flaws.hum is not None:
        for line in range(1, flaws.lines + 1):
            size = 10 ** ((flaws.hum - 6 * rng.uniform(0, line)) / 20)
            turn = 2 * math.pi * flaws.mains * line * t + rng.uniform(0, 2 * math.pi)
            share = rng.uniform()
            amplitude = amplitude + 2 * size * share * np.cos(turn)
            phase = phase + 2 * size * (1 - share) * np.cos(turn + rng.uniform(0, 6))
    if flaws.steps:
        for _ in range(int(rng.poisson(flaws.steps * t[-1] / 60))):
            change = 10 ** (rng.uniform(-flaws.step, flaws.step) / 20)
            length = 10 ** rng.uniform(-2.5, 0)
            share = np.clip((t - rng.uniform(0, t[-1])) / length, 0, 1)
            amplitude = amplitude * (1 + (change - 1) * share)
    turned: np.ndarray = amplitude * np.exp(1j * phase)
    return turned.astype(np.complex64)


def _clicks(t: np.ndarray, rate: float, a_minute: float, rng: np.random.Generator) -> Complexes:
    out = np.zeros(len(t), dtype=np.complex64)
    for _ in range(int(rng.poisson(a_minute * t[-1] / 60))):
        at = int(rng.integers(len(t)))
        length = max(1, int(rng.exponential(0.004) * rate))
        piece = slice(at, min(at + length, len(t)))
        size = 10 ** (rng.uniform(-50, -20) / 20)
        out[piece] += np.float32(size) * _white(rng, (piece.stop - piece.start,))
    return out


def _tilted(noise: Complexes, tilt: float) -> Complexes:
    spectrum = np.fft.fft(noise, axis=0)
    off = np.abs(np.fft.fftfreq(len(noise)))[:, None] * 2
    shaped = np.fft.ifft(spectrum * 10 ** (tilt * (0.5 - off) / 20), axis=0)
    return shaped.astype(np.complex64)


def _white(rng: np.random.Generator, shape: tuple[int, ...]) -> Complexes:
    parts = rng.standard_normal((*shape, 2), dtype=np.float32) * np.float32(math.sqrt(0.5))
    return parts.view(np.complex64)[..., 0]
