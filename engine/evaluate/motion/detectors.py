"""The detector under test, as it runs on a node, and what it said of a signal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.reading import MotionLevel
from ...core.snapshot import Json
from ...sense.network import Network
from ...sense.ultrasound.classifier import NETWORK
from ...sense.ultrasound.detector import Detector, Verdict
from ...simulate.ultrasound.chunks import CHUNK_S
from ..statistics import Floats
from .scorers import Scores, Signal
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
    moves, before anything was decided, and `major` how sure that somebody moves about.
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
        self._cancel, self._network = cancel, network
        self._state: Json | None = None
        self._now = 0.0
        self.learned = False
        """Whether what it was given was quiet for long enough to learn from."""

    def learn(self, quiet: Signal) -> None:
        """See Scorer: what the button in Home Assistant does, a minute of the empty room."""
        detector = self._detector()
        detector.calibrate(self._now)
        self._run(detector, quiet, self._now)
        self.learned = detector.calibration.at is not None
        self._keep(detector, quiet)

    def after(self, before: Signal) -> Ours:
        """The same detector, once it has heard something; what it judges follows on that."""
        detector = self._detector()
        self._run(detector, before, self._now)
        heard = Ours(cancel=self._cancel, network=self._network)
        heard._now, heard.learned = self._now, self.learned
        heard._keep(detector, before)
        return heard

    def score(self, signal: Signal) -> Scores:
        """See Scorer: the signal does not follow on what was learned."""
        return self.judge(signal, anew=True).scores

    def judge(self, signal: Signal, *, occupied: bool = False, anew: bool = False) -> Said:
        """What it says of a signal in a room that others call occupied or empty.

        The signal follows on what was heard before, or is something new.
        """
        detector = self._detector()
        if anew:
            detector.cease()
        detector.occupied(occupied=occupied)
        verdicts = self._run(detector, signal, self._now)
        t = np.array([each.t for each in verdicts]) - self._now
        return Said(
            np.ceil(t / CHUNK_S - _ROUNDING) * CHUNK_S,
            np.array([_RANK[each.level] for each in verdicts], dtype=np.int_),
            np.array([each.trouble is not None and each.trouble.is_blinding for each in verdicts]),
            Scores(t, np.array([each.score for each in verdicts])),
            Scores(t, np.array([each.kinds.major for each in verdicts])),
        )

    def _detector(self) -> Detector:
        detector = Detector(cancel=self._cancel, network=self._network)
        if self._state is not None:
            detector.restore(self._state)
        return detector

    def _run(self, detector: Detector, signal: Signal, start: float) -> list[Verdict]:
        return [
            verdict for reading, t in signal.pieces(start) for verdict in detector.step(reading, t)
        ]

    def _keep(self, detector: Detector, signal: Signal) -> None:
        self._state = detector.snapshot()
        self._now += signal.seconds
