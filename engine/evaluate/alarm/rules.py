"""When to ring: rules that are compared, each for all epochs of a night at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S, Stage
from ...decide.alarm.hearsay import Hearsay
from ...decide.alarm.outlook import GOOD, Outlook
from ...decide.alarm.transitions import KINDS, STAGES
from ...decide.alarm.waking import Waking
from .outcome import LIGHT, WINDOW, Stops, first_epoch

type Floats = NDArray[np.float64]

type Said = tuple[Stage | None, Floats | None]
"""What is told of an epoch: the stage, and how likely each is; None where nothing is."""


def fixed(said: Sequence[Said]) -> Stops:
    """At the deadline."""
    stops = np.zeros((WINDOW + 1, len(said)), bool)
    stops[0] = True
    return stops


def first_light(said: Sequence[Said]) -> Stops:
    """As soon as light sleep or wake is told: what alarms in shops do."""
    stops = fixed(said)
    stops[:] |= np.array([stage in LIGHT for stage, _ in said])
    return stops


def markov(said: Sequence[Said], counts: Floats, patience_min: float) -> Stops:
    """Backward induction over what stage follows what, as if every word were true.

    `counts` are of stages by the next: shape (4, 4).
    """
    follows = counts / counts.sum(1, keepdims=True)
    cost, value = EPOCH_S / 60 / patience_min, GOOD
    rings = [np.ones(KINDS, bool)]
    for left in range(1, WINDOW + 1):
        now, waited = GOOD - cost * left, follows @ value
        rings.append(now >= waited)
        value = np.maximum(now, waited)
    codes = np.array([KINDS if stage is None else STAGES.index(stage) for stage, _ in said])
    by_left = np.pad(np.array(rings), ((0, 0), (0, 1)))
    stops: Stops = by_left[:, codes]
    stops[0] = True
    return stops


def our_stops(
    said: Sequence[Said], chances: Floats, hearsay: Hearsay, patiences: Sequence[float]
) -> list[Stops]:
    """By what ships, for each of several patiences (minutes): what is believed is the same."""
    first = first_epoch(len(said)) or 0
    waking, beliefs = Waking(chances, hearsay), []
    for epoch, (_, likely) in enumerate(said):
        waking.staged(likely, EPOCH_S * (epoch + 1))
        if epoch >= first:
            beliefs.append(waking.belief)
    found = []
    for patience in patiences:
        stops = fixed(said)
        outlook = Outlook(chances, hearsay.insight, patience)
        stops[:, first:] = outlook.is_best(np.array(beliefs), WINDOW)
        found.append(stops)
    return found
