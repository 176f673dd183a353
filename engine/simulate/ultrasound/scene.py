"""A scene: a device in a room, its air, and everything that moves or sounds in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from .air import Air
from .arrays import Complexes, Floats
from .device import Device
from .field import Field
from .motion import Labelled, Mover
from .room import Room
from .source import STEADY, Emission, Playback


@runtime_checkable
class Being(Protocol):
    """A mover that is a person in the room: its distance is part of the truth."""

    def centre(self, t: Floats) -> Floats:
        """Where the middle of the body is at times t, shape (3, n)."""


class SpinningEcho(Protocol):
    """A rotor as a device in a room hears it."""

    def echo(self, t: Floats) -> tuple[Complexes, float]:
        """Its echo at output times t (microphones, n), and the length of its way in metres."""


class Rotor(Labelled, Protocol):
    """Something that turns too fast to be followed sample by sample."""

    def prepare(self, field: Field, rate: float) -> SpinningEcho:
        """The rotor as heard in a field, at an output rate."""


class Flow(Labelled, Protocol):
    """Moving air: it turns the phase of every path."""

    def phases(
        self, rng: np.random.Generator, lengths: Floats, wavelength: float, rate: float, count: int
    ) -> Iterator[Floats]:
        """Phases in radians (paths, count), block after block; lengths in metres."""


class Burst(Labelled, Protocol):
    """A sound with energy near the carrier."""

    def sound(self, t: Floats, microphones: int) -> Complexes:
        """Its baseband at output times t (microphones, n), in units of the direct path."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a rendering needs but its noise."""

    room: Room = field(default_factory=Room)
    device: Device = field(default_factory=Device)
    air: Air = field(default_factory=Air)
    movers: tuple[Mover, ...] = ()
    rotors: tuple[Rotor, ...] = ()
    flows: tuple[Flow, ...] = ()
    bursts: tuple[Burst, ...] = ()
    playback: Playback | None = None
    emission: Emission = STEADY

    @property
    def people(self) -> tuple[Being, ...]:
        """The movers that are somebody."""
        return tuple(each for each in self.movers if isinstance(each, Being))

    @property
    def labelled(self) -> tuple[Labelled, ...]:
        """Everything that the truth tells of."""
        return (*self.movers, *self.rotors, *self.flows, *self.bursts)
