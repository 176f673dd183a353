"""Scatterers with known motion, and levels and spectra of what is rendered."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from halcyon.simulate.ultrasound.arrays import Complexes, Floats, Kinds
from halcyon.simulate.ultrasound.motion import Kind, Motion
from halcyon.simulate.ultrasound.room import Room

type Path = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Probe:
    """One scatterer of 0 dB on a given path: t (n,) to points (3, n)."""

    path: Path
    walls: bool = False
    strength: float = 1.0

    def move(self, t: Floats) -> Motion:
        points = self.path(t)[:, None, :]
        return Motion(points, np.full((1, len(t)), self.strength, dtype=np.complex64))

    def kinds(self, t: Floats) -> Kinds:
        return np.full(len(t), int(Kind.MAJOR))


def along(start: tuple[float, float, float], velocity: tuple[float, float, float]) -> Path:
    """A straight path."""
    return lambda t: np.array(start)[:, None] + np.array(velocity)[:, None] * t


def level_db(iq: Complexes) -> float:
    """Mean power in dB."""
    return float(10 * np.log10(np.mean(np.abs(iq) ** 2) + 1e-30))


def peak_hz(iq: Complexes, rate: float) -> float:
    """The frequency of the strongest line of a series (n,), Hann window and parabola."""
    padded = 16 * len(iq)
    size = np.abs(np.fft.fft(iq * np.hanning(len(iq)), padded))
    k = int(size.argmax())
    low, mid, high = np.log(size[[k - 1, k, (k + 1) % padded]])
    exact = k + (low - high) / (2 * (low - 2 * mid + high))
    return float((exact / padded + 0.5) % 1 - 0.5) * rate


def inside(room: Room, points: Floats) -> bool:
    """Whether all points (…, 3) lie in the room."""
    return bool(((points >= 0) & (points <= np.array(room.size))).all())
