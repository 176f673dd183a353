"""Trying tones one after another: what is emitted, when it is measured, and what came of it."""

from enum import Enum, auto
import math

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.ultrasound.sweep import Chosen, Hardware, Sweep, Unusable

from .emitter import Emitter, Tone
from .listener import Chunk, Listener
from .spectra import audible_rise, noise_beside

_MEASURED = 4
"""Chunks that are measured without the tone and with it; 200 ms each."""

_PATIENCE = 30
"""Chunks after which a tone that did not come is given up; 1.5 s."""

_NOISE_WITHIN_HZ = 600.0

_CLEAR_DB = 10.0
"""So far above what noise alone would give, a tone is there."""


class _Step(Enum):
    SILENCE = auto()
    TONE = auto()


class Sweeper:
    """One sweep, driven by the chunks that come in. The plan must have the tone steadily on."""

    def __init__(self, hardware: Hardware, emitter: Emitter, listener: Listener) -> None:
        self._sweep = Sweep(hardware)
        self._emitter = emitter
        self._listener = listener
        self._step = _Step.SILENCE
        self._before: list[NDArray[np.float32]] = []
        self._during: list[Chunk] = []
        self._waited = 0
        self._emitter.hold(held=True)
        self._begin()

    @property
    def result(self) -> Chosen | Unusable | None:
        """What came of it, None while it goes on."""
        return self._sweep.result

    def step(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        self._waited += 1
        late = self._waited > _PATIENCE
        reading = chunk.reading
        if self._step is _Step.SILENCE:
            if not reading.emitting and not reading.settling:
                self._before.append(chunk.raw)
            if len(self._before) >= _MEASURED or late:
                self._step, self._waited = _Step.TONE, 0
                self._emitter.hold(held=False)
            return
        wanted = self._sweep.next
        if wanted is None:
            return
        if reading.emitting and not reading.settling and reading.carrier == wanted.carrier:
            self._during.append(chunk)
        if len(self._during) >= _MEASURED or late:
            self._measure(wanted.carrier)
            self._begin()

    def give_up(self) -> None:
        """Let go of the tone before there is a result."""
        self._emitter.hold(held=False)

    def _begin(self) -> None:
        """Turn to the next tone, after a moment of silence."""
        self._step, self._waited = _Step.SILENCE, 0
        self._before, self._during = [], []
        self._emitter.hold(held=True)
        wanted = self._sweep.next
        if wanted is not None:
            self._emitter.tune(Tone(wanted.carrier, wanted.level))
            self._listener.tune(wanted.carrier)

    def _measure(self, carrier: float) -> None:
        if not self._during:
            self._sweep.hear(None, 0.0, None)
            return
        rate = self._listener.rate
        raw = np.concatenate([each.raw for each in self._during])
        iq = np.concatenate([each.reading.samples for each in self._during])
        tones = np.abs(iq.mean(axis=0))
        loudest = int(tones.argmax())
        noise = noise_beside(raw[:, loudest], rate, carrier, _NOISE_WITHIN_HZ)
        level = 20 * math.log10(max(float(tones[loudest]), 1e-12))
        # What is averaged over so many seconds is as narrow as that.
        floor = noise - 10 * math.log10(len(raw) / rate)
        rise = None
        if len(self._before) >= _MEASURED:
            rise = audible_rise(np.concatenate(self._before), raw, rate)
        self._sweep.hear(level if level > floor + _CLEAR_DB else None, noise, rise)
