"""A recording instead of a sound card, and what the node would have played as a second file."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from pathlib import Path
import time

import numpy as np
import soundfile

from .device import Block, DeviceError, Render

_BLOCK_S = 0.05
_LOWEST_TONE_HZ = 15_000.0
_LOOKED_AT_S = 2.0


class Recording:
    """A WAV or FLAC file of one to four channels; `pace` 1 is real time, 0 as fast as possible."""

    def __init__(self, path: Path, *, pace: float = 1.0, played: Path | None = None) -> None:
        try:
            about = soundfile.info(path)
        except (soundfile.SoundFileError, OSError) as error:
            raise DeviceError(
                f"{path} cannot be read ({error}); give a WAV or FLAC file"
            ) from error
        self.rate = int(about.samplerate)
        self.microphones = int(about.channels)
        self.delay = 0
        self._path = path
        self._pace = pace
        self._played = played

    def carrier(self) -> float:
        """Hz of the loudest tone above 15 kHz within the first seconds."""
        samples, _ = soundfile.read(
            self._path, frames=round(_LOOKED_AT_S * self.rate), dtype="float32", always_2d=True
        )
        window = np.hanning(len(samples))[:, None]
        power = (np.abs(np.fft.rfft(samples * window, axis=0)) ** 2).sum(axis=1)
        frequencies = np.fft.rfftfreq(len(samples), 1 / self.rate)
        power[frequencies < _LOWEST_TONE_HZ] = 0
        return float(frequencies[power.argmax()])

    async def blocks(self, render: Render) -> AsyncGenerator[Block]:
        """See Device."""
        size, began, count = round(_BLOCK_S * self.rate), time.monotonic(), 0
        with ExitStack() as stack:
            file = stack.enter_context(soundfile.SoundFile(self._path))
            out = None
            if self._played is not None:
                out = stack.enter_context(
                    soundfile.SoundFile(self._played, "w", self.rate, 1, subtype="PCM_16")
                )
            while len(samples := file.read(size, dtype="float32", always_2d=True)):
                wanted = render(len(samples))[:, 0]
                if out is not None:
                    out.write(wanted)
                count += len(samples)
                if self._pace:
                    due = began + count / self.rate / self._pace
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                else:
                    await asyncio.sleep(0)
                yield Block(samples, 0, began)
