"""The ear of a node that cannot compute: its I/Q becomes what it would say if it could."""

import math

from ..core.output import Doppler
from ..core.reading import Motion, MotionLevel, Quadrature, Sounding, SoundTrouble, Stream
from ..core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    text_in,
)
from .ultrasound.detector import Detector, Verdict
from .ultrasound.doppler import AXIS

SAID_EVERY = 0.25
"""Seconds between two verdicts of motion that are alike: the pace of nodes that compute."""

SOUNDED_EVERY = 60.0
"""Seconds between two words on how well the tone is heard, unless something changes."""

PICTURED_EVERY = 0.1
"""Seconds between two live pictures: as fast as a person who moves a node can follow."""

RATE_TOLERANCE = 0.01
"""Share by which a rate may differ from what was announced: crystals and divided clocks do."""

OVERLAP = 0.5
"""Seconds by which a chunk may begin before the one before it ended: the node's clock is known
no better at first. What overlaps more was sent faster than time passes, and costs us as much."""

_AXIS = tuple(round(float(speed), 3) for speed in AXIS)

type Heard = Sounding | Motion | Doppler


class Listener:
    """One node's I/Q and what follows from it. While `watched`, live pictures are made as well."""

    def __init__(self, node: str) -> None:
        self.watched = False
        self._node = node
        self._detector = Detector()
        self._end = -math.inf
        self._level: MotionLevel | None = None
        self._said_at = -math.inf
        self._sounding: Sounding | None = None
        self._sounded_at = -math.inf
        self._pictured_at = -math.inf

    @property
    def calibrated(self) -> float | None:
        """When the quiet room was learned, unix seconds."""
        return self._detector.calibration.at

    def step(
        self, reading: Quadrature, announced: Stream | None, end: float, *, occupied: bool
    ) -> list[Heard]:
        """Take a chunk whose last sample is of `end`, host seconds; `occupied` is its room."""
        begin = end - (len(reading.samples) - 1) / reading.rate
        if begin < self._end - OVERLAP:
            return []
        self._end = max(self._end, end)
        trouble = _mismatch(reading, announced)
        if trouble is not None:
            return self._sound(reading, trouble, None, end)
        self._detector.occupied(occupied=occupied)
        heard: list[Heard] = []
        for verdict in self._detector.step(reading, begin):
            heard += self._sound(reading, verdict.trouble, verdict.ratio, verdict.t)
            heard += self._say(verdict)
        return heard

    def calibrate(self, t: float) -> None:
        """Learn the quiet room anew from t on."""
        self._detector.calibrate(t)

    def cease(self) -> None:
        """Nobody listens any more: forget what goes on, keep what was learned."""
        self._detector.cease()
        self._level, self._said_at = None, -math.inf

    def air(self, temperature: float | None, humidity: float | None) -> None:
        """Take up the air of the room, degrees Celsius and percent."""
        self._detector.air(temperature, humidity)

    def _sound(
        self, reading: Quadrature, trouble: SoundTrouble | None, ratio: float | None, t: float
    ) -> list[Heard]:
        before, calibrated = self._sounding, self.calibrated
        if before is not None and t < self._sounded_at + SOUNDED_EVERY:
            now = (reading.carrier, calibrated, trouble)
            if now == (before.carrier, before.calibrated, before.trouble):
                return []
        self._sounding = Sounding(reading.carrier, reading.level, ratio, calibrated, trouble)
        self._sounded_at = t
        return [self._sounding]

    def _say(self, verdict: Verdict) -> list[Heard]:
        heard: list[Heard] = []
        kinds, t = verdict.kinds, verdict.t
        if verdict.level is not self._level or t >= self._said_at + SAID_EVERY:
            self._level, self._said_at = verdict.level, t
            heard.append(
                Motion(verdict.level, verdict.score, kinds.machine, kinds.air, kinds.transient)
            )
        if self.watched and t >= self._pictured_at + PICTURED_EVERY:
            self._pictured_at = t
            levels = tuple(round(float(level), 1) for level in verdict.spectrum)
            score = round(verdict.score, 3)
            heard.append(Doppler(self._node, _AXIS, levels, verdict.level, score))
        return heard

    def snapshot(self) -> Json:
        """The state as JSON; who watches is not part of it."""
        sounding = self._sounding
        return {
            "detector": self._detector.snapshot(),
            "end": _finite(self._end),
            "level": None if self._level is None else str(self._level),
            "said_at": _finite(self._said_at),
            "sounding": None
            if sounding is None
            else [
                sounding.carrier,
                sounding.calibrated,
                None if sounding.trouble is None else str(sounding.trouble),
            ],
            "sounded_at": _finite(self._sounded_at),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError, and is as new, if it or the detector's is none."""
        level = "" if item(state, "level") is None else text_in(state, "level")
        sounding = item(state, "sounding")
        self._end, self._said_at, self._sounded_at = (
            _infinite(optional_number_in(state, key)) for key in ("end", "said_at", "sounded_at")
        )
        self._level = MotionLevel(level) if level in MotionLevel else None
        self._sounding = None
        if sounding is not None:
            trouble = "" if item(sounding, 2) is None else text_in(sounding, 2)
            self._sounding = Sounding(
                number_in(sounding, 0),
                calibrated=optional_number_in(sounding, 1),
                trouble=SoundTrouble(trouble) if trouble in SoundTrouble else None,
            )
        try:
            self._detector.restore(item(state, "detector"))
        except SnapshotError:
            self.__dict__.update(Listener(self._node).__dict__)
            raise


def _mismatch(reading: Quadrature, announced: Stream | None) -> SoundTrouble | None:
    """What of a chunk is not as its node announced."""
    if announced is None:
        return None
    if announced.microphones not in {None, reading.samples.shape[1]}:
        return SoundTrouble.WRONG_MICROPHONES
    rate = announced.rate_hz
    if rate is not None and abs(reading.rate - rate) > RATE_TOLERANCE * rate:
        return SoundTrouble.WRONG_RATE
    return None


def _finite(t: float) -> float | None:
    return t if math.isfinite(t) else None


def _infinite(t: float | None) -> float:
    return -math.inf if t is None else t
