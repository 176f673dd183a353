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
from .arrays import Complexes, Floats, Kinds, Single, Vector
from .device import Device, beam
from .room import Images, Room, images

_NEAREST = 0.05
"""Metres; a scatterer that passes through the device does not become infinitely loud."""

_BLOCK = 1 << 16
"""Path samples that are worked on at a time, so that they stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Ports:
    """Where sound starts or ends: a point and its images.

    Images share coordinates: on each axis there are only a few planes, `planes` (metres) with
    the component of the port's direction, `facing`; `pick` (images, 3) says which of them an
    image lies in. `strength` (images,); `beam` is the directivity over the cosine, or None.
    """

    planes: tuple[Floats, Floats, Floats]
    facing: tuple[Floats, Floats, Floats]
    pick: Kinds
    strength: Single
    beam: Floats | None

    @property
    def position(self) -> Floats:
        """The point itself, the first of its images."""
        return np.array([self.planes[axis][self.pick[0, axis]] for axis in range(3)])

    def straight(self) -> Ports:
        """The point without its images."""
        return Ports(self.planes, self.facing, self.pick[:1], self.strength[:1], self.beam)


def ports_of(found: Images, loudness: float, facing: Vector, beam: Floats | None) -> Ports:
    """A point and its images as ports."""
    turned = found.turned(facing)
    planes, directions, pick = [], [], []
    for axis in range(3):
        pairs = np.stack([found.positions[:, axis], turned[:, axis]], axis=1)
        unique, index = np.unique(pairs, axis=0, return_inverse=True)
        planes.append(unique[:, 0])
        directions.append(unique[:, 1])
        pick.append(index)
    return Ports(
        planes=(planes[0], planes[1], planes[2]),
        facing=(directions[0], directions[1], directions[2]),
        pick=np.stack(pick, axis=1),
        strength=(found.strength * loudness).astype(np.float32),
        beam=beam,
    )


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
        step = max(32, _BLOCK // (scatterers * len(self.speaker.strength)))
        for start in range(0, times, step):
            part = slice(start, start + step)
            flat = np.ascontiguousarray(points[:, :, part], dtype=np.float64).reshape(3, -1)
            shape = (scatterers, -1)
            there = self._wave(self.speaker, flat).reshape(shape) * strength[:, part]
            for channel, microphone in enumerate(self.microphones):
                back = self._wave(microphone, flat).reshape(shape)
                out[channel, part] = np.einsum("qt,qt->t", there, back)
        return out

    def _wave(self, ports: Ports, points: Floats) -> Complexes:
        """The sum of spherical waves between the ports and points (3, n), shape (n,)."""
        offsets = [points[axis] - ports.planes[axis][:, None] for axis in range(3)]
        squares = [each * each for each in offsets]
        distance = np.empty((len(ports.strength), points.shape[1]))
        for row, (x, y, z) in zip(distance, ports.pick, strict=True):
            np.add(squares[0][x], squares[1][y], out=row)
            np.add(row, squares[2][z], out=row)
        np.maximum(distance, _NEAREST**2, out=distance)
        np.sqrt(distance, out=distance)
        short = distance.astype(np.float32)
        size = np.exp(short * np.float32(-self.attenuation))
        size *= ports.strength[:, None]
        size /= short
        if ports.beam is not None:
            along = [
                (each * facing[:, None]).astype(np.float32)
                for each, facing in zip(offsets, ports.facing, strict=True)
            ]
            cosine = np.empty_like(size)
            for row, (x, y, z) in zip(cosine, ports.pick, strict=True):
                np.add(along[0][x], along[1][y], out=row)
                np.add(row, along[2][z], out=row)
            cosine /= short
            size *= _polynomial(ports.beam, cosine)
        # Whole wavelengths are taken off before the phase becomes a single-precision number.
        distance /= self.wavelength
        distance -= np.rint(distance)
        phase = distance.astype(np.float32)
        phase *= np.float32(-2 * math.pi)
        wave = np.empty(points.shape[1], dtype=np.complex64)
        np.sum(size * np.cos(phase), axis=0, out=wave.real)
        np.sum(size * np.sin(phase), axis=0, out=wave.imag)
        return wave


def field_of(room: Room, device: Device, air: Air, *, walls: bool = True) -> Field:
    """The field of a device in a room; without walls only the straight paths."""
    wavelength = air.sound_speed / device.carrier
    order = 1 if walls else 0
    return Field(
        speaker=ports_of(
            images(room, device.speaker_at(), order),
            device.source_strength(),
            device.facing,
            beam(device, wavelength),
        ),
        microphones=tuple(
            ports_of(images(room, at, order), 1.0, (0.0, 0.0, 0.0), None)
            for at in device.microphones_at()
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
