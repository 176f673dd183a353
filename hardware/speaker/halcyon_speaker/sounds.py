"""What the node plays beside its tone: loaded, brought to its rate, and kept off the carrier."""

from dataclasses import dataclass
import math
from pathlib import Path
import re
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from .spectra import band_stop, filtered, resampled

NOTCH_HZ = 1000.0
"""On both sides of the carrier, where echoes of people lie, nothing is played."""

LONGEST_S = 300.0
"""Sounds are held in memory; five minutes at 48 kHz are 58 MB."""

HEADROOM = 0.98
"""What tone and sound together may reach of full scale, because converters overshoot."""

_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
_NAME = re.compile(r"[\w-][\w .-]{0,63}")


class SoundError(ValueError):
    """A sound cannot be played; the message says why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A sound at the rate of the sound card: one channel, `samples` (n,), peak at most 1."""

    samples: NDArray[np.float32]
    rate: int

    def beside(self, carrier: float, amplitude: float, volume: float) -> NDArray[np.float32]:
        """The sound without what lies near a carrier (Hz), at a volume (0 to 1) or less.

        With a tone of `amplitude` it stays below full scale, whatever its peaks are.
        """
        clean = filtered(self.samples, band_stop(self.rate, carrier, NOTCH_HZ))
        peak = float(np.abs(clean).max(initial=0.0))
        room = max(0.0, HEADROOM - amplitude)
        gain = min(volume, room / peak) if peak > 0 else 0.0
        return np.asarray(clean * np.float32(gain), dtype=np.float32)


def find(folder: Path, name: str) -> Path:
    """The file of a sound in the folder of sounds, by its name with or without a suffix.

    Raises SoundError. Names come from outside, so nothing but a plain file in the folder is found.
    """
    if not _NAME.fullmatch(name):
        raise SoundError(f"{name!r} is no name of a sound; give that of a file in {folder}")
    for candidate in (folder / name, *(folder / f"{name}{suffix}" for suffix in _SUFFIXES)):
        inside = candidate.resolve().parent == folder.resolve()
        if inside and candidate.suffix.lower() in _SUFFIXES and candidate.is_file():
            return candidate
    known = sorted(each.stem for each in folder.glob("*") if each.suffix.lower() in _SUFFIXES)
    hint = f"there are {', '.join(known)}" if known else "it is empty"
    raise SoundError(f"there is no sound {name!r} in {folder}; {hint}")


def load(path: Path, rate: int) -> Sound:
    """A file as one channel at a rate; raises SoundError."""
    try:
        with path.open("rb") as file:
            return decoded(file, path.name, rate)
    except OSError as error:
        raise SoundError(f"{path.name} cannot be read ({error}); see who may read it") from error


def decoded(content: BinaryIO, name: str, rate: int) -> Sound:
    """WAV, FLAC, OGG or MP3 as one channel at a rate; raises SoundError, which names it."""
    import soundfile

    try:
        with soundfile.SoundFile(content) as file:
            if file.frames > LONGEST_S * file.samplerate:
                raise SoundError(f"{name} is longer than {LONGEST_S / 60:.0f} min; cut it shorter")
            samples = file.read(dtype="float32", always_2d=True).mean(axis=1)
            given = int(file.samplerate)
    except (soundfile.SoundFileError, OSError) as error:
        raise SoundError(f"{name} cannot be read ({error}); convert it to WAV") from error
    brought = resampled(samples, given, rate)
    peak = float(np.abs(brought).max(initial=0.0))
    if not math.isfinite(peak):
        raise SoundError(f"{name} holds samples that are no numbers; convert it anew")
    return Sound(np.asarray(brought / np.float32(max(peak, 1.0)), dtype=np.float32), rate)
