"""Several detectors frame by frame at once, each with a signal of its own.

A detector spends most of its time on what a call costs by itself, whatever the size of its
arrays. Its parts take any leading shape, so that hundreds of trials cost little more than one.
What it does with samples is done before (`ear`); the rest of `Detector.step` is repeated here, and
a test holds one to the other.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...core.reading import MotionLevel
from ...core.snapshot import Json, item
from ...sense.network import Network, State
from ...sense.ultrasound.features import Lately, features
from ...sense.ultrasound.floor import Floor
from ...sense.ultrasound.knocks import Knocks
from ...sense.ultrasound.verdict import Judge, KindScores
from ..statistics import Floats
from .ear import FIELDS, Heard, joined


def step_together(
    states: Sequence[Json], heard: Sequence[Heard], starts: Sequence[float], network: Network
) -> tuple[list[list[MotionLevel]], Floats]:
    """The levels of the frames of each signal, and the scores (several, frames, kinds).

    `states` are snapshots of detectors with that network that are not learning a quiet room.
    Each signal began at its start, host seconds, and follows on what its detector heard before;
    all have equally many frames.
    """
    floor, lately, knocks = Floor(), Lately(), Knocks()
    floor.restore_all([item(state, "floor") for state in states])
    lately.restore_all([item(state, "lately") for state in states])
    knocks.restore_all([item(state, "knocks") for state in states])
    judges, memory = _judges(states), _memory(states, network)
    microphones = np.array([each.microphones for each in heard], dtype=np.float32)
    doppler = joined([each.doppler for each in heard], np.stack)
    times = np.stack([each.t for each in heard]) + np.array(starts)[:, None]
    scores = np.empty((*times.shape, network.structure.outputs))
    levels: list[list[MotionLevel]] = [[] for _ in heard]
    for frame in range(times.shape[1]):
        now = replace(doppler, **{name: getattr(doppler, name)[:, frame] for name in FIELDS})
        floor.step(now.bands, now.noise, now.burst)
        before = lately.step(now.bands)
        x = features(now, floor, before, microphones)
        said, memory = network.step(x, memory)
        knocked = knocks.step(x).tolist()
        scores[:, frame] = said
        for index, row in enumerate(scores[:, frame].tolist()):
            level = judges[index].step(
                KindScores(*row), times[index, frame], knocked=knocked[index]
            )
            levels[index].append(level)
    return levels, scores


def _judges(states: Sequence[Json]) -> list[Judge]:
    several = [Judge() for _ in states]
    for judge, state in zip(several, states, strict=True):
        judge.restore(item(state, "judge"))
    return several


def _memory(states: Sequence[Json], network: Network) -> State:
    several = [network.unpack(item(item(state, "classifier"), "state")) for state in states]
    return tuple(np.stack(arrays) for arrays in zip(*several, strict=True))
