"""What all simulated radars over a bed share: the subject, the phase of the echo, the verdicts."""

from abc import ABC, abstractmethod
import math
from typing import ClassVar

import numpy as np

from ..core.house import Mount
from ..core.snapshot import Json
from .body import Floats
from .parts import SensorSpec
from .sensor import VERDICT_PERIOD_S, Emission, Pulse, Ticks
from .subject import Subject, watch
from .vitals import Verdict
from .world import World

_WAVELENGTH_MM = 299_792_458 / 60e9 * 1000
RADIANS_PER_MM = 4 * math.pi / _WAVELENGTH_MM
"""The way out and back over the wavelength of a 60 GHz radar: 2.5 rad a millimetre."""

_PHASE_NOISE_RAD = 0.08
_UNREST_RAD = 4.0
"""Noise of the phase at 1 m, growing with the square of the distance, and of a body that moves
(chosen)."""


class BedRadar(ABC):
    """A radar over a bed: its own stream, and once a second the verdict of its node.

    A make says how it is timed by the class variables and what it sends by `_report`.
    """

    period: ClassVar[tuple[float, float]]
    """Shortest and longest time between two measurements, seconds."""

    warm_up: ClassVar[float]
    linger: ClassVar[float]
    """Seconds before it gives rates, and until it lets go of presence."""

    stream: ClassVar[dict[str, Json]]
    """Its own stream, as announced."""

    def __init__(
        self, spec: SensorSpec, mount: Mount, room: str, world: World, rng: np.random.Generator
    ) -> None:
        self._spec = spec
        self._mount = mount
        self._room = room
        self._world = world
        self._rng = rng
        self._ticks = Ticks(rng, *self.period)
        self._verdict = Verdict(rng, self.warm_up, self.linger)
        self._pulse = Pulse(VERDICT_PERIOD_S)

    def emit(self, end: float) -> list[Emission]:
        """Reports in the rhythm of the make, and the verdicts."""
        times = self._ticks.take(end)
        subject = watch(self._world, self._mount, self._room, times)
        phases = self._phases(subject).tolist()
        hearts = (RADIANS_PER_MM * subject.heart * subject.vital).tolist()
        inside = self._world.time(times).tolist()
        present, vital = subject.present.tolist(), subject.vital.tolist()
        distance, unrest = subject.distance.tolist(), subject.unrest.tolist()
        emissions: list[Emission] = []
        for k, t in enumerate(times.tolist()):
            self._verdict.see(
                t, present=present[k], vital=vital[k], distance=distance[k], unrest=unrest[k]
            )
            self._verdict.rate(t, inside[k], subject.walker)
            emissions += self._speak(t, phases[k], hearts[k])
        return emissions

    def replay(self, t: float, phase: float, said: Verdict) -> list[Emission]:
        """What it sends at t of a phase (radians) and of a verdict that are known already."""
        self._verdict = said
        return self._speak(t, phase, 0.0)

    def _speak(self, t: float, phase: float, heart: float) -> list[Emission]:
        emissions = self._report(t, phase, heart)
        if self._pulse.due(t, self._verdict.present):
            emissions.append(self._tell(t))
        return emissions

    def announce(self) -> dict[str, Json]:
        """Its own stream; the verdicts are samples beside it."""
        return {self._spec.stream: dict(self.stream)}

    @abstractmethod
    def _report(self, t: float, phase: float, heart: float) -> list[Emission]:
        """What the make sends after a measurement: phases of chest and heart in radians."""

    def _tell(self, t: float) -> Emission:
        """What the node says: presence, and rates while there is any."""
        verdict = self._verdict
        body: dict[str, Json] = {"presence": verdict.present}
        if verdict.present:
            body |= {"rr": verdict.respiration or None, "hr": verdict.heart or None}
        return Emission(t, self._spec.stream, body, flag=verdict.present)

    def _phases(self, subject: Subject) -> Floats:
        """The phase of the chest's echo about its mean, radians."""
        noise = self._rng.standard_normal((2, len(subject.chest)))
        blur = _PHASE_NOISE_RAD * np.maximum(1.0, subject.distance) ** 2 * noise[0]
        chest: Floats = RADIANS_PER_MM * subject.chest * subject.vital
        chest += blur + _UNREST_RAD * subject.unrest * noise[1]
        return chest
