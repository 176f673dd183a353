"""Tones that are not the node's own: another node, or anything else that sings near the carrier.

A foreign tone is a line that stands still in frequency for many seconds, alone and on one side
of the own tone, or a steady tone while the own one is off. What moves in a room is none of
these: echoes of people, curtains and air spread and wander, and the lines of rotors, breath and
pendulums come in pairs about the own tone, or many at once.
"""

import math

import numpy as np

from .tones import Complexes, Floats, power_of, tone_of

WEAKEST_DB = -60.0
"""A foreign tone weaker than this against the own one disturbs less than moving air does."""

SHORT_S = 2.048
"""Frames of so many seconds show foreign tones from 1.5 Hz beside the own one."""
LONG_FRAME = 512
MEAN_S = 0.05
"""Frames of so many means over 50 ms show those from 0.12 Hz: two crystals of 20 ppm differ by
up to 0.8 Hz at 20 kHz."""

SHORT_FRAMES = 16
"""A line must stand for 17 s: a vacuum cleaner that drives straight has come 4 m closer."""
LONG_FRAMES = 5
"""A beat must stand for 77 s: 9 of its periods at least."""

_GUARD = 3
"""Bins beside the own tone that its window and slow drifts fill."""
_NEAR = 48
"""Bins to each side in which a line must be alone."""
_SHARE = 0.15
"""How much of the power around it a line holds: of a tone in bursts their share, 0.2 to 0.4."""
_WIDTH = 2
"""Bins to each side of a line that its window fills."""
_ONE_SIDED = 10**1.2
"""By how much it exceeds its mirror about the own tone: lines of a rotor do by less."""
_STEADY = 0.9
"""How far a line's turn from frame to frame must repeat, 0 to 1; noise of 16 frames gives 0.25."""
_EVEN = 4.0
"""By what factor its power may vary: 6 dB; what drives through a room changes by more."""


