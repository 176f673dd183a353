"""Streaming recognition by Vosk: Kaldi's hybrid decoder, with lattices.

A model is loaded once and shared; each recogniser decodes one utterance at a time, either within
the household's phrases, of which Vosk makes a bigram model in milliseconds, or freely.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import tempfile
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, cast

from ..hypothesis import Hypothesis, Pass, Word
from ..models.folder import ModelError
from .lattice import Path as Reading, joined, with_confidences
from .recogniser import RATE, SAMPLE_BYTES, Biasing, Partial

if TYPE_CHECKING:
    import vosk

_ALTERNATIVES = 10
"""Readings asked of each segment: the right one is hardly ever further down."""

_DECODING = {
    # Readings up to this much less likely than the best are kept; the mobile model's 2 leaves
    # most utterances a single reading.
    "--lattice-beam": "6.0",
    # The end of an utterance is decided by who sees sentences (endpointing.py). Kaldi's own rules
    # would cut a command in two at a pause, and its second half would lack its first as context;
    # here they only keep the lattice of a long talk within bounds.
    "--endpoint.rule1.min-trailing-silence": "10.0",
    "--endpoint.rule2.min-trailing-silence": "4.0",
    "--endpoint.rule3.min-trailing-silence": "4.0",
    "--endpoint.rule4.min-trailing-silence": "4.0",
    "--endpoint.rule5.min-utterance-length": "20.0",
}

_CONFIG = "conf/model.conf"


class VoskModel:
    """A model in memory, for any number of recognisers and threads."""

    def __init__(self, folder: Path) -> None:
        """Load it, in a quarter of a second; raises ModelError."""
        import vosk

        vosk.SetLogLevel(-1)  # it would tell standard error what nobody can act on
        try:
            with _arranged(folder) as place:
                self._model = vosk.Model(str(place))
        except Exception as error:  # Vosk raises no type of its own
            raise ModelError(f"Vosk cannot load the model in {folder}: {error}") from error

    def knows(self, word: str) -> bool:
        """Whether its lexicon has a word, in lower case."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def recogniser(self, source: Literal[Pass.GRAMMAR, Pass.FREE]) -> VoskRecogniser:
        """One that hears the household's phrases, or one that hears anything."""
        import vosk

        return VoskRecogniser(vosk.KaldiRecognizer(self._model, RATE), source)


class VoskRecogniser:
    """One decoder of a model; see `Recogniser` for how it is used."""

    def __init__(self, kaldi: vosk.KaldiRecognizer, source: Pass) -> None:
        kaldi.SetWords(True)  # noqa: FBT003  # Vosk's own switch
        kaldi.SetMaxAlternatives(_ALTERNATIVES)
        self._kaldi = kaldi
        self.source = source
        self._phrases: tuple[str, ...] | None = None
        self._segments: list[tuple[Reading, ...]] = []
        self._fed = 0  # samples since it was made: Vosk's times count from there
        self._start = 0

    def begin(self, biasing: Biasing) -> None:
        """Start an utterance; the phrases are compiled only when they are new."""
        self.reset()
        if self.source is Pass.GRAMMAR and biasing.phrases != self._phrases:
            self._kaldi.SetGrammar(json.dumps(biasing.phrases, ensure_ascii=False))
            self._phrases = biasing.phrases

    def feed(self, pcm: bytes) -> Partial:
        """Decode more sound, up to a fraction of a second behind it."""
        if self._is_deaf or not pcm:
            return Partial("")
        self._fed += len(pcm) // SAMPLE_BYTES
        if self._kaldi.AcceptWaveform(pcm):
            self._keep(self._kaldi.Result())
        so_far = [segment[0].text for segment in self._segments]
        running = json.loads(self._kaldi.PartialResult()).get("partial", "")  # none before a frame
        return Partial(" ".join(filter(None, (*so_far, running))))

    def finish(self) -> tuple[Hypothesis, ...]:
        """Decode the rest; at most ten readings, whose confidences are shares among them."""
        if not self._is_deaf:
            self._keep(self._kaldi.FinalResult())
        found = with_confidences(joined(self._segments, _ALTERNATIVES), self.source)
        self.reset()
        return found

    def reset(self) -> None:
        """Give up what was heard; the phrases stay compiled."""
        self._kaldi.Reset()
        self._segments.clear()
        self._start = self._fed

    @property
    def _is_deaf(self) -> bool:
        return self.source is Pass.GRAMMAR and not self._phrases

    def _keep(self, result: str) -> None:
        offset = self._start / RATE
        found = cast("_Result", json.loads(result))["alternatives"]
        readings = tuple(_reading(each, offset) for each in found)
        if readings and any(reading.words for reading in readings):
            self._segments.append(readings)


class _Timed(TypedDict):
    word: str
    start: float
    end: float


class _Alternative(TypedDict):
    text: str
    confidence: float
    """The logarithm of its likelihood in the lattice."""
    result: NotRequired[list[_Timed]]


class _Result(TypedDict):
    alternatives: list[_Alternative]


def _reading(alternative: _Alternative, offset: float) -> Reading:
    words = tuple(
        Word(each["word"], each["start"] - offset, each["end"] - offset, None)
        for each in alternative.get("result", [])
    )
    return Reading(alternative["confidence"], words)


@contextmanager
def _arranged(folder: Path) -> Iterator[Path]:
    """The model with our way of decoding; Vosk reads it from files, and only while it loads."""
    with tempfile.TemporaryDirectory(prefix="halcyon-vosk-") as place:
        arranged = Path(place)
        config = arranged / _CONFIG
        config.parent.mkdir()
        config.write_text(_config((folder / _CONFIG).read_text(encoding="utf-8")), encoding="utf-8")
        for part in folder.iterdir():
            if part.name != config.parent.name:
                (arranged / part.name).symlink_to(part.resolve())
        for part in (folder / config.parent.name).iterdir():
            if part.name != config.name:
                (config.parent / part.name).symlink_to(part.resolve())
        yield arranged


def _config(text: str) -> str:
    """The model's settings with ours in their place."""
    kept = (line for line in text.splitlines() if line.partition("=")[0].strip() not in _DECODING)
    return "\n".join([*kept, *map("=".join, _DECODING.items()), ""])
