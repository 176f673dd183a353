"""Motion of people from the I/Q of one node: everything between its microphones and a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.reading import MotionLevel, Quadrature, SoundTrouble
from ...core.snapshot import Json, SnapshotError, flag_in, item, number_in, optional_number_in
from ..network import Network
from .air import Air
from .baseband import HOP_S, Floats
from .canceller import Canceller
from .classifier import NETWORK, Classifier
from .doppler import BANDS, Doppler
from .features import Lately, features
from .floor import Floor, Learned, Teacher, through_air
from .frontend import Frontend
from .knocks import Knocks
from .staleness import correction
from .trouble import Health
from .verdict import GAP_S, Judge, KindScores

VERSION = 2
"""Of the snapshot."""

_ECHO_PATH_M = 6.0
"""How far the echoes of a floor went, on the average: across a room of 3 m and back."""

_CHANGED_S = 1.0
"""A rate, a carrier or a number of microphones that lasts so long has changed for good."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What goes on in the frame that ends at `t`, host seconds.

    `score` is how likely a person moves, 0-1. `ratio` is the carrier over the noise in 1 Hz, dB,
    None where nothing was measured. `spectrum` (BANDS,) is dB over the floor in the bands of
    doppler.AXIS. With a `trouble` that nothing can be read through, the level is NONE and says
    nothing.
    """

    t: float
    level: MotionLevel
    score: float
    kinds: KindScores
    trouble: SoundTrouble | None
    ratio: float | None
    spectrum: Floats


_NO_SPECTRUM: Floats = np.zeros(BANDS, dtype=np.float32)


class Detector:
    """Senses motion with one node, mono to four microphones.

    It works from the first frame on, and better once the quiet room was learned (`calibrate`).
    What it gives depends on the samples and their times alone, not on how they were cut into
    chunks; in trouble that nothing can be read through it gives one verdict a chunk instead.
    With `cancel` what the node itself plays is taken out, given two microphones or more.
    `network` is the shipped one, or one that is to be judged.
    """

    def __init__(self, *, cancel: bool = True, network: Network = NETWORK) -> None:
        self._cancel = cancel
        self._network = network
        self._canceller: Canceller | None = None
        self._played = 0
        self._still = True
        self._strange = 0.0
        self._health = Health()
        self._frontend: Frontend | None = None
        self._floor = Floor()
        self._lately = Lately()
        self._classifier = Classifier(network)
        self._knocks = Knocks()
        self._judge = Judge()
        self._teacher = Teacher()
        self._air: Air | None = None
        self._end: float | None = None
        self._last: float | None = None

    def step(self, reading: Quadrature, t: float) -> tuple[Verdict, ...]:
        """Take in a chunk whose first sample is of t, host seconds; gives one verdict a frame."""
        samples, rate = reading.samples, reading.rate
        before, self._end = self._end, t + len(samples) / rate
        if not np.isfinite(samples).all():
            self._pause()
            return ()
        trouble = self._health.step(reading)
        if trouble is not None and trouble.is_blinding:
            self._pause()
            return (self._blind(self._end, trouble),)
        frontend = self._fitting(reading)
        verdicts: list[Verdict] = []
        usable = reading.emitting and not reading.settling and not reading.clipped
        if frontend is None or not usable or reading.lost:
            verdicts += self._glimpsed(before, trouble)
        if frontend is None or not usable:
            return tuple(verdicts)
        for piece, start in self._pieces(frontend, reading):
            found, ends = frontend.step(piece)
            if found is not None:
                verdicts += [
                    self._verdict(frontend, found[index], t + float(start + end) / rate, trouble)
                    for index, end in enumerate(ends)
                ]
        return tuple(verdicts)

    def _glimpsed(self, t: float | None, trouble: SoundTrouble | None) -> list[Verdict]:
        """What was seen of a burst that ended at t."""
        if self._frontend is None:
            return []
        glimpse = self._frontend.pause()
        if glimpse is None or t is None:
            return []
        return [self._verdict(self._frontend, glimpse[0], t, trouble)]

    def _pieces(
        self, frontend: Frontend, reading: Quadrature
    ) -> Iterator[tuple[NDArray[np.complex64], int]]:
        """The samples of a chunk and where they begin in it, without what the node plays."""
        samples = reading.samples
        if not self._cancel or not reading.playback or frontend.microphones < 2:
            yield samples, 0
            return
        if self._canceller is None:
            self._canceller = Canceller(frontend.microphones, reading.rate)
        # In pieces that do not depend on the chunk, because each verdict says whether to learn.
        size, start = frontend.hop, 0
        while start < len(samples):
            end = min(len(samples), start + size - self._played % size)
            self._played += end - start
            yield self._canceller.step(samples[start:end], adapt=self._still), start
            start = end

    def occupied(self, *, occupied: bool) -> None:
        """What the rest of the room says: whether somebody is there."""
        self._judge.occupied(occupied=occupied)

    def calibrate(self, t: float) -> None:
        """Learn the quiet room anew from t on, host seconds; what was learned stands until then."""
        self._teacher.begin(t)

    def cease(self) -> None:
        """Forget what goes on; what was learned stays."""
        self._pause()
        self._look_away()
        self._judge.cease()
        self._end = self._last = None

    @property
    def calibration(self) -> Learned:
        """What is known of the quiet room."""
        return self._teacher.learned

    def air(self, temperature: float | None, humidity: float | None) -> None:
        """Take up what the air of the room is like: degrees Celsius, percent; None is unknown."""
        usual = Air()
        known = temperature is not None or humidity is not None
        self._air = None
        if known:
            self._air = Air(
                usual.temperature if temperature is None else temperature,
                usual.humidity if humidity is None else humidity,
            )
        if self._frontend is not None:
            self._frontend.tune(self._sound_speed)
            if self.calibration.fits(self._frontend.carrier):
                self._know(self.calibration)

    @property
    def _sound_speed(self) -> float:
        return (Air() if self._air is None else self._air).sound_speed

    def _verdict(
        self, frontend: Frontend, found: Doppler, t: float, trouble: SoundTrouble | None
    ) -> Verdict:
        if self._last is None or t - self._last > GAP_S:
            self._look_away()
        hops = 1.0 if self._last is None else max(1.0, round((t - self._last) / HOP_S))
        self._last = t
        floor, bands = self._floor, found.bands
        floor.step(bands, found.noise, found.burst)
        lately = self._lately.step(bands, hops)
        x = features(found, floor, lately, frontend.microphones, hops)
        scores = self._classifier.step(x)
        level = self._judge.step(scores, t, knocked=bool(self._knocks.step(x, hops)))
        self._still = level is MotionLevel.NONE
        spectrum = bands - floor.median
        quiet = level is MotionLevel.NONE
        if self._teacher.step(bands, frontend.carrier, t, quiet=quiet, air=self._air):
            self._know(self._teacher.learned)
        if trouble is None and not floor.learned:
            trouble = SoundTrouble.UNCALIBRATED
        return Verdict(
            t=t,
            level=level,
            score=max(scores.major, scores.minor),
            kinds=scores,
            trouble=trouble,
            ratio=-float(floor.noise),
            spectrum=spectrum,
        )

    def _fitting(self, reading: Quadrature) -> Frontend | None:
        """The front end for the rate, the carrier and the microphones of a reading.

        None for the first second of others than before: what was going on is not given up for
        a chunk or two.
        """
        microphones = reading.samples.shape[1]
        asked = (reading.rate, reading.carrier, microphones)
        now = self._frontend
        if now is not None and asked == (now.rate, now.carrier, now.microphones):
            self._strange = 0.0
            return now
        self._strange += len(reading.samples) / reading.rate
        if microphones < 1 or (now is not None and self._strange < _CHANGED_S):
            return None
        self._frontend = made = Frontend(*asked, self._sound_speed)
        self._canceller, self._played, self._strange = None, 0, 0.0
        self._look_away()
        self._floor.forget()
        if self.calibration.fits(reading.carrier):
            self._know(self.calibration)
        return made

    def _know(self, learned: Learned) -> None:
        if learned.median is None or learned.high is None or learned.carrier is None:
            return
        shift = correction(learned.air, self._air, learned.carrier, _ECHO_PATH_M)
        self._floor.know(through_air(learned.median, shift), through_air(learned.high, shift))

    def _pause(self) -> None:
        if self._frontend is not None:
            self._frontend.pause()

    def _look_away(self) -> None:
        self._lately.forget()
        self._classifier.forget()
        self._knocks.forget()

    def _blind(self, t: float, trouble: SoundTrouble) -> Verdict:
        return Verdict(
            t=t,
            level=MotionLevel.NONE,
            score=0.0,
            kinds=KindScores(),
            trouble=trouble,
            ratio=None,
            spectrum=_NO_SPECTRUM,
        )

    def snapshot(self) -> Json:
        """The state as JSON."""
        now = self._frontend
        tuned: Json = None
        if now is not None:
            tuned = {
                "rate": now.rate,
                "carrier": now.carrier,
                "microphones": now.microphones,
                "state": now.snapshot(),
            }
        return {
            "version": VERSION,
            "air": None if self._air is None else [self._air.temperature, self._air.humidity],
            "end": self._end,
            "last": self._last,
            "health": self._health.snapshot(),
            "frontend": tuned,
            "canceller": None if self._canceller is None else self._canceller.snapshot(),
            "played": self._played,
            "still": self._still,
            "strange": self._strange,
            "floor": self._floor.snapshot(),
            "lately": self._lately.snapshot(),
            "classifier": self._classifier.snapshot(),
            "knocks": self._knocks.snapshot(),
            "judge": self._judge.snapshot(),
            "teacher": self._teacher.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none, and is then as it was."""
        if item(state, "version") != VERSION:
            raise SnapshotError("a snapshot of a motion detector of another version")
        fresh = Detector(cancel=self._cancel, network=self._network)
        air, tuned = item(state, "air"), item(state, "frontend")
        if air is not None:
            fresh.air(number_in(air, 0), number_in(air, 1))
        if tuned is not None:
            microphones = int(number_in(tuned, "microphones"))
            fresh._frontend = Frontend(
                number_in(tuned, "rate"),
                number_in(tuned, "carrier"),
                microphones,
                fresh._sound_speed,
            )
            fresh._frontend.restore(item(tuned, "state"))
            kept = item(state, "canceller")
            if kept is not None:
                fresh._canceller = Canceller(microphones, fresh._frontend.rate)
                fresh._canceller.restore(kept)
        fresh._played = max(0, int(number_in(state, "played")))
        fresh._still, fresh._strange = flag_in(state, "still"), number_in(state, "strange")
        fresh._end = optional_number_in(state, "end")
        fresh._last = optional_number_in(state, "last")
        fresh._health.restore(item(state, "health"))
        fresh._floor.restore(item(state, "floor"))
        fresh._lately.restore(item(state, "lately"))
        fresh._classifier.restore(item(state, "classifier"))
        fresh._knocks.restore(item(state, "knocks"))
        fresh._judge.restore(item(state, "judge"))
        fresh._teacher.restore(item(state, "teacher"))
        self.__dict__.update(fresh.__dict__)
