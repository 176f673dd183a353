"""Streaming recognition by a transducer (RNN-T) on sherpa-onnx, for those who fetch such a model.

No registry carries an English one, so it is no model of the manifest: whoever puts a streaming
zipformer into the folder of models as `sherpa-<language>` has it used in place of free decoding
by Vosk. The files are those of its releases: `encoder*.onnx`, `decoder*.onnx`, `joiner*.onnx`,
`tokens.txt` and, so that names are favoured, `bpe.vocab`.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..hypothesis import Hypothesis, Pass, Word
from ..models.folder import ModelError
from .favour import WEIGHT
from .recogniser import RATE, SAMPLE_BYTES, Biasing, Partial

if TYPE_CHECKING:
    from sherpa_onnx import OnlineRecognizer, OnlineStream

_TAIL = 0.66
"""Seconds of silence after the last sound, which the encoder wants to see to the right of it."""

_FULL_SCALE = 32768.0

_WORD_START = "\u2581"
"""What SentencePiece writes for a space; sherpa-onnx itself writes a space."""


class SherpaModel:
    """A transducer in memory, for any number of recognisers and threads."""

    def __init__(self, folder: Path) -> None:
        """Load it; raises ModelError."""
        try:
            import sherpa_onnx
        except ModuleNotFoundError as error:
            raise ModelError(
                f"the model in {folder} needs sherpa-onnx; install it with: pip install sherpa-onnx"
            ) from error
        tokens, vocabulary = folder / "tokens.txt", folder / "bpe.vocab"
        if not tokens.exists():
            raise ModelError(f"{folder} holds no tokens.txt")
        self._biased = vocabulary.exists()
        # Models of Librispeech write in capitals, and so must the names that they are to favour.
        self._capitals = not any(map(str.islower, tokens.read_text(encoding="utf-8")))
        self._transducer: OnlineRecognizer = sherpa_onnx.OnlineRecognizer.from_transducer(
            tokens=str(tokens),
            encoder=_file(folder, "encoder"),
            decoder=_file(folder, "decoder"),
            joiner=_file(folder, "joiner"),
            num_threads=1,
            decoding_method="modified_beam_search",
            hotwords_score=WEIGHT,
            modeling_unit="bpe" if self._biased else "",
            bpe_vocab=str(vocabulary) if self._biased else "",
        )

    def recogniser(self) -> SherpaRecogniser:
        """One that hears anything, and favours names."""
        return SherpaRecogniser(self._transducer, biased=self._biased, capitals=self._capitals)


class SherpaRecogniser:
    """One stream of a transducer; see `Recogniser` for how it is used."""

    source = Pass.TRANSDUCER

    def __init__(
        self, transducer: OnlineRecognizer, *, biased: bool = True, capitals: bool = False
    ) -> None:
        self._transducer = transducer
        self._biased = biased
        self._capitals = capitals
        self._stream: OnlineStream | None = None

    def begin(self, biasing: Biasing) -> None:
        """Start an utterance, in which the terms are favoured."""
        names = (name.replace("/", " ") for name in biasing.terms) if self._biased else ()
        hotwords = "/".join(name.upper() if self._capitals else name.lower() for name in names)
        self._stream = self._transducer.create_stream(hotwords or None)

    def feed(self, pcm: bytes) -> Partial:
        """Decode more sound."""
        if self._stream is None:
            return Partial("")
        samples = np.frombuffer(pcm, "<i2", len(pcm) // SAMPLE_BYTES)
        self._stream.accept_waveform(RATE, samples.astype(np.float32) / _FULL_SCALE)
        self._decode(self._stream)
        return Partial(_normal(self._transducer.get_result(self._stream)))

    def finish(self) -> tuple[Hypothesis, ...]:
        """Decode the rest; the one best reading, with times and confidences of its words."""
        stream, self._stream = self._stream, None
        if stream is None:
            return (Hypothesis("", 0.0, (), Pass.TRANSDUCER),)
        stream.accept_waveform(RATE, np.zeros(int(_TAIL * RATE), np.float32))
        stream.input_finished()
        self._decode(stream)
        words = _words(
            self._transducer.tokens(stream),
            self._transducer.timestamps(stream),
            self._transducer.ys_probs(stream),
        )
        text = " ".join(word.text for word in words)
        return (Hypothesis(text, 0.0, words, Pass.TRANSDUCER),)

    def reset(self) -> None:
        """Give up the utterance."""
        self._stream = None

    def _decode(self, stream: OnlineStream) -> None:
        while self._transducer.is_ready(stream):
            self._transducer.decode_stream(stream)


def _words(tokens: list[str], times: list[float], logs: list[float]) -> tuple[Word, ...]:
    """Words of tokens; one lasts until the next, and is as certain as its least certain token."""
    found: list[Word] = []
    for index, token in enumerate(tokens):
        begins = token.startswith((" ", _WORD_START)) or not found
        text = _normal(token.replace(_WORD_START, " "))
        start = times[index] if index < len(times) else None
        sure = math.exp(min(logs[index], 0.0)) if index < len(logs) else None
        if begins:
            found.append(Word(text, start, start, sure))
        else:
            last = found[-1]
            known = [each for each in (last.confidence, sure) if each is not None]
            lowest = min(known) if known else None
            found[-1] = Word(last.text + text, last.start, start, lowest)
    return tuple(word for word in found if word.text)


def _normal(text: str) -> str:
    return " ".join(text.lower().split())


def _file(folder: Path, part: str) -> str:
    """A part of the model; the one of whole numbers where there are two."""
    found = sorted(folder.glob(f"{part}*.onnx"), key=lambda path: ".int8." not in path.name)
    if not found:
        raise ModelError(f"{folder} holds no {part}*.onnx")
    return str(found[0])
