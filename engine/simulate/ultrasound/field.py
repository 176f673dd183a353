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

    Images share planes: each plane is a coordinate `at` (metres) on an `axis`, with the
    component of the port's direction there, `facing` (all (planes,)); `pick` (images, 3) says
    which planes an image lies in. `strength` (images,); `beam` is the directivity over the
    cosine off the port's direction, or None.
    """

    axis: Kinds
    at: Floats
    facing: Floats
    pick: Kinds
    strength: Single
    beam: Floats | None

    @property
    def position(self) -> Floats:
        """The point itself, the first of its images."""
        place: Floats = self.at[self.pick[0]]
        return place

    def straight(self) -> Ports:
        """The point without its images."""
        return Ports(self.axis, self.at, self.facing, self.pick[:1], self.strength[:1], self.beam)


def ports_of(found: Images, loudness: float, facing: Vector, beam: Floats | None) -> Ports:
    """A point and its images as ports."""
    turned = found.turned(facing)
    axes: list[int] = []
    planes, pick = [], []
    for axis in range(3):
        pairs = np.stack([found.positions[:, axis], turned[:, axis]], axis=1)
        unique, index = np.unique(pairs, axis=0, return_inverse=True)
        pick.append(index + len(axes))
        axes += [axis] * len(unique)
        planes.append(unique)
    at, direction = np.concatenate(planes).T
    return Ports(
        axis=np.array(axes),
        at=at,
        facing=direction,
        pick=np.stack(pick, axis=1),
        strength=(found.strength * loudness).astype(np.float32),
        beam=beam,
    )


class _Bench:
    """Arrays to work in: fresh ones of their size cost more than what is done with them."""

    def __init__(self, ports: int, planes: int, samples: int) -> None:
        self.squares = np.empty((planes, samples))
        self.along = np.empty((planes, samples), dtype=np.float32)
        self.distance = np.empty((ports, samples))
        self.whole = np.empty((ports, samples))
        self.short = np.empty((ports, samples), dtype=np.float32)
        self.size = np.empty((ports, samples), dtype=np.float32)
        self.turn = np.empty((ports, samples), dtype=np.float32)
        self.value = np.empty((ports, samples), dtype=np.float32)


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
        ends = (self.speaker, *self.microphones)
        most = max(len(each.strength) for each in ends)
        step = min(times, max(32, _BLOCK // (scatterers * most)))
        bench = _Bench(most, max(len(each.at) for each in ends), scatterers * step)
        for start in range(0, times, step):
            part = slice(start, start + step)
            flat = np.ascontiguousarray(points[:, :, part], dtype=np.float64).reshape(3, -1)
            shape = (scatterers, -1)
            there = self._wave(self.speaker, flat, bench).reshape(shape) * strength[:, part]
            for channel, microphone in enumerate(self.microphones):
                back = self._wave(microphone, flat, bench).reshape(shape)
                out[channel, part] = np.einsum("qt,qt->t", there, back)
        return out

    def _wave(self, ports: Ports, points: Floats, bench: _Bench) -> Complexes:
        """The sum of spherical waves between the ports and points (3, n), shape (n,)."""
        count, samples = len(ports.strength), points.shape[1]
        squares, along = bench.squares[:, :samples], bench.along[:, :samples]
        for plane, (axis, at) in enumerate(zip(ports.axis, ports.at, strict=True)):
            np.subtract(points[axis], at, out=squares[plane])
            if ports.beam is not None:
                np.multiply(squares[plane], ports.facing[plane], out=along[plane])
            np.square(squares[plane], out=squares[plane])
        distance, whole = bench.distance[:count, :samples], bench.whole[:count, :samples]
        short, size = bench.short[:count, :samples], bench.size[:count, :samples]
        turn, value = bench.turn[:count, :samples], bench.value[:count, :samples]
        _add_planes(squares, ports.pick, distance)
        np.sqrt(distance, out=distance)
        short[:] = distance
        np.maximum(short, _NEAREST, out=short)
        np.multiply(short, np.float32(-self.attenuation), out=size)
        np.exp(size, out=size)
        size *= ports.strength[:, None]
        size /= short
        if ports.beam is not None:
            _add_planes(along, ports.pick, turn)
            turn /= short
            _polynomial(ports.beam, turn, value)
            size *= value
        # Whole wavelengths are taken off before the phase becomes a single-precision number.
        distance *= 1 / self.wavelength
        np.rint(distance, out=whole)
        distance -= whole
        turn[:] = distance
        turn *= np.float32(-2 * math.pi)
        wave = np.empty(samples, dtype=np.complex64)
        np.cos(turn, out=value)
        value *= size
        np.sum(value, axis=0, out=wave.real)
        np.sin(turn, out=turn)
        turn *= size
        np.sum(turn, axis=0, out=wave.imag)
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


def _add_planes(planes: Floats, pick: Kinds, out: Floats) -> None:
    """The sum of the three planes of each image."""
    for row, (x, y, z) in zip(out, pick, strict=True):
        np.add(planes[x], planes[y], out=row)
        np.add(row, planes[z], out=row)


def _polynomial(coefficients: Floats, x: Single, out: Single) -> None:
    out[:] = np.float32(coefficients[-1])
    for each in coefficients[-2::-1]:
        out *= x
        out += np.float32(each)
