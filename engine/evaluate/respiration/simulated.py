"""Breath and movement of simulated sleepers, as radar modules tell of them.

Of the nights that `simulate.nights` draws, of the family that nothing was trained on. The bodies of
one seed are the same whatever the module, so that what one module says of movement, which is the
truth in the simulator, is the truth for all.
"""

from collections.abc import Iterator

import numpy as np

from ...core.reading import Breath, BreathUnit
from ...core.sleep import EPOCH_S
from ...sense.sleep.breathing import Breaths
from ...simulate.nights.module import Told, Wave
from ...simulate.nights.night import Night, Order, draw_night
from ..report import Entry, Table
from ..sleep import bootstrap
from ..statistics import Share
from .airflow import Floats

SEEDS = range(100, 106)
HOURS = 3.0
MODULES = ("mr60bha2", "ld6002", "c1001", "breath")
_TELLS_MOVEMENT = "c1001"
_START = 1_700_000_010.0
_EPOCH = int(EPOCH_S)
_MOVES = 0.3
_STILL = 0.1
"""Movement of a second, 0-1 of the simulator's, from which somebody moves, and below which not."""


def table() -> Table:
    """How each module's wave is counted: one night a seed, each drawn as a whole."""
    truths = [draw_night(seed, "test", _order(_TELLS_MOVEMENT)) for seed in SEEDS]
    return Table(
        "respiration_simulated",
        f"Simulated: sleepers before radar modules, {len(SEEDS)} nights of {HOURS:.0f} hours",
        (
            "module",
            "half minutes in bed",
            "with a rate",
            "mean error, /min",
            "movement found",
            "found where there was none",
        ),
        tuple(_row(module, truths) for module in MODULES),
    )


def _order(module: str) -> Order:
    return Order(module=module, hours=HOURS)


def _row(module: str, truths: list[Night]) -> tuple[Entry, ...]:
    told = found = moved = mistaken = none = epochs = 0
    errors: list[float] = []
    for seed, truth in zip(SEEDS, truths, strict=True):
        night = draw_night(seed, "test", _order(module))
        of_night: list[float] = []
        for second, rate, share in _epochs(night.told):
            if not np.isfinite(night.owner_rate[second - _EPOCH : second]).all():
                continue
            epochs += 1
            if rate is not None:
                told += 1
                # The simulator's rate is that of the half minute before each second.
                of_night.append(abs(rate - float(night.owner_rate[second - 1])))
            unrest = float(truth.told.movement[second - _EPOCH : second].max())
            if share is not None and unrest >= _MOVES:
                moved += 1
                found += share > 0.0
            elif share is not None and unrest < _STILL:
                none += 1
                mistaken += share > 0.0
        errors.append(float(np.mean(of_night)))
    return (
        module,
        float(epochs),
        Share(told, epochs),
        bootstrap.mean(np.array(errors)),
        Share(found, moved),
        Share(mistaken, none),
    )


def _epochs(told: Told) -> Iterator[tuple[int, float | None, float | None]]:
    """The second at which each epoch of a night ends, its rate, and its share of movement."""
    breaths = Breaths()
    unit = BreathUnit.RELATIVE if told.module.wave is Wave.COARSE else BreathUnit.RADIANS
    seconds = len(told.heard)
    edges = np.searchsorted(told.t, np.arange(seconds + 1)).tolist()
    times: Floats = _START + told.t
    for second in range(seconds):
        if second and second % _EPOCH == 0:
            breathing, movement = breaths.epoch(_START + second)
            yield (
                second,
                None if breathing is None else breathing.rate,
                None if movement is None else movement.share,
            )
        first, last = edges[second], edges[second + 1]
        if last > first and told.heard[second]:
            wave = told.wave[first:last].tolist()
            breaths.take(Breath(tuple(times[first:last].tolist()), tuple(wave), unit))
