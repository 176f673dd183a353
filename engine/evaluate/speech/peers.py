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

from ...speech.recognisers.recogniser import RATE

WHISPER_VARIABLE = "HALCYON_WHISPER"

type Hears = Callable[[bytes], tuple[str, float]]
"""A recording as text, and the core seconds that it took."""


def peers(phrases: Sequence[str]) -> dict[str, Hears | None]:
    """By name; None for what is not installed here."""
    return {
        "whisper base (int8)": _whisper(),
        "pocketsphinx with JSGF": _pocketsphinx(phrases),
    }


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

    return _timed(hear)


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

    return _timed(hear)


def _timed(hear: Callable[[bytes], str]) -> Hears:
    def timed(sound: bytes) -> tuple[str, float]:
        started = time.process_time()
        return hear(sound), time.process_time() - started

    return timed
