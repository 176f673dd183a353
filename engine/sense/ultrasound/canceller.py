"""Music that the node plays, taken out of the tone by what its microphones hear alike.

The driver that plays music moves, and so modulates the phase and the amplitude of the tone that
it emits, at the frequencies where people move. This distortion is the source's: it arrives at
every microphone by the same paths as the tone itself, above all by the direct one. An echo of
somebody arrives from elsewhere, with another size and phase at each microphone. So what one
microphone hears of the source can be predicted from the others, and what is left when the
prediction is taken away is echoes and noise. The prediction is a property of room and device:
it is learned when music plays and nobody moves, and holds for other songs.

Samples are worked on in units of their microphone's carrier, in which the direct path alone
would be the same everywhere; that is the prediction before anything was learned. What remains is
scaled so that white noise keeps its level, and with it an echo on the average over microphones.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    pack_array,
    unpack_array,
)
from .gate import Gate
from .learning import Learner
from .phasor import Change, Phasor
from .prediction import Samples, Weights, prior, solve

type Floats = NDArray[np.float32]

VERSION = 1
"""Of the snapshot."""

_BLOCK = 50
"""Samples at 1 kHz in which everything but the signal itself stays as it is: 50 ms."""

_TAPS_OF_A_PAIR = 64
_TAPS = 32
"""A millisecond each. A pair needs them all, because the inverse of a room is long; with more
microphones, 32 are within 1 dB of 64 (measured on simulated rooms)."""

_LOUDEST = 0.7
"""Of the carrier. A driver of a small speaker turns the phase by up to 0.3 rad; what is
larger is a tone that comes or goes."""


class Canceller:
    """Takes music out of the baseband of a node with so many microphones.

    `rate` is complex samples/s. A node with another carrier needs another canceller. What comes
    out depends on the samples, not on how they were cut into chunks. Microphones without a
    carrier (dead, covered) and all samples while there is nothing to gain pass as they are.
    """

    def __init__(self, microphones: int, rate: float = 1000.0) -> None:
        self._spacing = max(1, round(rate / 1000))
        self._taps = _TAPS_OF_A_PAIR if microphones == 2 else _TAPS
        self._block = _BLOCK * self._spacing
        self._phasor = Phasor(microphones, self._block)
        self._gate = Gate()
        self._learner = Learner(microphones, self._taps, self._block, self._spacing)
        self._turn = 0
        self._take(prior(self._phasor.live, self._taps))
        reach = (self._taps - 1) * self._spacing
        self._history: Samples = np.zeros((reach, microphones), dtype=np.complex64)
        # The block under way: raw, relative to the carrier, and as predicted.
        self._raw, self._heard, self._predicted = (
            np.zeros((self._block, microphones), dtype=np.complex64) for _ in range(3)
        )
        self._filled = 0
        self._adapt = True

    @property
    def weights(self) -> Weights:
        """What predicts: (microphones predicting, taps, microphones predicted)."""
        return self._weights

    @property
    def active(self) -> bool:
        """Whether anything is taken away at present."""
        return self._gate.on

    def step(self, samples: Samples, *, adapt: bool) -> Samples:
        """Samples (n, microphones), any number of them, without the music.

        `adapt` says that nobody moves; without it nothing is learned. Samples that are no
        numbers come back as they are and change nothing.
        """
        out = np.array(samples, dtype=np.complex64)
        if samples.shape[1] < 2:
            return out
        for part in self._parts(len(samples)):
            out[part] = self._part(out[part], adapt=adapt)
        return out

    def _parts(self, count: int) -> Iterator[slice]:
        """The samples, block by block."""
        start = 0
        while start < count:
            end = min(count, start + self._block - self._filled)
            yield slice(start, end)
            start = end

    def _part(self, raw: Samples, *, adapt: bool) -> Samples:
        """Samples that lie within one block."""
        count, first = len(raw), self._filled
        inside = slice(first, first + count)
        carriers = self._phasor.across(first, count)
        valid = np.isfinite(raw).all(axis=1, keepdims=True)
        sound: Samples = np.where(valid, raw, carriers)
        heard: Samples = (sound / carriers - np.complex64(1)) * self._phasor.live
        predicted = self._predict(heard)
        self._raw[inside], self._heard[inside], self._predicted[inside] = sound, heard, predicted
        self._filled += count
        self._adapt = self._adapt and adapt and bool(valid.all())
        out = raw
        if self._gate.open:
            extent = self._gate.ramp(np.arange(first + 1, first + count + 1) / self._block)
            fits = valid & (np.abs(predicted) < _LOUDEST)
            taken = heard - (heard - extent * predicted) * _steadied(self._energy, extent)
            out = np.where(fits, raw - carriers * taken, raw)
        if self._filled == self._block:
            self._close()
        return out

    def _predict(self, heard: Samples) -> Samples:
        line = np.concatenate([self._history, heard])
        reach = len(self._history)
        self._history = line[len(line) - reach :]
        windows = np.lib.stride_tricks.sliding_window_view(line, reach + 1, axis=0)
        recent = windows[:, :, :: -self._spacing].reshape(len(heard), -1)
        predicted: Samples = recent @ self._weights.reshape(recent.shape[1], -1)
        return predicted

    def _close(self) -> None:
        """Take stock of a whole block."""
        adapt, self._adapt, self._filled = self._adapt, True, 0
        means = self._raw.mean(axis=0, dtype=np.complex128)
        spreads = np.sqrt(np.mean(np.abs(self._raw - means) ** 2, axis=0))
        change = self._phasor.step(means, spreads)
        if change is Change.FOUND:
            self._learner.forget()
            self._take(prior(self._phasor.live, self._taps))
        if change is not Change.NONE:
            self._learner.interrupt()
            self._gate.shut()
            return
        sound = self._heard - self._heard.mean(axis=0)
        foreseen = self._predicted - self._predicted.mean(axis=0)
        before = _power(sound)
        after = _power((sound - foreseen) * _steadied(self._energy, np.ones(1, dtype=np.float32)))
        self._gate.step(before, after)
        if self._learner.step(self._heard, (before, after), adapt=adapt):
            self._learn()

    def _learn(self) -> None:
        """Solve for one microphone at a time, so that no chunk takes long."""
        microphones = self._weights.shape[2]
        self._turn = (self._turn + 1) % microphones
        weights = self._weights.copy()
        weights[:, :, self._turn] = solve(
            self._learner.evidence, self._phasor.live, self._turn, weights[:, :, self._turn]
        )
        self._take(weights)

    def _take(self, weights: Weights) -> None:
        self._weights = weights
        self._energy: Floats = np.square(np.abs(weights)).sum(axis=(0, 1))

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "version": VERSION,
            "spacing": self._spacing,
            "phasor": self._phasor.snapshot(),
            "gate": self._gate.snapshot(),
            "learner": self._learner.snapshot(),
            "turn": self._turn,
            "weights": pack_array(self._weights),
            "history": pack_array(self._history),
            "block": [pack_array(each) for each in (self._raw, self._heard, self._predicted)],
            "filled": self._filled,
            "adapt": self._adapt,
        }

    def restore(self, state: Json) -> None:
        """Take up a state of a canceller of as many microphones and of the same rate.

        Raises SnapshotError if it is none, and is then as it was.
        """
        if item(state, "version") != VERSION or item(state, "spacing") != self._spacing:
            raise SnapshotError("a snapshot of a canceller of another version or rate")
        microphones = self._weights.shape[2]
        fresh = Canceller(microphones, 1000.0 * self._spacing)
        fresh._phasor.restore(item(state, "phasor"))
        fresh._gate.restore(item(state, "gate"))
        fresh._learner.restore(item(state, "learner"))
        fresh._turn = int(number_in(state, "turn")) % max(microphones, 1)
        fresh._take(_samples(item(state, "weights"), self._weights.shape))
        fresh._history = _samples(item(state, "history"), self._history.shape)
        fresh._raw, fresh._heard, fresh._predicted = (
            _samples(item(item(state, "block"), each), self._raw.shape) for each in range(3)
        )
        fresh._filled = int(number_in(state, "filled"))
        fresh._adapt = flag_in(state, "adapt")
        if not 0 <= fresh._filled < self._block:
            raise SnapshotError("a snapshot of a canceller with more than a block under way")
        self.__dict__.update(fresh.__dict__)


def _power(sound: Samples) -> float:
    return float(np.vdot(sound, sound).real)


def _steadied(energy: Floats, extent: Floats) -> Floats:
    """What keeps white noise as loud as it was: 1 / sqrt(1 + the power of the weights)."""
    factor: Floats = np.reciprocal(np.sqrt(1 + energy * np.square(extent)))
    return factor


def _samples(state: Json, shape: tuple[int, ...]) -> Samples:
    found = unpack_array(state, "complex64", shape).astype(np.complex64)
    if not np.isfinite(found).all():
        raise SnapshotError("a snapshot of a canceller holds what is no number")
    return found
