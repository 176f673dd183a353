"""A sound card through PortAudio: one full-duplex stream, so that both ways share one clock."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
import time

import numpy as np
from numpy.typing import NDArray

from ..config import SoundConfig
from .device import Block, DeviceError, Render

try:
    import sounddevice
except OSError as error:
    raise DeviceError(
        f"PortAudio is missing ({error}); on Debian: apt-get install libportaudio2"
    ) from error

_BLOCK_S = 0.05
"""As long as a chunk: fewer blocks would come late, more would cost more."""

_MOST_WAITING = 20
"""Blocks that may wait for the node, a second; what comes then is dropped and counts as lost."""

_SILENCE_S = 5.0
"""A card that gives nothing for so long was unplugged or has hung."""

_LONGEST_DELAY_S = 1.0


type Exchange = Callable[
    [NDArray[np.float32], NDArray[np.float32], int, sounddevice.Times, sounddevice.CallbackFlags],
    None,
]


class Card:
    """One sound card, or one for each direction; the tone goes to the first speaker."""

    def __init__(self, config: SoundConfig) -> None:
        self.rate = config.rate
        self.microphones = config.microphones
        self.delay = 0
        self._config = config
        self._waiting: deque[Block] = deque()
        self._dropped = 0
        self._count = 0
        self._began: float | None = None
        self._first_adc = 0.0

    async def blocks(self, render: Render) -> AsyncGenerator[Block]:
        """See Device."""
        loop, arrived = asyncio.get_running_loop(), asyncio.Event()

        def exchange(
            given: NDArray[np.float32],
            wanted: NDArray[np.float32],
            count: int,
            times: sounddevice.Times,
            status: sounddevice.CallbackFlags,
        ) -> None:
            samples = render(count)
            wanted[:, 0] = samples[:, 0]
            wanted[:, 1:] = samples[:, 1:]
            self._take(given, times, glitch=bool(status.input_overflow or status.output_underflow))
            loop.call_soon_threadsafe(arrived.set)

        with self._open(exchange) as stream:
            latency = stream.latency
            self.delay = round(sum(latency) * self.rate)
            while True:
                try:
                    async with asyncio.timeout(_SILENCE_S):
                        await arrived.wait()
                except TimeoutError:
                    raise DeviceError(
                        f"the sound card gave nothing for {_SILENCE_S:.0f} s; "
                        "see whether it is plugged in, and whether something else holds it"
                    ) from None
                arrived.clear()
                while self._waiting:
                    yield self._waiting.popleft()

    def _open(self, exchange: Exchange) -> sounddevice.Stream:
        config = self._config
        try:
            return sounddevice.Stream(
                samplerate=self.rate,
                blocksize=round(_BLOCK_S * self.rate),
                device=(_named(config.input), _named(config.output)),
                channels=(config.microphones, config.speakers),
                dtype="float32",
                latency="high",
                callback=exchange,
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise DeviceError(
                f"the sound card cannot be used ({error}); `halcyon-speaker devices` lists what "
                "there is, and sound.input, sound.output and sound.rate choose among it"
            ) from error

    def _take(self, given: NDArray[np.float32], times: sounddevice.Times, *, glitch: bool) -> None:
        """Queue what was heard; runs in the sound card's thread."""
        adc = float(times.inputBufferAdcTime)
        if self._began is None:
            age = float(times.currentTime) - adc
            if not 0 < age < _LONGEST_DELAY_S:
                age = len(given) / self.rate
            self._began, self._first_adc = time.monotonic() - age, adc
        missing = 0
        if glitch and self._count:
            behind = round((adc - self._first_adc) * self.rate) - self._count
            missing = behind if 0 < behind < _SILENCE_S * self.rate else 1
        self._count += len(given) + missing
        lost = self._dropped + missing
        if len(self._waiting) >= _MOST_WAITING:
            self._dropped = lost + len(given)
            return
        self._dropped = 0
        self._waiting.append(Block(given.copy(), lost, self._began))


def list_devices() -> str:
    """What PortAudio finds, for a person to read."""
    rows = []
    for index, each in enumerate(sounddevice.query_devices()):
        rows.append(
            f"{index:3}  {each['name']:<48}  {each['max_input_channels']:2} in  "
            f"{each['max_output_channels']:2} out  {each['default_samplerate']:.0f} Hz"
        )
    if not rows:
        return "no sound card is found; plug one in, or see whether this user may use sound"
    return "\n".join(rows)


def _named(name: str | None) -> str | int | None:
    return int(name) if name is not None and name.isdigit() else name
