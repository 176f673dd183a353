"""Sounds that are made where they are played, so that an alarm needs no file.

Nothing of them lies above 8 kHz, far below the carrier of any ultrasonic node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

_HIGHEST_HZ = 8000.0

_LOW_HZ = 520.0
"""People who hear high tones badly are woken by a low one: the tone that NFPA 72 (18.4.6) asks of
alarms in bedrooms is a square wave of 520 Hz."""


@dataclass(frozen=True, slots=True)
class Note:
    """A tone of `hertz` from `at` on (s), with partials (multiple, amplitude).

    It swells within `rise` and ends at `length`; `fall` is how fast it dies away, 1/s.
    """

    at: float
    hertz: float
    length: float
    partials: tuple[tuple[float, float], ...]
    rise: float = 0.01
    fall: float = 0.0


@dataclass(frozen=True, slots=True)
class Melody:
    """Notes that are repeated every `seconds`."""

    seconds: float
    notes: tuple[Note, ...]

    def samples(self, rate: int) -> NDArray[np.float32]:
        """One turn of it at a rate, shape (n,), peak 1; what dies away later begins the next."""
        out = np.zeros(round(self.seconds * rate))
        for note in self.notes:
            t = np.arange(round(note.length * rate)) / rate
            sound = np.zeros(len(t))
            for multiple, amplitude in note.partials:
                if note.hertz * multiple < _HIGHEST_HZ:
                    sound += amplitude * np.sin(2 * math.pi * note.hertz * multiple * t)
            edge = np.minimum(t, note.length - t) / note.rise
            sound *= np.clip(edge, 0.0, 1.0) * np.exp(-note.fall * t)
            where = (round(note.at * rate) + np.arange(len(t))) % len(out)
            np.add.at(out, where, sound)
        return np.asarray(out / np.abs(out).max(), dtype=np.float32)


_SOFT = ((1.0, 1.0), (2.0, 0.25), (3.0, 0.08))
_BELL = ((0.5, 0.5), (1.0, 1.0), (1.2, 0.6), (1.5, 0.4), (2.0, 0.8), (2.5, 0.3), (4.0, 0.2))
"""Hum, prime, tierce, quint, nominal and what follows (Fletcher and Rossing, The Physics of
Musical Instruments, chapter 21)."""

_SQUARE = tuple((n, 1 / n) for n in range(1, 16, 2))

_RISING = (1.0, 5 / 4, 3 / 2, 2.0, 5 / 2, 3.0)
"""A major chord, in just intonation so that it stands still."""

DAWN = "dawn"

MELODIES: Mapping[str, Melody] = {
    DAWN: Melody(
        6.0,
        tuple(
            Note(0.7 * index, _LOW_HZ * step, 2.5, _SOFT, rise=0.15, fall=0.9)
            for index, step in enumerate(_RISING)
        ),
    ),
    "bell": Melody(2.5, (Note(0.0, 2 * _LOW_HZ, 2.4, _BELL, rise=0.005, fall=1.8),)),
    "beacon": Melody(
        1.6, tuple(Note(0.25 * index, _LOW_HZ, 0.15, _SQUARE, rise=0.005) for index in range(4))
    ),
}
"""The sounds by name."""
