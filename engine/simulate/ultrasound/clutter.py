"""Everything that stands still: the direct path, walls, furniture and what reverberates.

Each arrival has a length, which says how late it is and how much of moving air it passes, and
an amplitude at each microphone.
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats
from .device import Device, beam
from .field import Field
from .room import Room, images

_ORDER = 2
"""Reflections that are traced; what is reflected more often is taken as diffuse."""

_TAIL = 24
"""Arrivals that stand for the diffuse field: enough to give each microphone its own sum."""

_DEAF = 1e-6
"""A room that keeps less of the sound at each reflection has no tail to speak of."""


@dataclass(frozen=True, slots=True, eq=False)
class Clutter:
    """Arrivals: `lengths` (n,) metres, the direct path first, `amplitudes` (microphones, n)."""

    lengths: Floats
    amplitudes: Complexes


def clutter_of(room: Room, device: Device, field: Field, rng: np.random.Generator) -> Clutter:
    """The still arrivals of a device in a room, in units of the direct path."""
    traced = [_traced(room, device, field, m) for m in range(len(device.microphones))]
    direct = traced[0][0][:1], np.array([each[1][:1] for each in traced])
    walls = traced[0][0][1:], np.array([each[1][1:] for each in traced])
    parts = [direct, walls, _furniture(room, field), _tail(room, device, field, rng)]
    return Clutter(
        lengths=np.concatenate([lengths for lengths, _ in parts]),
        amplitudes=np.concatenate([sizes for _, sizes in parts], axis=1).astype(np.complex64),
    )


def _traced(room: Room, device: Device, field: Field, m: int) -> tuple[Floats, Complexes]:
    """Lengths and amplitudes of the paths from the speaker's images to a microphone."""
    found = images(room, device.speaker_at(), _ORDER)
    to = np.array(device.microphones_at()[m])
    distance = np.linalg.norm(found.positions - to, axis=1)
    cosine = np.einsum("ij,ij->i", found.turned(device.facing), to - found.positions) / distance
    size = np.polynomial.Polynomial(beam(device, field.wavelength))(cosine)
    size *= device.source_strength() * found.strength
    size *= np.exp(-field.attenuation * distance) / distance
    # The enclosure, not the beam, makes the direct path: by definition it is 1.
    size[0] = device.direct_distance() / distance[0]
    phase = -2 * math.pi * (distance / field.wavelength)
    return distance, size * np.exp(1j * phase)


def _furniture(room: Room, field: Field) -> tuple[Floats, Complexes]:
    if not room.furniture:
        return np.empty(0), np.empty((len(field.microphones), 0), dtype=np.complex64)
    still = np.array(room.furniture)
    points = still[:, :3].T[:, None, :]
    strength = 10 ** (still[None, :, 3] / 20)
    straight = Field(
        speaker=field.speaker.straight(),
        microphones=tuple(each.straight() for each in field.microphones),
        wavelength=field.wavelength,
        attenuation=field.attenuation,
        sound_speed=field.sound_speed,
    )
    lengths = 2 * np.linalg.norm(still[:, :3] - field.speaker.position, axis=1)
    return lengths, straight.echo(points, strength.astype(np.float32))


def _tail(
    room: Room, device: Device, field: Field, rng: np.random.Generator
) -> tuple[Floats, Complexes]:
    """The diffuse field: exponentially decaying arrivals with random phases.

    Its level is that of the room constant, 16 pi / R against the direct sound at 1 m, with the
    absorption of the air in R and in the decay (Kuttruff, Room Acoustics, 2009,
    chapter 5), less what the traced reflections carry.
    """
    mean_path = 4 * room.volume / room.surface
    kept_by_air = math.exp(-2 * field.attenuation * mean_path)
    kept = (1 - room.mean_absorption) * kept_by_air
    loudness = 16 * math.pi * kept / (room.surface * (1 - kept))
    power = loudness * device.source_strength() ** 2 * kept**_ORDER
    decay = -math.log(max(kept, _DEAF)) / mean_path
    # Evenly spread in energy: the quantiles of the exponential decay.
    energy = (np.arange(_TAIL) + rng.uniform(0, 1, _TAIL)) / _TAIL
    lengths = (_ORDER + 1) * mean_path - np.log(1 - energy) / decay
    shape = (len(device.microphones), _TAIL)
    amplitudes = rng.standard_normal(shape).astype(np.complex128)
    amplitudes += 1j * rng.standard_normal(shape)
    amplitudes *= math.sqrt(power / _TAIL / 2)
    return lengths, amplitudes
