"""The detector under test, as it runs on a node, and what it said of a signal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.reading import MotionLevel
from ...core.snapshot import Json
from ...sense.network import Network
from ...sense.ultrasound.classifier import NETWORK
from ...sense.ultrasound.detector import Detector, Verdict
from ...sense.ultrasound.verdict import KINDS, KindScores, coming
from ...simulate.ultrasound.chunks import CHUNK_S
from ..statistics import Floats
from .ear import Heard
from .scorers import Scores, Signal
from .together import step_together
from .trials import Motion

NAME = "halcyon"

MINOR, MAJOR = 1, 2
_RANK = {MotionLevel.NONE: 0, MotionLevel.MINOR: MINOR, MotionLevel.MAJOR: MAJOR}
RANK_OF = {Motion.MAJOR: MAJOR, Motion.MINOR: MINOR}
"""What must be decided on for a motion to be found: for minor motion anything will do."""

_ROUNDING = 1e-6
"""A frame that ends with its chunk, but for the last digit, waits for no other."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the detector said: `level` is the rank (n,) of what it decided.

    `t` (n,) is when that was known, in seconds: at the end of the chunk that completed a frame.
    `blind` (n,) is where it could read nothing. `scores` is how sure the network was that somebody
    moves, before anything was decided, and `major` how sure that somebody comes in.
    """

    t: Floats
    level: NDArray[np.int_]
    blind: NDArray[np.bool]
    scores: Scores
    major: Scores

    def reached(self, rank: int, start: float, end: float) -> float | None:
        """When it first decided on at least that rank with start < t <= end."""
        found = self.t[(self.t > start) & (self.t <= end) & (self.level >= rank)]
        return float(found[0]) if found.size else None

    def at(self, t: float) -> int:
        """The rank that held at t; 0 before it had said anything."""
        index = int(np.searchsorted(self.t, t, side="right")) - 1
        return int(self.level[index]) if index >= 0 else 0

    def starts(self, rank: int, apart: float) -> list[float]:
        """When it came to at least that rank, what follows within `apart` seconds counted once."""
        on = self.level >= rank
        rises = self.t[on & ~np.concatenate([[False], on[:-1]])]
        ends = self.t[on & ~np.concatenate([on[1:], [False]])]
        found: list[float] = []
        last = -np.inf
        for rise, end in zip(rises, ends, strict=True):
            if rise - last > apart:
                found.append(float(rise))
            last = end
        return found


class Ours:
    """A detector that starts cold, or after what it has learned and heard."""

    def __init__(self, *, cancel: bool = True, network: Network = NETWORK) -> None:
        self._cancel, self.network = cancel, network
        self._state: Json | None = None
        self.now = 0.0
        """Seconds of what it has heard."""
        self.learned = False
        """Whether what it was given was quiet for long enough to learn from."""

    def learn(self, quiet: Signal) -> None:
        """See Scorer: what the button in Home Assistant does, a minute of the empty room."""
        detector = self.detector()
        detector.calibrate(self.now)
        self._run(detector, quiet, self.now)
        self.learned = detector.calibration.at is not None
        self._keep(detector, quiet)

    def after(self, before: Signal) -> Ours:
        """The same detector, once it has heard something; what it judges follows on that."""
        detector = self.detector()
        self._run(detector, before, self.now)
        heard = Ours(cancel=self._cancel, network=self.network)
        heard.now, heard.learned = self.now, self.learned
        heard._keep(detector, before)
        return heard

    def score(self, signal: Signal) -> Scores:
        """See Scorer: the signal does not follow on what was learned."""
        return self.judge(signal, anew=True).scores

    def judge(self, signal: Signal, *, occupied: bool = False, anew: bool = False) -> Said:
        """What it says of a signal in a room that others call occupied or empty.

        The signal follows on what was heard before, or is something new.
        """
        detector = self.detector()
        if anew:
            detector.cease()
        detector.occupied(occupied=occupied)
        verdicts = self._run(detector, signal, self.now)
        t = np.array([each.t for each in verdicts]) - self.now
        return Said(
            _known(t),
            np.array([_RANK[each.level] for each in verdicts], dtype=np.int_),
            np.array([each.trouble is not None and each.trouble.is_blinding for each in verdicts]),
            Scores(t, np.array([each.score for each in verdicts])),
            Scores(t, np.array([coming(each.kinds) for each in verdicts])),
        )

    def detector(self) -> Detector:
        """One that is as this one is now."""
        detector = Detector(cancel=self._cancel, network=self.network)
        if self._state is not None:
            detector.restore(self._state)
        return detector

    def _run(self, detector: Detector, signal: Signal, start: float) -> list[Verdict]:
        return [
            verdict for reading, t in signal.pieces(start) for verdict in detector.step(reading, t)
        ]

    def _keep(self, detector: Detector, signal: Signal) -> None:
        self._state = detector.snapshot()
        self.now += signal.seconds


def _known(t: Floats) -> Floats:
    """When the chunks ended that completed frames which end at t."""
    known: Floats = np.ceil(t / CHUNK_S - _ROUNDING) * CHUNK_S
    return known


def judge_together(
    several: Sequence[Ours], heard: Sequence[Heard], *, occupied: bool = False
) -> list[Said]:
    """What each of several says of what its front end heard, in a fraction of the time.

    Every signal follows on what that one heard before, and all are equally long.
    """
    detectors = [each.detector() for each in several]
    for detector in detectors:
        detector.occupied(occupied=occupied)
    levels, scores = step_together(
        [detector.snapshot() for detector in detectors],
        heard,
        [each.now for each in several],
        several[0].network,
    )
    return [
        Said(
            _known(each.t),
            np.array([_RANK[level] for level in row], dtype=np.int_),
            np.zeros(len(row), dtype=np.bool),
            Scores(each.t, odds[:, : KINDS.index("minor") + 1].max(axis=1)),
            Scores(each.t, np.array([coming(KindScores(*kinds)) for kinds in odds.tolist()])),
        )
        for each, row, odds in zip(heard, levels, scores, strict=True)
    ]
