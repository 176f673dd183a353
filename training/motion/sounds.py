"""Sounds of a household, recorded: crackling, sneezes, ticks of ESC-10 (CC BY 3.0).

Their own ultrasound is cut off by the codec they were kept with, so a band of audible sound stands
for it: what matters is how knocks begin, ring and follow each other.
"""

from functools import cache
from pathlib import Path

import numpy as np

from halcyon.simulate.ultrasound.arrays import Complexes
from halcyon.simulate.ultrasound.bursts import RecordedBurst

_BAND_HZ = (4_000.0, 14_000.0)
"""Where a band is taken from: all of the clips hold sound there."""
_WIDTH_HZ = 2_000.0
_PIECE_S = (0.2, 2.0)
_LEVEL_DB = (-60.0, -15.0)
_MICROPHONES = 4


@cache
def clips(folder: Path) -> tuple[Path, ...]:
    """All clips; raises FileNotFoundError where there are none."""
    found = tuple(sorted(folder.rglob("*.ogg")))
    if not found:
        raise FileNotFoundError(f"{folder} holds no .ogg files; give the folder of ESC-10")
    return found


@cache
def _spectrum(path: Path) -> tuple[np.ndarray, float]:
    import soundfile

    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.fft.rfft(sound.mean(axis=1)).astype(np.complex64), len(sound) / rate


def _baseband(path: Path, carrier: float) -> Complexes:
    """A band of a clip around a frequency, at _WIDTH_HZ, its peak 1."""
    spectrum, seconds = _spectrum(path)
    count = round(_WIDTH_HZ * seconds)
    first = round(carrier * seconds) - count // 2
    band = np.fft.ifft(np.fft.ifftshift(spectrum[first : first + count]))
    found: Complexes = (band / max(float(np.abs(band).max()), 1e-12)).astype(np.complex64)
    return found


def burst(folder: Path, rng: np.random.Generator, seconds: float) -> RecordedBurst:
    """Some of a clip, that begins within so many seconds."""
    found = clips(folder)
    path = found[int(rng.integers(len(found)))]
    whole = _baseband(path, float(rng.uniform(*_BAND_HZ)))
    # Around the loudest moment or anywhere, because clips are mostly silence.
    length = round(rng.uniform(*_PIECE_S) * _WIDTH_HZ)
    loudest = int(np.abs(whole).argmax()) if rng.uniform() < 0.7 else int(rng.integers(len(whole)))
    first = max(0, loudest - int(rng.integers(length)))
    piece = whole[first : first + length]
    return RecordedBurst(
        start=float(rng.uniform(0, seconds)),
        level=float(rng.uniform(*_LEVEL_DB)),
        iq=piece / np.float32(max(float(np.abs(piece).max()), 1e-12)),
        rate=_WIDTH_HZ,
        turns=tuple(float(each) for each in rng.uniform(0, 1, _MICROPHONES)),
    )
