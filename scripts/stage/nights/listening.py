"""What is heard in the file into which a node writes what it plays."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .verdict import Span, merged

RATE = 48_000
_BLOCK = RATE // 20
_WIDTH_S = _BLOCK / RATE
_HEADER = 44
_LOWEST_HZ, _HIGHEST_HZ = 200.0, 12_000.0
"""Above is the node's tone, below is nothing that a small loudspeaker plays."""

_AUDIBLE = 1e-6
"""Power, far above the rounding of 16 bits and below an alarm that begins."""


def write_quiet(path: Path, seconds: float) -> None:
    """A recording of an empty room for the node to hear."""
    import soundfile

    noise = 1e-4 * np.random.default_rng(1).standard_normal(round(seconds * RATE))
    soundfile.write(path, noise.astype(np.float32), RATE, subtype="PCM_16")


class Ear:
    """Listens to one run of a node: a WAV file that grows as it plays.

    What is played counts from the look at which it was found, so a file that grows in fits is not
    taken for an early sound.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._rest = b""
        self._loud: list[Span] = []
        self._window = np.hanning(_BLOCK)
        frequencies = np.fft.rfftfreq(_BLOCK, 1 / RATE)
        self._own = (frequencies > _LOWEST_HZ) & (frequencies < _HIGHEST_HZ)
        self.played: Span | None = None
        """From when to when anything was played, s."""

    def listen(self, now: float) -> None:
        """Take in what was played by now."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(_HEADER + self._read)
            new = file.read()
        if not new:
            return
        self._read += len(new)
        data, size = self._rest + new, 2 * _BLOCK
        whole = len(data) // size * size
        self._rest = data[whole:]
        parts = np.frombuffer(data[:whole], dtype="<i2").reshape(-1, _BLOCK)
        before = now - len(parts) * _WIDTH_S if self.played is None else self.played.end
        self.played = Span(before if self.played is None else self.played.begin, now)
        for index, each in enumerate(parts):
            end = now - (len(parts) - 1 - index) * _WIDTH_S
            if self._is_loud(each):
                self._loud.append(Span(max(before, end - _WIDTH_S), max(before, end)))

    @property
    def spans(self) -> list[Span]:
        """When an alarm was heard, s."""
        return merged(self._loud)

    def _is_loud(self, samples: NDArray[np.int16]) -> bool:
        spectrum = np.fft.rfft(samples / 32768 * self._window)[self._own]
        return bool((np.abs(spectrum) ** 2).sum() / _BLOCK**2 > _AUDIBLE)