class LineWatch:
    """Finds a foreign line beside the own tone, in `frames` of `size` samples, half overlapping.

    It resolves the rate of the samples over `size`, and cannot tell lines within three times
    that from the own tone.
    """

    def __init__(self, size: int, frames: int) -> None:
        self._size = size
        self._window = np.hanning(size + 1)[:-1].astype(np.float32)
        self._spectra = np.zeros((frames, size), dtype=np.complex64)
        self._powers = np.zeros((frames, size), dtype=np.float32)
        self.restart()

    def restart(self) -> None:
        """What follows does not continue what came before."""
        self._waiting: list[Complexes] = []
        self._count = self._frames = 0

    def step(self, samples: Complexes) -> bool | None:
        """Take in samples (n,) that follow the last ones; None until a frame says something."""
        self._waiting.append(samples)
        self._count += len(samples)
        if self._count < self._size:
            return None
        whole = np.concatenate(self._waiting)
        frame, rest = whole[: self._size], whole[self._size // 2 :]
        self._waiting, self._count = [rest], len(rest)
        spectrum, place = np.fft.fft(frame * self._window), self._frames % len(self._spectra)
        self._spectra[place] = spectrum
        self._powers[place] = spectrum.real**2 + spectrum.imag**2
        self._frames += 1
        return None if self._frames < len(self._spectra) else self._has_line()

    def _has_line(self) -> bool:
        """Whether a bin holds a steady line, alone and on one side of the strongest."""
        lowest, mean = self._powers.min(axis=0), self._powers.mean(axis=0)
        own = int(mean.argmax())
        seen = np.flatnonzero(lowest > mean[own] * 10 ** (WEAKEST_DB / 10))
        lines = seen[self._powers[:, seen].max(axis=0) < _EVEN * lowest[seen]]
        return any(
            self._is_steady(int(index)) and self._stands_alone(np.roll(mean, -own), apart)
            for index in lines
            if _GUARD < (apart := int(index - own) % self._size) < self._size - _GUARD
        )

    def _is_steady(self, index: int) -> bool:
        """Whether a line turns by the same from frame to frame."""
        line = np.roll(self._spectra[:, index], -self._frames)
        # Half a frame turns odd bins by pi, which is the same in every frame.
        turns = line[1:] * line[:-1].conj()
        return bool(abs(turns.sum()) > _STEADY * np.abs(turns).sum())

    def _stands_alone(self, power: Floats, index: int) -> bool:
        size = self._size
        mirror = (size - index + np.arange(-_WIDTH, _WIDTH + 1)) % size
        if power[index] < _ONE_SIDED * power[mirror].max():
            return False
        offsets = np.arange(-_NEAR, _NEAR + 1)
        near = (index + offsets) % size
        apart = np.minimum(near, size - near) > _GUARD
        line = power[(index + np.arange(-_WIDTH, _WIDTH + 1)) % size].sum()
        return bool(line > _SHARE * power[near[apart]].sum())


_PURE = 0.8
"""How much of a chunk's power a tone holds, 0 to 1; noise alone gives about 0.2."""
_FLAT = 2.0
"""By what factor the halves of a chunk of a steady tone may differ; what was struck rings down."""
_APART_HZ = 8.0
"""Two chunks hear the same tone if they agree so well: a tone 12 dB above the noise is measured
to 2 Hz in 50 ms."""
_HITS = 5.0
"""So many chunks must have heard the same tone: keys that ring do so three or four times."""
_FADING = 0.01
"""What each silent chunk takes from that count, so that one in ten suffices: a burst of another
node may hide behind the own ones."""
_MOST_HITS = 10.0


class GapWatch:
    """Finds a foreign tone in the chunks during which the own one is off."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what was heard."""
        self._hits, self._turn = 0.0, 0.0

    def step(self, samples: Complexes, rate: float, own: float) -> bool:
        """Take in a chunk (n, microphones) at `rate` samples/s; `own` is the power of the tone."""
        turn = heard_turn(samples, own * 10 ** (WEAKEST_DB / 10))
        if turn is None:
            self._hits = max(0.0, self._hits - _FADING)
        else:
            apart = abs((turn - self._turn + math.pi) % (2 * math.pi) - math.pi)
            same = apart * rate / (2 * math.pi) < _APART_HZ
            self._hits = min(_MOST_HITS, self._hits + 1) if same else 1.0
            self._turn = turn
        return self._hits >= _HITS


def heard_turn(samples: Complexes, least: float) -> float | None:
    """The turn from sample to sample, radians, of a steady tone that fills a chunk.

    None where there is none, or a tone of less than the power `least`.
    """
    middle = len(samples) // 2
    tone = tone_of(samples).mean()
    halves = power_of(samples[:middle]).mean(), power_of(samples[middle:]).mean()
    if (
        abs(tone) < least
        or abs(tone) < _PURE * (halves[0] + halves[1]) / 2
        or max(halves) > _FLAT * min(halves)
    ):
        return None
    return float(np.angle(tone))


class Foreign:
    """Whether there is a foreign tone, from all chunks of one node."""

    def __init__(self) -> None:
        self._rate = 0.0
        self._short = LineWatch(LONG_FRAME, SHORT_FRAMES)
        self._long = LineWatch(LONG_FRAME, LONG_FRAMES)
        self._gaps = GapWatch()
        self._rest = _NOTHING
        self._line, self._beat, self._gap = False, False, False

    @property
    def present(self) -> bool:
        """Whether a foreign tone was heard when there last was an opportunity."""
        return self._line or self._beat or self._gap

    def step(self, samples: Complexes, rate: float) -> None:
        """Take in a chunk (n, microphones) that holds the own tone and follows the last one."""
        if rate != self._rate:
            self._rate = rate
            self._short = LineWatch(2 ** round(math.log2(SHORT_S * rate)), SHORT_FRAMES)
            self.interrupt()
        heard = samples[:, 0]
        line = self._short.step(heard)
        self._line = self._line if line is None else line
        whole = np.concatenate([self._rest, heard])
        size = round(MEAN_S * rate)
        count = len(whole) // size
        self._rest = whole[count * size :]
        beat = self._long.step(whole[: count * size].reshape(count, size).mean(axis=1))
        self._beat = self._beat if beat is None else beat

    def listen(self, samples: Complexes, rate: float, own: float) -> None:
        """Take in a chunk in which the own tone is off; `own` is its power, 0 while unknown."""
        self._gap = own > 0 and self._gaps.step(samples, rate, own)

    def interrupt(self) -> None:
        """What follows does not continue what came before."""
        self._short.restart()
        self._long.restart()
        self._rest = _NOTHING
        self._line = self._beat = False


_NOTHING: Complexes = np.zeros(0, dtype=np.complex64)
