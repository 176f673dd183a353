"""Nights as a session leaves them behind, with their epochs written as letters."""

from collections.abc import Callable, Sequence

from halcyon.core.output import Environment
from halcyon.core.sleep import EPOCH_S, Stage
from halcyon.sense.sleep.epoch import Breathing, Heart, Movement, SleepEpoch
from halcyon.sense.sleep.night import Night, NightEpoch

START = 1_795_125_600.0
"""A Thursday at 22:00 UTC, a multiple of thirty seconds."""

AIR = Environment(temp=19.5, rh=45.0, lux=0.0, co2=700.0)

_STAGES = {"W": Stage.AWAKE, "L": Stage.LIGHT, "D": Stage.DEEP, "R": Stage.REM, "?": None}


def calm(epoch: int) -> SleepEpoch:
    """Thirty seconds of somebody who sleeps."""
    return SleepEpoch(
        START + epoch * EPOCH_S,
        Breathing(14.04, 0.9, 0.05, 0.8, 0.9, 5.0),
        Heart(55.0, 2.0),
        Movement(0.0, 0.0),
        0.8,
    )


def night(
    told: str,
    revised: str | None = None,
    *,
    away: Sequence[int] = (),
    tried: int | None = 0,
    asleep: int | None = None,
    woke: int | None = None,
    sensed: Callable[[int], SleepEpoch] = calm,
    air: Callable[[int], Environment] = lambda _epoch: AIR,
) -> Night:
    """A night of `told` stages: W, L, D, R, or ? for unknown; times are given as epochs of it."""
    later = revised or "?" * len(told)
    return Night(
        "home",
        "bedroom",
        "anna",
        START,
        START + len(told) * EPOCH_S,
        _time(tried),
        _time(asleep),
        _time(woke),
        tuple(
            NightEpoch(
                sensed(epoch),
                epoch not in away,
                _STAGES[letter],
                None if letter == "?" else 0.8,
                _STAGES[later[epoch]],
                air(epoch),
            )
            for epoch, letter in enumerate(told)
        ),
    )


def _time(epoch: int | None) -> float | None:
    return None if epoch is None else START + epoch * EPOCH_S
