"""Songs as what they do to a small driver: its excursion, which modulates the tone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 4000.0
"""Rate of the excursions: a multiple of what nodes send, and far above what moves a cone."""

_CORNER_HZ = 150.0
"""Resonance of a driver of 5 cm in a closed box (chosen, as in the research behind this)."""
_LOWEST_HZ = 30.0
"""Below, players filter the bass away to save the driver (chosen)."""
_DAMPING = 0.707


@dataclass(frozen=True, slots=True)
class Song:
    """A song by name; its `tracks` are played together."""

    name: str
    tracks: tuple[Path, ...]


def songs(data: Path) -> list[Song]:
    """All songs under the folder of music, by name; a folder of tracks is one song.

    Raises FileNotFoundError where there is none.
    """
    tracks = sorted(data.rglob("*.ogg"))
    if not tracks:
        raise FileNotFoundError(f"{data} holds no .ogg files; give the folder of the music")
    together: dict[str, list[Path]] = {}
    for track in tracks:
        stems = (track.parent / "song.ini").exists()
        together.setdefault(track.parent.name if stems else track.stem, []).append(track)
    return [Song(name, tuple(paths)) for name, paths in sorted(together.items())]


def excursion(song: Song, start: float, seconds: float) -> NDArray[np.float32]:
    """The driver's excursion at RATE_HZ during `seconds` from `start` on; its peak is 1.

    Above its resonance a driver in a closed box moves ever less, by 12 dB an octave (Small,
    J. Audio Eng. Soc. 20, 1972).
    """
    import soundfile

    mixed: NDArray[np.float64] = np.zeros(1)
    rate = 1
    for track in song.tracks:
        rate = soundfile.info(track).samplerate
        sound, _ = soundfile.read(
            track,
            frames=round(seconds * rate),
            start=round(start * rate),
            dtype="float32",
            always_2d=True,
        )
        mono = sound.mean(axis=1, dtype=np.float64)
        longer, shorter = (mono, mixed) if len(mono) > len(mixed) else (mixed, mono)
        mixed = longer.copy()
        mixed[: len(shorter)] += shorter
    count = round(len(mixed) / rate * RATE_HZ)
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ).astype(np.float64)
    moved = np.fft.irfft(np.fft.rfft(mixed)[: len(hz)] * _driver(hz), count)
    peak = np.abs(moved).max()
    return (moved / peak if peak else moved).astype(np.float32)


def _driver(hz: NDArray[np.float64]) -> NDArray[np.complex128]:
    ratio = hz / _CORNER_HZ
    low = 1 / ((1 - np.square(ratio)).astype(np.complex128) + 2j * _DAMPING * ratio)
    response: NDArray[np.complex128] = low * np.square(hz / (hz + _LOWEST_HZ))
    return response
