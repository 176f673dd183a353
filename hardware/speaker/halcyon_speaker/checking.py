"""A look at the sound for a person: two seconds of silence and tone, and a table of what came."""

import contextlib
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.ultrasound.duty import Situation
from halcyon.sense.ultrasound.sweep import carriers

from .config import Config
from .emitter import Emitter, Tone
from .listener import Chunk, Listener
from .options import START_LEVEL_DB
from .oscillator import nearest_carrier
from .sources.device import Device
from .spectra import audible_rise, noise_beside

_SILENCE_S = 0.6
_TONE_S = 1.4

_GOOD_DB, _ENOUGH_DB = 75.0, 60.0
"""The tone over the noise in 1 Hz: with the first, walking is seen across a room; below the
second it is hardly seen at all."""

_HUM_DB = 3.0
_WITHIN_HZ = 600.0
_NOTHING = 1e-10


@dataclass(frozen=True, slots=True)
class Heard:
    """What one microphone gave: dBFS of the tone, dBFS of the noise in 1 Hz, and its peak, dBFS."""

    tone: float
    noise: float
    peak: float

    @property
    def ratio(self) -> float:
        """The tone over the noise in 1 Hz, dB."""
        return self.tone - self.noise

    @property
    def word(self) -> str:
        """How that is, in a word or two."""
        if self.peak <= 20 * math.log10(_NOTHING):
            return "silent"
        if self.peak > -0.1:
            return "too loud, it clips"
        if self.ratio >= _GOOD_DB:
            return "good"
        return "enough" if self.ratio >= _ENOUGH_DB else "too weak"


@dataclass(frozen=True, slots=True)
class Report:
    """The table, and whether the node can work like this."""

    text: str
    good: bool


async def check(config: Config, device: Device, tone: Tone | None = None) -> Report:
    """Play and measure; raises DeviceError."""
    usable = carriers(config.options.hardware)
    first = config.options.carrier or (usable[0] if usable else 20_000.0)
    wanted = tone or Tone(nearest_carrier(first), START_LEVEL_DB)
    own = config.options.own_tone
    emitter = Emitter(device.rate, wanted, Situation(since=0.0, steady=True))
    emitter.hold(held=True)
    listener = Listener(
        device.rate, device.microphones, emitter, wanted.carrier, delay=None if own else 0
    )
    silence: list[NDArray[np.float32]] = []
    during: list[Chunk] = []
    async with contextlib.aclosing(device.blocks(emitter.render)) as blocks:
        async for block in blocks:
            for chunk in listener.step(block.samples, block.lost):
                if chunk.end <= _SILENCE_S:
                    silence.append(chunk.raw)
                    continue
                emitter.hold(held=False)
                if chunk.end > _SILENCE_S + _TONE_S / 2:
                    during.append(chunk)
            if emitter.count >= (_SILENCE_S + _TONE_S) * device.rate:
                break
    return _report(wanted, silence, during, listener, own=own)


def _report(
    tone: Tone,
    silence: list[NDArray[np.float32]],
    during: list[Chunk],
    listener: Listener,
    *,
    own: bool,
) -> Report:
    if not during:
        return Report("Nothing was heard: the sound ended at once.", good=False)
    raw = np.concatenate([each.raw for each in during])
    iq = np.concatenate([each.reading.samples for each in during])
    heard = [
        Heard(
            tone=_decibels(abs(complex(iq[:, index].mean()))),
            noise=noise_beside(raw[:, index], listener.rate, tone.carrier, _WITHIN_HZ),
            peak=_decibels(float(np.abs(raw[:, index]).max())),
        )
        for index in range(raw.shape[1])
    ]
    asked = f" at {tone.level:.0f} dBFS" if own else ""
    lines = [
        f"A tone of {tone.carrier:.0f} Hz{asked}, {listener.rate} samples/s",
        "",
        "microphone  tone        noise          tone over noise",
    ]
    lines += [
        f"{number:>10}  {each.tone:6.1f} dBFS {each.noise:7.1f} dBFS/Hz {each.ratio:10.0f} dB"
        f"   {each.word}"
        for number, each in enumerate(heard, 1)
    ]
    lines.append("")
    if own and listener.delay is not None:
        delay = 1000 * listener.delay / listener.rate
        lines.append(f"The tone is heard {delay:.0f} ms after it is played.")
    if silence:
        rise = audible_rise(np.concatenate(silence), raw, listener.rate)
        if rise > _HUM_DB:
            lines.append(
                f"Below 16 kHz it became {rise:.0f} dB louder with the tone: you may hear it. "
                "If nobody spoke meanwhile, lower tone.ceiling_db."
            )
    good = any(each.word in {"good", "enough"} for each in heard)
    lines.append(_advice(heard, good=good))
    return Report("\n".join(lines), good=good)


def _advice(heard: list[Heard], *, good: bool) -> str:
    words = {each.word for each in heard}
    if "too loud, it clips" in words:
        return "Lower the gain of the microphones (alsamixer), and switch automatic gain off."
    if words == {"silent"}:
        return "The microphones give nothing: see whether they are muted, or the wrong device."
    if not good:
        return (
            "The tone does not come back: see whether the speaker is on and its volume is up, "
            "whether both play and record at this rate, and whether echo cancellation or noise "
            "suppression is on; they take the tone away."
        )
    return "This works. Calibrating makes it as quiet as it may be."


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(max(amplitude, _NOTHING))
