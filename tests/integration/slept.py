"""Nights for tests: made by the engine from what a session leaves behind."""

from dataclasses import replace
import math

from custom_components.halcyon.engine.core.output import Environment
from custom_components.halcyon.engine.core.sleep import EPOCH_S, Stage
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.engine.sense.sleep.epoch import (
    Breathing,
    Heart,
    Movement,
    SleepEpoch,
)
from custom_components.halcyon.engine.sense.sleep.night import Night, NightEpoch
from custom_components.halcyon.engine.sense.sleep.report import Report, report

DAY = 86_400.0

BEDTIME = 1_795_125_600.0
"""2026-11-19 22:00 UTC: the night before the tests' day."""

_CYCLE = [(Stage.LIGHT, 50), (Stage.DEEP, 60), (Stage.LIGHT, 40), (Stage.REM, 36), (Stage.AWAKE, 4)]
_RATES = {Stage.AWAKE: 16.0, Stage.LIGHT: 14.0, Stage.DEEP: 13.0, Stage.REM: 15.5}


def night(hours: float = 8.0, start: float = BEDTIME, sleeper: str = "bed") -> Night:
    """A night of four or five cycles, after ten minutes of reading and ten of trying."""
    stages = [Stage.AWAKE] * 40
    while len(stages) < hours * 120:
        for stage, epochs in _CYCLE:
            stages += [stage] * epochs
    stages = stages[: round(hours * 120)]
    stages[-20:] = [Stage.AWAKE] * 20
    told = [None if 300 <= epoch < 310 else stage for epoch, stage in enumerate(stages)]
    end = start + len(stages) * EPOCH_S
    return Night(
        "home",
        "bedroom",
        sleeper,
        start,
        end,
        start + 20 * EPOCH_S,
        start + 40 * EPOCH_S,
        end - 20 * EPOCH_S,
        tuple(
            NightEpoch(
                SleepEpoch(
                    start + epoch * EPOCH_S,
                    Breathing(_RATES[stage] + 0.4 * math.sin(epoch / 3), 0.9),
                    Heart(56.0 + 4.0 * math.sin(epoch / 90)),
                    Movement(0.6 if stage is Stage.AWAKE else 0.02, 0.6),
                    0.8,
                ),
                True,
                told[epoch],
                0.8,
                stage,
                Environment(21.5 - epoch / 600, 45.0, 120.0 if epoch < 20 else 0.0, 600.0 + epoch),
            )
            for epoch, stage in enumerate(stages)
        ),
    )


def slept(hours: float = 8.0, start: float = BEDTIME, sleeper: str = "bed") -> Report:
    """The report of such a night."""
    return report(night(hours, start, sleeper))


def told(hours: float = 8.0, start: float = BEDTIME, sleeper: str = "bed") -> Json:
    """The document of such a report."""
    return slept(hours, start, sleeper).to_json()


def later(made: Report, days: float) -> Report:
    """The same report, on another day."""

    def moved(t: float | None) -> float | None:
        return None if t is None else t + days * DAY

    return replace(
        made,
        start=made.start + days * DAY,
        tried=moved(made.tried),
        asleep=moved(made.asleep),
        woke=moved(made.woke),
        end=made.end + days * DAY,
        first=made.first + days * DAY,
    )
