"""How many whispers are told from voices; the whispers are synthetic.

Most are voices whose folds are taken away.

The envelope of its spectrum is kept, its pitch replaced by noise (a channel vocoder), and its low
sounds are made fainter, as they are in whispers (Jovičić, "Formant feature differences between
whispered and voiced sustained vowels", 1998). Real whispers also move their formants.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...speech.phonation import phonation
from ...speech.recognisers.recogniser import RATE
from ...speech.sound import read_wav
from ..report import Table
from ..statistics import Share
from .coffee import orders
from .noise import mixed
from .utterances import Kind, home
from .voices import JUDGED, WHISPERING, Voice, speak

_FRAME = 512
_HOP = _FRAME // 4
_SMOOTH = 24
"""Cepstral coefficients that are kept, 1.5 ms: the shape of a mouth, but no pitch."""

_FAINT = 1000.0
"""Hertz below which whispers lose 6 dB an octave."""

_QUIETER = 0.15
"""Amplitude of a whisper, as a share of the voice's: some 16 dB."""


def whispered(sound: bytes, seed: int) -> bytes:
    """A voice (16 bit) as a whisper, as long as it was."""
    voice = np.frombuffer(sound, "<i2").astype(np.float64)
    window = np.hanning(_FRAME)
    padded = np.pad(voice, _FRAME)
    starts = range(0, padded.size - _FRAME, _HOP)
    breath = np.random.default_rng(seed).standard_normal(padded.size)
    frequency = np.fft.rfftfreq(_FRAME, 1 / RATE)
    faint = np.minimum(frequency / _FAINT, 1.0)
    found = np.zeros(padded.size)
    for start in starts:
        piece = slice(start, start + _FRAME)
        envelope = _envelope(np.abs(np.fft.rfft(padded[piece] * window)))
        noise = np.fft.rfft(breath[piece] * window) / np.sqrt((window**2).sum())
        found[piece] += np.fft.irfft(envelope * faint * noise, _FRAME) * window
    found = found[_FRAME : _FRAME + voice.size] * _QUIETER
    result: bytes = np.clip(np.rint(found), -32768, 32767).astype("<i2").tobytes()
    return result


def _envelope(magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
    cepstrum = np.fft.irfft(np.log(magnitude + 1.0))
    cepstrum[_SMOOTH:-_SMOOTH] = 0.0
    found: NDArray[np.float64] = np.exp(np.fft.rfft(cepstrum).real)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """Of one kind of clips, how many were taken for whispers, of those long enough to tell."""

    said: str
    are_whispers: bool
    taken: Share


def tell_whispers(data: Path, cache: Path, noise_db: float, every: int = 1) -> Iterator[Told]:
    """Voices, as they are and as whispers; every second recording of people in noise as well.

    Raises OSError where a recording is missing or a voice fails.
    """
    people = [
        read_wav(order.path)
        for order in islice(orders(data / "coffee_commands"), None, None, every)
    ]
    yield from _both("people, recorded", people)
    noisy = [mixed(sound, noise_db, seed) for seed, sound in enumerate(people)]
    yield _told(f"people, recorded, in noise at {noise_db:g} dB", noisy, are_whispers=False)
    texts = [each.text for each in home("judged").utterances if each.kind is Kind.COMMAND]
    for voice in JUDGED:
        if voice.available:
            yield from _both(str(voice), _spoken(voice, texts[::every], cache))
    if WHISPERING.available:
        yield _told(f"{WHISPERING}", _spoken(WHISPERING, texts[::every], cache), are_whispers=True)


def _spoken(voice: Voice, texts: list[str], cache: Path) -> list[bytes]:
    return list(speak(voice, texts, cache).values())


def _both(said: str, sounds: list[bytes]) -> Iterator[Told]:
    yield _told(said, sounds, are_whispers=False)
    whispers = (whispered(sound, seed) for seed, sound in enumerate(sounds))
    yield _told(f"{said}, made a whisper", whispers, are_whispers=True)


def _told(said: str, sounds: Iterable[bytes], *, are_whispers: bool) -> Told:
    known = [found for sound in sounds if (found := phonation(sound)) is not None]
    return Told(said, are_whispers, Share(sum(each.is_whisper for each in known), len(known)))


def whisper_table(told: Iterable[Told]) -> Table:
    """A row for each kind of clips."""
    return Table(
        "whispers",
        "What is taken for a whisper",
        ("said", "is", "clips", "taken for a whisper"),
        tuple(
            (
                each.said,
                "synthetic whisper" if each.are_whispers else "voice",
                float(each.taken.trials),
                each.taken,
            )
            for each in told
        ),
    )
