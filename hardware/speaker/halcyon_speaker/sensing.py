"""The detector within its budget: what it saw of each chunk, and what is wrong."""

from dataclasses import dataclass, field, replace

from halcyon.core.reading import MotionLevel, Quadrature, SoundTrouble
from halcyon.core.snapshot import Json, SnapshotError
from halcyon.sense.ultrasound.detector import Detector, Verdict
from halcyon.sense.ultrasound.verdict import KindScores

from .budget import Budget


@dataclass(frozen=True, slots=True)
class Seen:
    """What the node knows of its room now; the same as it was until the next frame.

    `level` is None where nothing is known: before the first frame, and while nothing can be heard.
    """

    level: MotionLevel | None = None
    score: float = 0.0
    kinds: KindScores = field(default_factory=KindScores)
    trouble: SoundTrouble | None = None
    ratio: float | None = None


class Sensing:
    """One detector, stepped as far as the budget goes."""

    def __init__(self, budget: Budget) -> None:
        self.detector = Detector()
        self.budget = budget
        self.seen = Seen()
        self._missed = False

    def step(self, reading: Quadrature, t: float) -> tuple[Verdict, ...]:
        """Take in a chunk whose first sample is of t, host seconds; gives the frames' verdicts."""
        if not self.budget.earn(len(reading.samples) / reading.rate):
            self.budget.drop()
            self._missed = True
            self.seen = replace(self.seen, trouble=self._trouble(self.seen.trouble))
            return ()
        if self._missed:
            reading = replace(reading, lost=True)
            self._missed = False
        with self.budget.spending():
            verdicts = self.detector.step(reading, t)
        if verdicts:
            last = verdicts[-1]
            blind = last.trouble is not None and last.trouble.is_blinding
            self.seen = Seen(
                level=None if blind else last.level,
                score=last.score,
                kinds=last.kinds,
                trouble=self._trouble(last.trouble),
                ratio=last.ratio,
            )
        return verdicts

    def cease(self) -> None:
        """Forget what goes on."""
        self.detector.cease()
        self.seen = Seen(trouble=self.seen.trouble)

    def restore(self, state: Json) -> None:
        """Take up what was learned; what cannot be read is learned anew."""
        try:
            self.detector.restore(state)
        except SnapshotError:
            self.detector = Detector()

    def _trouble(self, heard: SoundTrouble | None) -> SoundTrouble | None:
        """What is wrong with the sound comes before what is wrong with the node."""
        weak = heard in {None, SoundTrouble.UNCALIBRATED, SoundTrouble.STALE}
        return SoundTrouble.OVERLOADED if weak and self.budget.overloaded else heard
