"""Figures of recorded nights that simulated ones are drawn from: numbers, no recordings.

`halcyon evaluate nights` counts them anew where the recordings are, and a test holds them to it.
Stages are in the order awake, light, deep, REM. Nights count from sleep onset to the last epoch
of sleep.

HEALTHY: 24 nights of Sleep-Accel (Walch and others, Sleep 42, 2019; PhysioNet, ODC-BY) and 19 of
DOD-H (Guillot and others, IEEE TNSRE 28, 2020; MIT). CLINIC: 41 nights of DOD-O (the same) and 25
of UCDDB (St. Vincent's University Hospital; PhysioNet, ODC-BY). Apneas: events of UCDDB.
"""

from dataclasses import dataclass

type Matrix = tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches of one stage: mean and deviation of the logarithm of their epochs."""

    mean: float
    deviation: float


HEALTHY_RUNS = (Runs(0.557, 0.818), Runs(2.046, 1.414), Runs(2.107, 1.498), Runs(2.573, 1.222))
HEALTHY_NEXT: Matrix = (
    (0.0, 0.950, 0.003, 0.048),
    (0.513, 0.0, 0.230, 0.257),
    (0.274, 0.726, 0.0, 0.0),
    (0.392, 0.608, 0.0, 0.0),
)
"""Which stage follows a stretch of another."""
HEALTHY_DEEP_BY_PART = (0.0240, 0.0097, 0.0037)
HEALTHY_REM_BY_PART = (0.0078, 0.0151, 0.0174)
"""Chance of deep sleep and of REM after an epoch of light sleep, by part of the night."""
HEALTHY_LATENCY_MIN = (4.0, 8.0, 11.0, 18.8, 31.7)
"""Minutes from lights off to sleep: the 10, 25, 50, 75 and 90 % quantiles."""

PART_H = 2.5
"""Hours of a part of the night; the third lasts to its end."""

CLINIC_BY_PART: tuple[Matrix, Matrix, Matrix] = (
    (
        (0.7454, 0.2505, 0.0006, 0.0035),
        (0.0642, 0.9068, 0.0237, 0.0054),
        (0.0135, 0.0591, 0.9273, 0.0),
        (0.0244, 0.0169, 0.0, 0.9587),
    ),
    (
        (0.8110, 0.1760, 0.0, 0.0130),
        (0.0408, 0.9294, 0.0202, 0.0096),
        (0.0168, 0.0740, 0.9088, 0.0004),
        (0.0237, 0.0145, 0.0, 0.9617),
    ),
    (
        (0.7455, 0.2347, 0.0, 0.0198),
        (0.0384, 0.9351, 0.0147, 0.0118),
        (0.0202, 0.1316, 0.8472, 0.0010),
        (0.0247, 0.0128, 0.0, 0.9625),
    ),
)
"""Chances from one epoch to the next, rows from and columns to, by part of the night."""
CLINIC_LATENCY_MIN = (9.2, 15.2, 26.8, 60.4, 88.8)

QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)

APNEA_S = (12.0, 17.0, 27.0)
"""Seconds that a disturbed stretch of breathing lasts: 10, 50 and 90 %; 3318 events."""
APNEA_GAP_S = (9.0, 15.0, 25.0, 67.0, 261.0)
"""Seconds from one to the next: 10, 25, 50, 75 and 90 %."""
APNEA_PER_HOUR = (4.6, 12.0, 15.0, 33.6, 51.3)
"""Events in an hour of sleep over the 25 people, who were all referred for it: the same."""
