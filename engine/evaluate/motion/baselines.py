"""What others do with the same tone: simpler detectors, each a streaming scorer.

They are made as strong as their idea allows: every one may learn the quiet room, takes all
microphones, and has its threshold set on the same data as the detector's.
"""

from abc import ABC, abstractmethod
from typing import override

import numpy as np
from numpy.typing import NDArray

from ...core.reading import Quadrature
from ..statistics import Floats
from .scorers import Samples, Scores, Signal

type Levels = NDArray[np.float64]

_TINY = 1e-20


class Baseline(ABC):
    """Frames of a stream, each turned into levels in dB, scored against what quiet gave."""

    name: str
    window_s: float
    hop_s: float

    def __init__(self) -> None:
        self._quiet: Levels | None = None
        self._tail: Samples | None = None
        self._memory: NDArray[np.inexact] | None = None
        """What a method carries from frame to frame, None where a stream begins."""

    def learn(self, quiet: Signal) -> None:
        """See Scorer."""
        self._quiet = None
        self._tail = None
        parts = [self._levels(reading, t)[1] for reading, t in quiet.pieces()]
        whole = [levels for levels in parts if len(levels)]
        if whole:
            self._quiet = self._learned(np.concatenate(whole))

    def score(self, signal: Signal) -> Scores:
        """See Scorer."""
        self.begin()
        parts = [self.step(reading, t) for reading, t in signal.pieces()]
        return Scores(
            np.concatenate([part.t for part in parts]),
            np.concatenate([part.value for part in parts]),
        )

    def begin(self) -> None:
        """Forget the stream, but not the quiet room."""
        self._tail = None

    def step(self, reading: Quadrature, t: float) -> Scores:
        """The scores of the frames that `reading` completes; `t` is when its first sample was."""
        times, levels = self._levels(reading, t)
        return Scores(times, self._valued(levels, self._quiet))

    def _levels(self, reading: Quadrature, t: float) -> tuple[Floats, Levels]:
        """When each frame ended, and its levels (frames, microphones, …)."""
        rate = reading.rate
        window, hop = round(self.window_s * rate), round(self.hop_s * rate)
        if self._tail is None or reading.lost:
            self._tail = reading.samples[:0]
            self._memory = None
        samples = np.concatenate([self._tail, reading.samples])
        first = t - len(self._tail) / rate
        count = max(0, (len(samples) - window) // hop + 1)
        self._tail = samples[count * hop :]
        times = first + (np.arange(count) * hop + window) / rate
        if not count:
            return times, np.zeros((0, samples.shape[1]))
        frames = np.lib.stride_tricks.sliding_window_view(samples, window, axis=0)[::hop][:count]
        return times, self._measured(frames, reading)

    @abstractmethod
    def _measured(self, frames: Samples, reading: Quadrature) -> Levels:
        """The levels of frames (frames, microphones, window)."""

    def _learned(self, levels: Levels) -> Levels:
        """What to keep of the levels of a quiet room."""
        return np.asarray(np.median(levels, axis=0))

    def _valued(self, levels: Levels, quiet: Levels | None) -> Floats:
        """The score of each frame."""
        return np.asarray((levels if quiet is None else levels - quiet).mean(axis=1))


class Bandwidth(Baseline):
    """How many bins beside the tone stand out without a gap: SoundWave (Gupta et al., CHI 2012).

    As DanielRapp/doppler does it: a Blackman window of 2048 samples at 44.1 kHz, magnitudes
    smoothed by 0.5 from one frame of the display to the next, and a walk to either side until
    a bin falls to the cut, at most 33 bins. The cut there is fixed (10 % of the tone in the
    paper, -100 dB in the program), which is either deaf or always on; where a quiet room was
    learned, it is what 99 % of its frames stay below, in each bin.
    """

    name = "bandwidth"
    window_s = 2048 / 44100
    hop_s = 1 / 60
    smoothing = 0.5
    reach = 33
    cut_dbc = -40.0
    """Where no quiet room was learned. 1 %: with 10 % nothing farther than the hand is seen."""

    @override
    def _measured(self, frames: Samples, reading: Quadrature) -> Levels:
        size = frames.shape[2]
        taper = np.blackman(size).astype(np.float32)
        magnitudes = np.abs(np.fft.fftshift(np.fft.fft(frames * taper, axis=2), axes=2))
        smooth = magnitudes[0] if self._memory is None else self._memory
        out = np.empty(magnitudes.shape)
        for index, each in enumerate(magnitudes):
            smooth = self.smoothing * smooth + (1 - self.smoothing) * each
            out[index] = smooth
        self._memory = smooth
        carrier = out[:, :, size // 2, None]
        return np.asarray(20 * np.log10((out + _TINY) / (carrier + _TINY)))

    @override
    def _learned(self, levels: Levels) -> Levels:
        return np.asarray(np.percentile(levels, 99, axis=0))

    @override
    def _valued(self, levels: Levels, quiet: Levels | None) -> Floats:
        if levels.ndim < 3:
            return np.zeros(len(levels))
        middle = levels.shape[2] // 2
        above = levels > (self.cut_dbc if quiet is None else quiet)
        sides = (above[:, :, middle + 1 :], above[:, :, middle - 1 :: -1])
        runs = [np.cumprod(side[:, :, : self.reach], axis=2).sum(axis=2) for side in sides]
        return np.asarray((runs[0] + runs[1]).mean(axis=1), dtype=np.float64)


class SidebandEnergy(Baseline):
    """The power beside the tone over that of the tone, in dB: the plainest Doppler detector.

    Between 20 and 300 Hz at 20 kHz, the same speeds at other carriers (0.17 to 2.6 m/s), in
    Hann windows of 128 ms; dB above the quiet room's median where one was learned.
    """

    name = "energy"
    window_s = 0.128
    hop_s = 0.05
    band_m_s = (0.17, 2.6)

    @override
    def _measured(self, frames: Samples, reading: Quadrature) -> Levels:
        size = frames.shape[2]
        taper = np.hanning(size).astype(np.float32)
        power = np.abs(np.fft.fft(frames * taper, axis=2)) ** 2
        frequency = np.abs(np.fft.fftfreq(size, 1 / reading.rate))
        low, high = (2 * speed * reading.carrier / _SOUND_M_S for speed in self.band_m_s)
        beside = power[:, :, (frequency >= low) & (frequency <= high)].sum(axis=2)
        # A Hann window spreads the tone over three bins.
        tone = power[:, :, [0, 1, -1]].sum(axis=2)
        return np.asarray(10 * np.log10((beside + _TINY) / (tone + _TINY)), dtype=np.float64)


_SOUND_M_S = 343.0


class EchoPath(Baseline):
    """What an adaptive echo canceller leaves: presence detection as in Cisco's WO 2016/149245.

    An adaptive filter predicts each microphone from the tone that is played; what it cannot
    predict has moved. Beside a single tone its only tap is the echo path itself, which a
    normalised LMS step follows as an exponential mean, here over `memory_s` (Conexant's
    US 9,473,865 takes the change of that estimate, which for a tone is the same number).
    The score is the residual's power over the tone's, in dB, in frames of 100 ms; dB above
    the quiet room's median where one was learned.
    """

    name = "echo path"
    window_s = 0.1
    hop_s = 0.05
    memory_s = 0.1

    @override
    def _measured(self, frames: Samples, reading: Quadrature) -> Levels:
        """One tap, held within a frame and moved once a hop: a block LMS."""
        hop = round(self.hop_s * reading.rate)
        keep = np.exp(-self.hop_s / self.memory_s)
        levels = np.empty(frames.shape[:2])
        path = frames[0].mean(axis=1) if self._memory is None else self._memory
        for index, frame in enumerate(frames):
            residual = np.mean(np.abs(frame - path[:, None]) ** 2, axis=1)
            levels[index] = 10 * np.log10((residual + _TINY) / (np.abs(path) ** 2 + _TINY))
            path = keep * path + (1 - keep) * frame[:, :hop].mean(axis=1)
        self._memory = path
        return levels


BASELINES: tuple[type[Baseline], ...] = (Bandwidth, SidebandEnergy, EchoPath)
