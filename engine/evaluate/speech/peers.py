"""Recognisers that the engine is compared with, where they are installed.

Whisper base through faster-whisper, whose model's folder `HALCYON_WHISPER` names, and pocketsphinx
with the household's phrases as a JSGF grammar. Neither is needed otherwise, nor installed with us.
"""

from collections.abc import Callable, Sequence
import importlib.util
import os
import time
from typing import Any

import numpy as np

from ...speech.hypothesis import Hypothesis, Pass
from ...speech.recognisers.recogniser import RATE
from .kept import Kept, Reading

WHISPER_VARIABLE = "HALCYON_WHISPER"

type Hears = Callable[[bytes], Reading]
"""What is made of a recording."""

_WHISPER = "whisper base (int8)"
_POCKETSPHINX = "pocketsphinx with JSGF"


def peers(phrases: Sequence[str], kept: Kept) -> dict[str, Hears | None]:
    """By name; None for what is not installed here."""
    return {
        _WHISPER: _remembering(_whisper(), kept, _WHISPER),
        _POCKETSPHINX: _remembering(_pocketsphinx(phrases), kept, _POCKETSPHINX, phrases),
    }


def _remembering(
    hears: Hears | None, kept: Kept, name: str, expecting: object = None
) -> Hears | None:
    if hears is None:
        return None
    readings = kept.of(name, expecting)
    return lambda sound: readings.reading(sound, lambda: hears(sound))


def _whisper() -> Hears | None:
    folder = os.environ.get(WHISPER_VARIABLE)
    if not folder or importlib.util.find_spec("faster_whisper") is None:
        return None
    library: Any = importlib.import_module("faster_whisper")
    model = library.WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)

    def hear(sound: bytes) -> str:
        samples = np.frombuffer(sound, "<i2").astype(np.float32) / 32768
        segments, _ = model.transcribe(samples, language="en", beam_size=5)
        return " ".join(segment.text for segment in segments)

    return _timed(hear, Pass.ATTENTION)


def _pocketsphinx(phrases: Sequence[str]) -> Hears | None:
    if importlib.util.find_spec("pocketsphinx") is None:
        return None
    library: Any = importlib.import_module("pocketsphinx")
    decoder = library.Decoder(samprate=RATE, loglevel="FATAL")
    known = [
        phrase
        for phrase in dict.fromkeys(phrases)
        if all(decoder.lookup_word(word) for word in phrase.split())
    ]
    if not known:
        return None
    rule = " | ".join(known)
    decoder.add_jsgf_string("home", f"#JSGF V1.0; grammar home; public <said> = {rule};")
    decoder.activate_search("home")

    def hear(sound: bytes) -> str:
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
        best = decoder.hyp()
        return "" if best is None else str(best.hypstr)

    return _timed(hear, Pass.GRAMMAR)


def _timed(hear: Callable[[bytes], str], source: Pass) -> Hears:
    def timed(sound: bytes) -> Reading:
        started = time.process_time()
        text = hear(sound)
        return Reading((Hypothesis(text, 0.0, (), source),), time.process_time() - started)

    return timed
