"""A detector that tells motion by the power beside the carrier, so that tests need no model."""

import numpy as np

from halcyon.core.reading import MotionLevel, Quadrature
from halcyon.core.snapshot import Json, optional_number_in
from halcyon.sense.ultrasound.detector import Verdict
from halcyon.sense.ultrasound.doppler import BANDS
from halcyon.sense.ultrasound.floor import Learned
from halcyon.sense.ultrasound.verdict import KindScores

MOVES_DB = -35.0
"""dBc: between the noise and the echoes that these tests make."""


class Meter:
    """What the home needs of a Detector."""

    def __init__(self) -> None:
        self.learned_at: float | None = None

    @property
    def calibration(self) -> Learned:
        return Learned(self.learned_at, None, None, None, None)

    def step(self, reading: Quadrature, t: float) -> tuple[Verdict, ...]:
        carrier = reading.samples.mean(axis=0)
        beside = np.mean(np.abs(reading.samples - carrier) ** 2)
        ratio = 10 * np.log10(beside / np.mean(np.abs(carrier) ** 2))
        level = MotionLevel.MAJOR if ratio > MOVES_DB else MotionLevel.NONE
        end = t + len(reading.samples) / reading.rate
        spectrum = np.zeros(BANDS, dtype=np.float32)
        return (Verdict(end, level, 0.5, KindScores(), None, 70.0, spectrum),)

    def occupied(self, *, occupied: bool) -> None:
        """It needs no context."""

    def calibrate(self, t: float) -> None:
        self.learned_at = t

    def cease(self) -> None:
        """It remembers nothing of what goes on."""

    def air(self, temperature: float | None, humidity: float | None) -> None:
        """Sound of another speed has the same power."""

    def snapshot(self) -> Json:
        return {"learned_at": self.learned_at}

    def restore(self, state: Json) -> None:
        self.learned_at = optional_number_in(state, "learned_at")
