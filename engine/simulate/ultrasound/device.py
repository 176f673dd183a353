"""The device: where its speaker and microphones sit, how loud, how noisy and how different."""

from dataclasses import dataclass, replace
import math

import numpy as np

from .arrays import Complexes, Floats, Vector


@dataclass(frozen=True, slots=True)
class Microphone:
    """A microphone at an offset from the device (metres).

    `gain` is the mismatch in dB and `phase` that in radians.
    """

    offset: Vector
    gain: float = 0.0
    phase: float = 0.0


@dataclass(frozen=True, slots=True)
class Device:
    """A smart speaker at `position` in the room, looking along `facing` (a unit vector).

    `carrier` Hz and `rate` complex samples/s; `level` dBFS is what the direct path of the tone
    measures at a microphone without mismatch, which is 0 dBc. `shading` is by how many dB the
    enclosure weakens the direct path below free spreading. `noise` is the floor in dBc/Hz.
    `aperture` is the radius of the driver in metres and `leak` how far the diffuse sound of the
    enclosure lies below the beam in dB. `offset_hz` is the frequency by which the recording
    clock runs fast against the playing one. `bits` is the word length of the converter. `slope`
    is how many dB a kHz driver and microphones together gain above the carrier.
    """

    position: Vector = (2.5, 0.3, 0.8)
    facing: Vector = (0.0, 1.0, 0.0)
    speaker: Vector = (0.0, 0.0, 0.0)
    microphones: tuple[Microphone, ...] = (
        Microphone((-0.03, 0.0, 0.04)),
        Microphone((0.03, 0.0, 0.04)),
    )
    carrier: float = 20_000.0
    rate: float = 1000.0
    level: float = -20.0
    shading: float = 9.0
    noise: float = -90.0
    aperture: float = 0.012
    leak: float = -15.0
    offset_hz: float = 0.0
    bits: int = 16
    slope: float = -2.0

    def speaker_at(self) -> Vector:
        """The speaker in the room."""
        return _add(self.position, self.speaker)

    def microphones_at(self) -> list[Vector]:
        """The microphones in the room."""
        return [_add(self.position, each.offset) for each in self.microphones]

    def mismatch(self) -> Complexes:
        """The complex gain of each microphone, shape (microphones,)."""
        return np.array(
            [10 ** (each.gain / 20) * np.exp(1j * each.phase) for each in self.microphones]
        )

    def direct_distance(self) -> float:
        """The mean distance from the speaker to its microphones, metres."""
        speaker = np.array(self.speaker)
        return float(
            np.mean([np.linalg.norm(np.array(m.offset) - speaker) for m in self.microphones])
        )

    def source_strength(self) -> float:
        """The tone's amplitude at 1 m on the axis, in free space, in units of the direct path."""
        return self.direct_distance() * 10 ** (self.shading / 20)

    def driven(self, decibels: float) -> Device:
        """The same device with its tone so much louder; its noise stays where it is."""
        return replace(self, level=self.level + decibels, noise=self.noise - decibels)

    def tuned(self, carrier: float) -> Device:
        """The same device on another carrier in Hz, as loud as its response lets it be."""
        rate = 1000.0 if carrier < DOUBLE_RATE_HZ else 2000.0
        moved = replace(self, carrier=carrier, rate=rate)
        return moved.driven(self.slope * (carrier - self.carrier) / 1000)

    def converter_noise(self) -> float:
        """The power of rounding per Hz of the baseband, full scale 1.

        A step of 2^(1 - bits) leaves a twelfth of its square, spread over half the converter's
        rate (Bennett, Bell Syst. Tech. J. 27, 1948); demodulation to amplitudes doubles it.
        """
        return (2.0 ** (1 - self.bits)) ** 2 / 12 / (_CONVERTER_HZ / 2) * 2


DOUBLE_RATE_HZ = 30_000.0
"""From here on a node sends at twice the rate, because everything moves twice as fast."""

_CONVERTER_HZ = 48_000.0
"""The slowest converter that holds the carriers near 20 kHz."""


def _add(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


_DEGREE = 6


def beam(device: Device, wavelength: float) -> Floats:
    """The speaker's directivity as a polynomial in the cosine off its axis, lowest power first.

    A circular piston in a small box: 2 J1(x) / x with x = k a sin(angle) (Beranek, Acoustics,
    1954), without its zeros, because an enclosure scatters; towards the rear only
    the leak is left.
    """
    cosine = np.cos(np.linspace(0, math.pi, 181))
    x = 2 * math.pi / wavelength * device.aperture * np.sqrt(1 - cosine**2)
    leak = 10 ** (device.leak / 20)
    front = np.where(cosine > 0, _jinc(x), _jinc(np.array([x.max()])))
    rear = 0.5 * (1 + np.tanh(4 * cosine))
    shape = np.sqrt(leak**2 + (1 - leak**2) * (np.abs(front) * rear) ** 2)
    fitted = np.polynomial.Polynomial.fit(cosine, shape, _DEGREE, domain=[-1, 1])
    return np.asarray(fitted.coef, dtype=np.float64)


def _jinc(x: Floats) -> Floats:
    """2 J1(x) / x by Bessel's integral, midpoint rule."""
    angle = (np.arange(64) + 0.5) * math.pi / 64
    small = np.maximum(x, 1e-3)[:, None]
    bessel: Floats = np.mean(np.cos(angle - small * np.sin(angle)), axis=1)
    ratio: Floats = 2 * bessel / small[:, 0]
    return ratio


def clip(iq: Complexes) -> Complexes:
    """What a converter leaves of a tone that exceeds full scale (amplitude 1).

    The tone's amplitude follows the describing function of a saturation (Gelb & Vander Velde,
    Multiple-Input Describing Functions, 1968); its phase stays.
    """
    size = np.abs(iq)
    if size.max(initial=0.0) <= 1:
        return iq
    inverse = 1 / np.maximum(size, 1)
    kept = 2 / math.pi * (np.arcsin(inverse) + inverse * np.sqrt(1 - inverse**2))
    clipped: Complexes = iq * kept
    return clipped
