"""The sound that moving scatterers send to the microphones, by exact bistatic paths.

Geometrical acoustics of a tone, as in Chillara & Kim, arXiv 2603.15874, 2026: the pressure at
a microphone is that of the spherical wave from the speaker to the scatterer and of the wave
from the scatterer on, each also by way of the six walls; the Doppler shift is nowhere put in,
it follows from the distances. The wave to the scatterer does not depend on how it goes on, so
7 x 7 paths cost 7 + 7 distances a microphone.
"""

from dataclasses import dataclass
import math

import numpy as np

from .air import Air
from .arrays import Complexes, Floats, Single
from .device import Device, beam
from .room import Room, images

_NEAREST = 0.05
"""Metres; a scatterer that passes through the device does not become infinitely loud."""

_BLOCK = 1 << 15
"""Path samples that are worked on at a time, so that they stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Ports:
    """Where sound starts or ends: positions (n, 3), strength (n,), axes (n, 3) or None."""

    positions: Floats
    strength: Single
    axes: Floats | None
    beam: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Everything about a device in a room that its paths share."""

    speaker: Ports
    microphones: tuple[Ports, ...]
    wavelength: float
    attenuation: float
    sound_speed: float

    def doppler(self, speed: float) -> float:
        """The largest shift in Hz of what moves at `speed` m/s."""
        return 2 * speed / self.wavelength

    def echo(self, points: Floats, strength: Complexes | Floats) -> Complexes:
        """What reaches each microphone, shape (microphones, times), in units of the direct path.

        The microphones' mismatch is not in it.
        `points` (3, scatterers, times) in metres; `strength` (scatterers, times) metres: the
        amplitude at 1 m for a wave of amplitude 1.
        """
        _, scatterers, times = points.shape
        out = np.zeros((len(self.microphones), times), dtype=np.complex64)
        step = max(32, _BLOCK // (scatterers * len(self.speaker.positions)))
        for start in range(0, times, step):
            part = slice(start, start + step)
            flat = np.ascontiguousarray(points[:, :, part]).reshape(3, -1)
            square = np.einsum("in,in->n", flat, flat)
            shape = (scatterers, -1)
            there = self._wave(self.speaker, flat, square).reshape(shape) * strength[:, part]
            for channel, microphone in enumerate(self.microphones):
                back = self._wave(microphone, flat, square).reshape(shape)
                out[channel, part] = np.einsum("qt,qt->t", there, back)
        return out

    def _wave(self, ports: Ports, points: Floats, square: Floats) -> Complexes:
        """The sum of spherical waves between the ports and points (3, n), shape (n,)."""
        positions = ports.positions
        distance = positions @ points
        distance *= -2
        distance += square
        distance += np.einsum("ij,ij->i", positions, positions)[:, None]
        np.maximum(distance, _NEAREST**2, out=distance)
        np.sqrt(distance, out=distance)
        size = np.exp(distance.astype(np.float32) * np.float32(-self.attenuation))
        size *= ports.strength[:, None]
        size /= distance
        if ports.axes is not None:
            cosine = ports.axes @ points
            cosine -= np.einsum("ij,ij->i", ports.axes, positions)[:, None]
            cosine /= distance
            size *= _polynomial(ports.beam, cosine.astype(np.float32))
        # Whole wavelengths are taken off before the phase becomes a single-precision number.
        distance /= self.wavelength
        distance -= np.rint(distance)
        phase = distance.astype(np.float32)
        phase *= np.float32(-2 * math.pi)
        wave = np.empty(points.shape[1], dtype=np.complex64)
        wave.real = np.einsum("jn,jn->n", size, np.cos(phase))
        wave.imag = np.einsum("jn,jn->n", size, np.sin(phase))
        return wave


def field_of(room: Room, device: Device, air: Air, *, walls: bool = True) -> Field:
    """The field of a device in a room; without walls only the straight paths."""
    wavelength = air.sound_speed / device.carrier
    order = 1 if walls else 0
    speaker = images(room, device.speaker_at(), order)
    microphones = [images(room, at, order) for at in device.microphones_at()]
    return Field(
        speaker=Ports(
            speaker.positions,
            (speaker.strength * device.source_strength()).astype(np.float32),
            speaker.turned(device.facing),
            beam(device, wavelength),
        ),
        microphones=tuple(
            Ports(each.positions, each.strength.astype(np.float32), None, np.ones(1))
            for each in microphones
        ),
        wavelength=wavelength,
        attenuation=air.attenuation(device.carrier),
        sound_speed=air.sound_speed,
    )


def _polynomial(coefficients: Floats, x: Single) -> Single:
    value = np.full_like(x, coefficients[-1])
    for each in coefficients[-2::-1]:
        value *= x
        value += np.float32(each)
    return value
