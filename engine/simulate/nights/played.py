"""A simulated night as what a node sends: byte for byte, by the encoders of each make."""

import math
from typing import ClassVar, override

import numpy as np

from ...core.house import Mount
from ...core.snapshot import Json
from ..bed import RADIANS_PER_MM, BedRadar
from ..breath_wave import BreathWave
from ..c1001 import C1001
from ..mr60bha2 import Mr60bha2
from ..parts import SensorSpec
from ..sensor import VERDICT_PERIOD_S, Emission
from ..vitals import Verdict
from ..world import World
from .module import COARSE_PER_MM, COARSE_ZERO, Told, Wave


class Ld6002(Mr60bha2):
    """The radar chip of the MR60BHA2, by its own name."""

    stream: ClassVar[dict[str, Json]] = {"enc": "uart", "proto": "ld6002"}


class RatesOnly(BedRadar):
    """A module whose node says rates, distance and movement, and sends no wave."""

    period = (1.0, 1.0)
    warm_up = 60.0
    linger = 30.0
    stream: ClassVar[dict[str, Json]] = {"enc": "json"}

    @override
    def _report(self, t: float, phase: float, heart: float) -> list[Emission]:
        verdict = self._verdict
        body: dict[str, Json] = {
            "dist_m": verdict.distance if verdict.present else None,
            "body_move": verdict.unrest,
        }
        return [Emission(t, self._spec.stream, body)]


RADARS: dict[str, type[BedRadar]] = {
    "breath": BreathWave,
    "c1001": C1001,
    "ld6002": Ld6002,
    "mr60bha2": Mr60bha2,
    "rates": RatesOnly,
}
"""The make of each module of `MODULES`."""


class PlayedRadar:
    """A sensor of a node that says what was drawn of a night."""

    def __init__(
        self, told: Told, spec: SensorSpec, mount: Mount, world: World, rng: np.random.Generator
    ) -> None:
        self._told = told
        self._radar = RADARS[told.module.name](spec, mount, "", world, rng)
        self._verdict = Verdict(rng, 0.0, 0.0)
        whole = told.module.wave is Wave.NONE
        seconds = len(told.present)
        self._times = np.arange(seconds) + VERDICT_PERIOD_S / 2 if whole else told.t
        self._phases = np.zeros(seconds) if whole else _radians(told)
        self._next = 0

    def announce(self) -> dict[str, Json]:
        """Its streams, as the make has them."""
        return self._radar.announce()

    def emit(self, end: float) -> list[Emission]:
        """What it says up to `end` seconds of the night; nothing once that is over."""
        last = int(np.searchsorted(self._times, end))
        times = self._times[self._next : last].tolist()
        phases = self._phases[self._next : last].tolist()
        self._next = last
        emissions: list[Emission] = []
        for t, phase in zip(times, phases, strict=True):
            second = min(int(t), len(self._told.present) - 1)
            self._see(second)
            said = self._radar.replay(t, phase, self._verdict)
            if self._told.heard[second]:
                emissions += said
        return emissions

    def _see(self, second: int) -> None:
        told, verdict = self._told, self._verdict
        verdict.present = bool(told.present[second])
        verdict.vital = bool(told.living[second])
        verdict.respiration = _or_zero(float(told.respiration[second]))
        verdict.heart = _or_zero(float(told.heart[second]))
        verdict.distance = _or_zero(float(told.distance[second]))
        verdict.unrest = _or_zero(float(told.movement[second]))


def _radians(told: Told) -> np.ndarray:
    if told.module.wave is Wave.COARSE:
        return (told.wave - COARSE_ZERO) * (RADIANS_PER_MM / COARSE_PER_MM)
    return told.wave


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
