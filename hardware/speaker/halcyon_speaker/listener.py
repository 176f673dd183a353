"""From blocks of microphone samples to chunks of baseband that say what they are worth."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.core.reading import Quadrature

from .arrival import LONGEST_S, rise
from .demodulator import CHUNK_S, Demodulator
from .emitter import Emitter
from .wire import STREAM

_FULL_SCALE = 32766 / 32768
"""Samples of 16 bits from here on may have been cut off."""

_MIDDLE_S = 0.0075
"""A burst of the plan leaves 65 ms that are fully settled; a chunk in their middle leaves as much
at both ends."""

_AGREE_S = 0.002
"""Two rises found so close to each other are one delay."""

_LOOKBACK_S = 1.5
"""How much of the tone's amplitude is kept to find its rise in: a look, and the longest delay."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """One chunk: its reading, what the microphones gave (n, microphones), and when.

    `start` is seconds of the sample clock at its first output sample and `end` at the end of its
    input, `planned` the time of the plan at that end.
    """

    reading: Quadrature
    raw: NDArray[np.float32]
    start: float
    end: float
    planned: float


class Listener:
    """The microphones of one device, whose samples are numbered from the beginning of the stream.

    `delay` is how many samples later the tone is heard than asked for, None until it was found;
    a device whose tone is not its own (a recording) has `delay` 0 from the start.
    """

    def __init__(
        self,
        rate: int,
        microphones: int,
        emitter: Emitter,
        carrier: float,
        *,
        delay: int | None = None,
    ) -> None:
        self.rate = rate
        self.microphones = microphones
        self._emitter = emitter
        self._demodulator = Demodulator(rate, microphones, carrier)
        self._next: tuple[int, float] | None = None
        self._parts: list[NDArray[np.float32]] = []
        self._waiting = 0
        self._skip = 0
        self._lost = False
        self._filling = True
        self._count = 0
        self.delay = delay
        self._given = delay is not None
        self._found: int | None = None
        self._amplitudes: deque[tuple[int, NDArray[np.float32]]] = deque()
        self._aim()

    @property
    def carrier(self) -> float:
        """Hz, of what is being listened to."""
        return self._demodulator.carrier

    @property
    def output_rate(self) -> float:
        """Samples/s of the baseband."""
        return self._demodulator.rate

    def tune(self, carrier: float) -> None:
        """Follow the emitter to another carrier, once that is heard."""
        if carrier != self.carrier:
            delay = round(LONGEST_S * self.rate) if self.delay is None else self.delay
            self._next = (self._emitter.count + delay, carrier)
        else:
            self._next = None

    def expect(self, delay: int) -> None:
        """Take up a delay that the sound card claims, where none was found."""
        if self.delay is None:
            self.delay = delay
            self._aim()

    def step(self, samples: NDArray[np.float32], lost: int) -> list[Chunk]:
        """Take in samples (n, microphones), before which `lost` are missing."""
        if lost:
            self._restart(lost)
        if self._skip:
            skipped = min(self._skip, len(samples))
            self._skip -= skipped
            self._count += skipped
            samples = samples[skipped:]
        self._parts.append(samples)
        self._waiting += len(samples)
        chunks: list[Chunk] = []
        while self._waiting >= (size := self._demodulator.chunk):
            whole = np.concatenate(self._parts)
            self._parts = [whole[size:]]
            self._waiting -= size
            chunks.append(self._chunk(whole[:size]))
        return chunks

    def _chunk(self, raw: NDArray[np.float32]) -> Chunk:
        demodulator, first = self._demodulator, self._count
        iq = demodulator.step(raw, first)
        self._count += len(raw)
        start = first + round(demodulator.delay * self.rate)
        self._listen_for_delay(start, iq)
        emitting, settling, playing = self._worth(start, len(raw))
        reading = Quadrature(
            stream=STREAM,
            samples=iq,
            rate=demodulator.rate,
            carrier=demodulator.carrier,
            level=self._emitter.level,
            emitting=emitting,
            # The filter is not full of sound before the end of its first chunk.
            settling=settling or self._filling,
            playback=playing,
            clipped=bool((np.abs(raw) >= _FULL_SCALE).any()),
            lost=self._lost,
        )
        self._lost = self._filling = False
        planned = self._count / self.rate * self._pace + self._shift
        if self._next is not None and self._count >= self._next[0]:
            demodulator.tune(self._next[1])
            self._next = None
            self._restart(0)
            self._aim()
        return Chunk(reading, raw, start / self.rate, self._count / self.rate, planned)

    def _worth(self, start: int, count: int) -> tuple[bool, bool, bool]:
        """Whether the tone was on, settling, and beside a sound, as heard in some samples."""
        if self._given:
            return True, False, False
        if self.delay is None:
            return False, True, self._emitter.playing
        worth, playing = self._emitter.worth(start - self.delay, count)
        return worth.emitting, worth.settling, playing

    def _restart(self, lost: int) -> None:
        """Go on at the beginning of a chunk after samples that are missing."""
        size = self._demodulator.chunk
        self._count += self._waiting + lost
        self._parts, self._waiting = [], 0
        self._skip = -self._count % size
        self._lost = self._lost or lost > 0
        self._filling = True
        self._demodulator.tune(self._demodulator.carrier)
        self._amplitudes.clear()

    @property
    def _pace(self) -> float:
        """Seconds of the plan in a second: its chunks are 50 ms, ours nearly so."""
        return CHUNK_S * self.rate / self._demodulator.chunk

    @property
    def _shift(self) -> float:
        return -self._demodulator.delay - _MIDDLE_S

    def _aim(self) -> None:
        """Tell the emitter when what it plays will be heard, so that bursts meet chunks."""
        delay = (self.delay or 0) + round(self._shift * self.rate)
        self._emitter.heard(delay, self._pace)

    def _listen_for_delay(self, start: int, iq: NDArray[np.complex64]) -> None:
        """Find out how late the tone comes, from its first rise after a pause."""
        if self._given:
            return
        amplitude = np.sqrt((np.abs(iq) ** 2).mean(axis=1)).astype(np.float32)
        self._amplitudes.append((start, amplitude))
        while len(self._amplitudes) > _LOOKBACK_S / CHUNK_S:
            self._amplitudes.popleft()
        asked = self._emitter.rose
        if asked is None:
            return
        first = self._amplitudes[0][0]
        if start < asked or first > asked:
            return
        series = np.concatenate([each for _, each in self._amplitudes])
        found = rise(series, self._demodulator.rate)
        if found is None:
            return
        self._amplitudes.clear()
        delay = first + round(found * self._demodulator.factor) - asked
        if not 0 <= delay <= LONGEST_S * self.rate:
            return
        # A clap may look like a rise, so what is known gives way only to two that agree.
        agreed = self._found is not None and abs(delay - self._found) <= _AGREE_S * self.rate
        self._found = delay
        if self.delay is None or (agreed and abs(delay - self.delay) > _AGREE_S * self.rate):
            self.delay = delay
            self._aim()
