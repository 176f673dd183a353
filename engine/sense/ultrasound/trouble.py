"""What is wrong with the I/Q of a node, so that no motion may be read from it."""

from enum import Enum

import numpy as np

from ...core.reading import Quadrature, SoundTrouble
from ...core.snapshot import Json, SnapshotError, item, number_in, optional_number_in
from .foreign import Foreign
from .latch import Latch
from .levels import Levels
from .tones import Complexes, power_of, tone_of

MOST_MICROPHONES = 4

RATES = (1000.0, 2000.0)
"""What the protocol has nodes send, samples/s, where one did not announce its rate."""
RATE_TOLERANCE = 0.01
"""44100 / 22 and crystals are within this, a rate that shifts speeds noticeably is not."""

LEARNING_S = 2.0
"""A microphone count that stays the same for so long is the node's, if it announced none."""

SILENT_DBFS = -80.0
"""A tone weaker than this is not the node's own: rounding to 16 bits alone leaves -98 dBFS."""
SILENT_SHARE = 0.7
"""A tone that holds less than this of its band's power is not the node's own: at the worst
usable noise, -75 dBc/Hz, it holds 0.9999."""

STILL = 1e-13
"""The mean square of what changes from sample to sample, full scale 1, below which no converter
was involved: -130 dBFS, while 24 bits leave more."""

CLIPPED_AT = 0.999
"""Full scale is 1, and the largest number of 16 bits lies just below it."""

_FEWEST = 8
"""Chunks of fewer samples tell nothing."""
_LONGEST_S = 1.0
"""What a chunk says holds for the time since the last of its kind, but for no longer."""
_VERSION = 1


class _Sign(Enum):
    """What is watched for: the trouble it means, and the seconds until it stands and falls.

    The first that stands is told, because each makes those after it meaningless.
    """

    MICROPHONES = SoundTrouble.WRONG_MICROPHONES, 1.0, 5.0
    RATE = SoundTrouble.WRONG_RATE, 1.0, 5.0
    SILENT = SoundTrouble.SILENT, 2.0, 1.0
    # Even a quiet room before a coarse converter changes something within so long.
    STILL = SoundTrouble.DC_ONLY, 5.0, 1.0
    CLIPPED = SoundTrouble.CLIPPED, 1.0, 5.0
    # A hand or a cat before the device comes and goes.
    BLOCKED = SoundTrouble.BLOCKED, 30.0, 5.0
    FOREIGN = SoundTrouble.INTERFERENCE, 4.0, 60.0

    def __init__(self, trouble: SoundTrouble, enter: float, leave: float) -> None:
        self.trouble, self.enter, self.leave = trouble, enter, leave


class Health:
    """Watches the chunks of one node.

    `microphones` and `rate` (samples/s) are what the node announced; a microphone count of None
    is learned from the first seconds, a rate of None must be one of RATES.
    """

    def __init__(self, microphones: int | None = None, rate: float | None = None) -> None:
        self._announced, self._rate = microphones, rate
        self._latches = {sign: Latch(sign.enter, sign.leave) for sign in _Sign}
        self._count: int | None = microphones
        self._counted = 0.0
        self._levels = Levels()
        self._foreign = Foreign()
        self._elapsed = 0.0
        self._last: Complexes | None = None

    def step(self, reading: Quadrature) -> SoundTrouble | None:
        """Take in one chunk; gives the trouble that stands after it, None if all is well."""
        if self._fits(reading):
            self._look(reading)
        return next((sign.trouble for sign, latch in self._latches.items() if latch.stands), None)

    def _fits(self, reading: Quadrature) -> bool:
        """Whether the chunk has the shape and the rate that it must have to be looked at."""
        expected = RATES if self._rate is None else (self._rate,)
        rate = any(abs(reading.rate / each - 1) <= RATE_TOLERANCE for each in expected)
        samples, count = reading.samples.shape
        seconds = samples / reading.rate if rate else samples / expected[0]
        microphones = 1 <= count <= MOST_MICROPHONES and self._counts(count, seconds)
        self._say(_Sign.RATE, seconds, sign=not rate)
        self._say(_Sign.MICROPHONES, seconds, sign=not microphones)
        return rate and microphones and samples >= _FEWEST

    def _counts(self, count: int, seconds: float) -> bool:
        """Whether so many microphones are right, learning it during the first seconds."""
        if count == self._count:
            self._counted += seconds
        elif self._announced is None and self._counted < LEARNING_S:
            self._count, self._counted = count, 0.0
        return count == self._count

    def _look(self, reading: Quadrature) -> None:
        samples = np.ascontiguousarray(reading.samples, dtype=np.complex64)
        seconds = len(samples) / reading.rate
        self._elapsed = min(self._elapsed + seconds, _LONGEST_S)
        parts = samples.view(np.float32)
        clipped = reading.clipped or bool(parts.max() >= CLIPPED_AT or parts.min() <= -CLIPPED_AT)
        self._say(_Sign.CLIPPED, seconds, sign=clipped)
        if reading.settling or reading.lost or clipped:
            self._foreign.interrupt()
        if reading.settling or clipped:
            return
        if not reading.emitting:
            self._foreign.interrupt()
            self._foreign.listen(samples, reading.rate, self._levels.loudest)
            self._say(_Sign.FOREIGN, seconds, sign=self._foreign.present)
            return
        self._look_at_tone(samples, reading, self._elapsed)
        self._say(_Sign.FOREIGN, seconds, sign=self._foreign.present)
        self._elapsed = 0.0

    def _look_at_tone(self, samples: Complexes, reading: Quadrature, seconds: float) -> None:
        """Judge a chunk in which nothing but the tone and what the room does to it is heard."""
        tone, power = np.abs(tone_of(samples)), power_of(samples)
        heard = (tone > SILENT_SHARE * power) & (tone > 10 ** (SILENT_DBFS / 10))
        self._say(_Sign.SILENT, seconds, sign=not heard.any())
        change = float(power_of(np.diff(samples, axis=0)).max())
        repeated = self._last is not None and np.array_equal(samples, self._last)
        self._last = samples
        self._say(_Sign.STILL, seconds, sign=change < STILL or repeated)
        if not heard.any():
            return
        blocked = self._levels.step(tone, reading, seconds)
        self._say(_Sign.BLOCKED, seconds, sign=blocked)
        if reading.playback:
            # What the node plays moves its own tone; nothing steady can be seen beside it.
            self._foreign.interrupt()
        else:
            self._foreign.step(samples, reading.rate)

    def _say(self, sign_of: _Sign, seconds: float, *, sign: bool) -> None:
        self._latches[sign_of].step(seconds, sign=sign)

    def snapshot(self) -> Json:
        """The state as JSON: what stands and what was learned, not the evidence of the moment."""
        return {
            "version": _VERSION,
            "latches": {sign.name: latch.snapshot() for sign, latch in self._latches.items()},
            "count": self._count,
            "counted": self._counted,
            "levels": self._levels.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Replace the state with that of a snapshot; raises SnapshotError if it is none."""
        if item(state, "version") != _VERSION:
            raise SnapshotError("the health of a node was kept by another version")
        restored = Health(self._announced, self._rate)
        latches = item(state, "latches")
        for sign, latch in restored._latches.items():
            latch.restore(item(latches, sign.name))
        count = optional_number_in(state, "count")
        if self._announced is None and count is not None:
            restored._count = round(count)
        restored._counted = number_in(state, "counted")
        restored._levels.restore(item(state, "levels"))
        self.__dict__.update(restored.__dict__)
